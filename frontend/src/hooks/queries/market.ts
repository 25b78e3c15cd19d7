import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from '@/services/api';
import type { IndicatorParams, MarketData, MarketStatus, Timeframe } from '@/types/domain';
import { keys } from './keys';

export const CHART_BARS = 390;

/** Indicators as in a bot's configuration. */
export type IndicatorChoice = Record<string, IndicatorParams>;

/** What is drawn over the candles: a bot's indicators, given ones, or nothing. */
export type Overlay = number | IndicatorChoice | null;

export function marketStatusOptions() {
  return queryOptions({
    queryKey: keys.marketStatus,
    queryFn: ({ signal }) => api.get<MarketStatus>('/api/market-status', { signal }),
    staleTime: Infinity,
    // Twice per bar, and often enough in any case to notice a server that has stopped answering.
    refetchInterval: ({ state }) => Math.max(3000, 15_000 / (state.data?.speed ?? 1)),
  });
}

function overlayQuery(overlay: Overlay) {
  if (overlay === null) return {};
  return typeof overlay === 'number' ? { bot: overlay } : { indicators: JSON.stringify(overlay) };
}

/**
 * Bars up to the end of a New York day that is over: nothing changes them any more. Until they are there nothing stands
 * in for them: another day's candles under this one's name would be wrong.
 */
export function pastBarsOptions(
  symbol: string,
  timeframe: Timeframe,
  indicators: IndicatorChoice,
  day: string,
) {
  return queryOptions({
    queryKey: keys.pastBars(symbol, timeframe, indicators, day),
    queryFn: ({ signal }) =>
      api.get<MarketData>(`/api/market-data/${encodeURIComponent(symbol)}`, {
        query: { timeframe, limit: CHART_BARS, until: day, ...overlayQuery(indicators) },
        signal,
      }),
    staleTime: Infinity,
  });
}

export function barsOptions(symbol: string, timeframe: Timeframe, overlay: Overlay) {
  return queryOptions({
    queryKey: keys.bars(symbol, timeframe, overlay),
    queryFn: ({ signal }) =>
      api.get<MarketData>(`/api/market-data/${encodeURIComponent(symbol)}`, {
        query: { timeframe, limit: CHART_BARS, ...overlayQuery(overlay) },
        signal,
      }),
    staleTime: Infinity,
    refetchInterval: 30_000,
    placeholderData: keepPreviousData,
  });
}
