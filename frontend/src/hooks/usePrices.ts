import { useCallback, useSyncExternalStore } from 'react';
import type { PriceTick } from '@/types/events';
import { useLive } from './live';

/** For leaves only: renders again with every new price of the symbol. */
export function usePrice(symbol: string): PriceTick | undefined {
  const { prices } = useLive();
  const subscribe = useCallback(
    (listener: () => void) => prices.subscribe(symbol, listener),
    [prices, symbol],
  );
  return useSyncExternalStore(subscribe, () => prices.get(symbol));
}

const SUMS_EVERY_MS = 250;

/** For sums over many symbols: wakes at most four times a second. The value only says that something changed. */
export function usePricesVersion(): number {
  const { prices } = useLive();
  const subscribe = useCallback(
    (listener: () => void) => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const unsubscribe = prices.subscribeAll(() => {
        timer ??= setTimeout(() => {
          timer = undefined;
          listener();
        }, SUMS_EVERY_MS);
      });
      return () => {
        clearTimeout(timer);
        unsubscribe();
      };
    },
    [prices],
  );
  return useSyncExternalStore(subscribe, () => prices.version());
}
