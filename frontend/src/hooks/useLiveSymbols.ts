import { useEffect } from 'react';
import { useLive } from './live';

/** Prices of these symbols are wanted by the page that is open. The socket itself drops what is named twice. */
export function useLiveSymbols(symbols: readonly string[]): void {
  const { socket } = useLive();
  const wanted = symbols.join();
  useEffect(() => {
    if (wanted) socket.setSymbols(wanted.split(','));
  }, [socket, wanted]);
}
