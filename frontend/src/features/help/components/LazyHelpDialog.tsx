import { lazily } from '@/components/common/lazily';

export const LazyHelpDialog = lazily(async () => (await import('./HelpDialog')).HelpDialog);
