import { enqueueSnackbar } from 'notistack';
import { useCallback, useSyncExternalStore } from 'react';

const KEY = 'tradingbot.watchlist';
const MOST = 50;
const SYMBOL = /^[A-Z0-9./]{1,16}$/;
const CHANGED = 'tradingbot-watchlist';

/** Symbols a person watches, in their sequence. They are kept in this browser: nothing is traded by them. */
export function readWatchlist(text: string | null): string[] {
  try {
    const found: unknown = JSON.parse(text ?? '[]');
    if (!Array.isArray(found)) return [];
    const symbols = found.filter((each): each is string => typeof each === 'string' && SYMBOL.test(each));
    return [...new Set(symbols)].slice(0, MOST);
  } catch {
    return [];
  }
}

function stored(): string {
  try {
    return localStorage.getItem(KEY) ?? '[]';
  } catch {
    return '[]';
  }
}

function subscribe(listener: () => void): () => void {
  // "storage" tells of other tabs, our own event of this one.
  window.addEventListener('storage', listener);
  window.addEventListener(CHANGED, listener);
  return () => {
    window.removeEventListener('storage', listener);
    window.removeEventListener(CHANGED, listener);
  };
}

export function useWatchlist() {
  const text = useSyncExternalStore(subscribe, stored);
  const symbols = readWatchlist(text);
  const watch = useCallback((symbol: string, isWatched: boolean) => {
    const others = readWatchlist(stored()).filter((each) => each !== symbol);
    try {
      localStorage.setItem(KEY, JSON.stringify(isWatched ? [...others, symbol].slice(-MOST) : others));
    } catch {
      enqueueSnackbar('This browser keeps nothing for this page: the watchlist is as it was', {
        variant: 'warning',
      });
      return;
    }
    window.dispatchEvent(new Event(CHANGED));
  }, []);
  return { symbols, watch };
}
