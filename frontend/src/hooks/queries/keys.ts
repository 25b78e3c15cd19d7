import type { Timeframe } from '@/types/domain';

/** Everything under `live` is kept up to date by the socket and read again after whatever it missed. */
export const keys = {
  session: ['session'] as const,
  live: ['live'] as const,
  summary: ['live', 'summary'] as const,
  marketStatus: ['live', 'market-status'] as const,
  bots: ['live', 'bots'] as const,
  trades: ['live', 'trades'] as const,
  recentTrades: ['live', 'trades', 'recent'] as const,
  positions: ['live', 'positions'] as const,
  openPositions: ['live', 'positions', 'open'] as const,
  marketData: ['live', 'market-data'] as const,
  bars: (symbol: string, timeframe: Timeframe, bot: number | null) =>
    ['live', 'market-data', symbol, timeframe, bot] as const,
};
