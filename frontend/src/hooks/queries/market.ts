import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from '@/services/api';
import type { MarketData, MarketStatus, Timeframe } from '@/types/domain';
import { keys } from './keys';

export const CHART_BARS = 390;

export function marketStatusOptions() {
  return queryOptions({
    queryKey: keys.marketStatus,
    queryFn: ({ signal }) => api.get<MarketStatus>('/api/market-status', { signal }),
    staleTime: Infinity,
    // Twice per bar, and often enough in any case to notice a server that has stopped answering.
    refetchInterval: ({ state }) => Math.max(3000, 15_000 / (state.data?.speed ?? 1)),
  });
}

export function barsOptions(symbol: string, timeframe: Timeframe, bot: number | null) {
  return queryOptions({
    queryKey: keys.bars(symbol, timeframe, bot),
    queryFn: ({ signal }) =>
      api.get<MarketData>(`/api/market-data/${encodeURIComponent(symbol)}`, {
        query: { timeframe, limit: CHART_BARS, bot },
        signal,
      }),
    staleTime: Infinity,
    refetchInterval: 30_000,
    placeholderData: keepPreviousData,
  });
}
