import { Box } from '@mui/material';
import { useEffect, useRef, useState, type ReactNode } from 'react';

/** So far below the window something begins to load. */
const AHEAD = '100px';

interface Props {
  /** How high it will be, in pixels: nothing below moves when it comes. */
  height: number;
  children: ReactNode;
}

/** What lies further down costs nothing until somebody scrolls there. */
export function WhenNear({ height, children }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const [isNear, setNear] = useState(typeof IntersectionObserver === 'undefined');
  useEffect(() => {
    if (isNear || !place.current) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) setNear(true);
      },
      { rootMargin: AHEAD },
    );
    observer.observe(place.current);
    return () => {
      observer.disconnect();
    };
  }, [isNear]);
  return isNear ? children : <Box ref={place} sx={{ height }} />;
}
