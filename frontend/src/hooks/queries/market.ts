import { keepPreviousData, queryOptions, type QueryClient } from '@tanstack/react-query';
import { api } from '@/services/api';
import type { IndicatorParams, MarketData, MarketStatus, Timeframe, Trade } from '@/types/domain';
import { unlessFed } from './fed';
import { joinTail, tailStart } from './barsTail';
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
    refetchInterval: ({ state }) => unlessFed(Math.max(3000, 15_000 / (state.data?.speed ?? 1)))(),
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

/** A bar may be corrected long after its end: this often all of them are read again. */
const WHOLE_EVERY_MS = 10 * 60_000;

/** `wholeAt`: when all of it was read at once, epoch milliseconds. */
export type ShownBars = MarketData & { wholeAt: number };

/** One bar that is new costs one bar. */
async function readBars(
  known: ShownBars | undefined,
  ask: (since: string | null) => Promise<MarketData>,
): Promise<ShownBars> {
  const since = tailStart(known);
  if (known && since !== null && Date.now() - known.wholeAt < WHOLE_EVERY_MS) {
    const joined = joinTail(known, await ask(since), CHART_BARS);
    if (joined) return { ...joined, wholeAt: known.wholeAt };
  }
  return { ...(await ask(null)), wholeAt: Date.now() };
}

/** A fill that is told of after its bar was drawn: the chart has to be read whole to show it. */
export function readWholeIfOlder(client: QueryClient, { symbol, timestamp }: Trade): void {
  client.setQueriesData<ShownBars>({ queryKey: keys.barsOf(symbol) }, (known) => {
    const last = known?.bars.at(-1)?.t;
    return known && last !== undefined && Date.parse(timestamp) < Date.parse(last)
      ? { ...known, wholeAt: 0 }
      : known;
  });
}

export function barsOptions(symbol: string, timeframe: Timeframe, overlay: Overlay) {
  return queryOptions({
    queryKey: keys.bars(symbol, timeframe, overlay),
    queryFn: ({ client, queryKey, signal }) => {
      const ask = (since: string | null) =>
        api.get<MarketData>(`/api/market-data/${encodeURIComponent(symbol)}`, {
          query: { timeframe, limit: CHART_BARS, since, ...overlayQuery(overlay) },
          signal,
        });
      return readBars(client.getQueryData<ShownBars>(queryKey), ask);
    },
    staleTime: Infinity,
    refetchInterval: 60_000,
    placeholderData: keepPreviousData,
  });
}
