import { createContext, useContext } from 'react';
import type { AlertStore } from '@/services/alertStore';
import type { PriceStore } from '@/services/priceStore';
import type { LiveSocket } from '@/services/websocket';
import type { ServerClock } from '@/lib/marketClock';
import type { Trade } from '@/types/domain';

export interface Live {
  socket: Pick<LiveSocket, 'getState' | 'start' | 'subscribe' | 'retryNow' | 'setSymbols'>;
  prices: PriceStore;
  alerts: AlertStore;
  clock: ServerClock;
  lastFill: Trade | null;
}

export const LiveContext = createContext<Live | null>(null);

export function useLive(): Live {
  const live = useContext(LiveContext);
  if (!live) throw new Error('useLive was called outside of a LiveProvider');
  return live;
}
