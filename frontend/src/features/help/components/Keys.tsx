import { useEffect, useState } from 'react';
import { useNavigate } from 'react-router';
import { lazily } from '@/components/common/lazily';
import { isTypingIn, KeyReader } from '@/features/help/shortcuts';
import { LazyHelpDialog } from './LazyHelpDialog';

const Palette = lazily(async () => (await import('./Palette')).Palette);

/** The keys of the whole page, and what they open. */
export function Keys() {
  const navigate = useNavigate();
  const [shown, setShown] = useState<'find' | 'help' | null>(null);
  useEffect(() => {
    const reader = new KeyReader();
    const press = (event: KeyboardEvent) => {
      // A dialog that asks for something is answered first.
      const isAsked = document.querySelector('[role="dialog"]') !== null;
      const meant = reader.read(event, event.timeStamp, isTypingIn(event.target) || isAsked);
      if (meant === null || isAsked) return;
      event.preventDefault();
      if (meant.kind === 'go') void navigate(meant.href);
      else setShown(meant.kind);
    };
    document.addEventListener('keydown', press);
    return () => {
      document.removeEventListener('keydown', press);
    };
  }, [navigate]);
  const close = () => {
    setShown(null);
  };
  if (shown === 'find') return <Palette onClose={close} />;
  return shown === 'help' ? <LazyHelpDialog onClose={close} /> : null;
}
