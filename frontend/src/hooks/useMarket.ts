import { useQuery } from '@tanstack/react-query';
import { marketDate } from '@/lib/format';
import { isStale, marketTimeAt, sessionAt, type SessionState } from '@/lib/marketClock';
import type { MarketStatus } from '@/types/domain';
import { useLive } from './live';
import { marketStatusOptions } from './queries/market';
import { useConnection } from './useConnection';
import { useNow } from './useNow';

export function useMarketStatus() {
  return useQuery(marketStatusOptions());
}

/** The market's date, YYYY-MM-DD. */
export function useMarketDay(): string | undefined {
  const { data } = useQuery({
    ...marketStatusOptions(),
    select: (status) => status.session_date ?? marketDate(status.now),
  });
  return data;
}

export interface MarketNow extends SessionState {
  status: MarketStatus;
  /** Market time, epoch milliseconds. */
  now: number;
}

/** The market's clock, ticking locally between two readings. */
export function useMarketNow(): MarketNow | null {
  const { clock } = useLive();
  const { data: status } = useMarketStatus();
  const realNow = useNow() / 1000;
  if (!status) return null;
  const now = marketTimeAt(status, realNow - clock.skew());
  return { status, now, ...sessionAt(status, now) };
}

export interface Freshness {
  isFresh: boolean;
  /** Why the numbers on the page may be old. */
  reason: 'connection' | 'broker' | 'data' | null;
  /** Market time of the newest price, epoch milliseconds. */
  asOf: number | null;
}

const GRACE_MS = 1000;

export function useFreshness(): Freshness {
  const { prices } = useLive();
  const { phase, lostAt } = useConnection();
  const market = useMarketNow();
  const realNow = useNow();
  const tick = prices.newestAt();
  const bar = market?.status.data_as_of ? Date.parse(market.status.data_as_of) : null;
  const newest = Math.max(tick ?? 0, bar ?? 0);
  const asOf = newest > 0 ? newest : null;
  if (phase !== 'open' && (lostAt === null || realNow - lostAt > GRACE_MS)) {
    return { isFresh: false, reason: 'connection', asOf };
  }
  if (market?.isOpen && !market.status.broker_connected) return { isFresh: false, reason: 'broker', asOf };
  if (market && isStale(market.status, { tick, bar }, market.now)) {
    return { isFresh: false, reason: 'data', asOf };
  }
  return { isFresh: true, reason: null, asOf };
}
