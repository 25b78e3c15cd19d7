import { useSyncExternalStore } from 'react';

/** One timer for everything on the page that shows the passing of time. */
function createTicker(intervalMs: number) {
  const listeners = new Set<() => void>();
  let now = Date.now();
  let timer: ReturnType<typeof setInterval> | undefined;
  const tick = () => {
    now = Date.now();
    for (const listener of [...listeners]) listener();
  };
  return {
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      if (timer === undefined) {
        now = Date.now();
        timer = setInterval(tick, intervalMs);
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
    getSnapshot: () => now,
  };
}

const everyHalfSecond = createTicker(500);

/** Real time in epoch milliseconds, twice a second. */
export function useNow(): number {
  return useSyncExternalStore(everyHalfSecond.subscribe, everyHalfSecond.getSnapshot);
}
