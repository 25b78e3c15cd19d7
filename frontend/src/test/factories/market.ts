import type { MarketBar, MarketData, MarketStatus } from '@/types/domain';

export function makeMarketStatus(change: Partial<MarketStatus> = {}): MarketStatus {
  return {
    is_open: true,
    now: '2026-11-20T15:00:00Z',
    session_date: '2026-11-20',
    session_open: '2026-11-20T14:30:00Z',
    session_close: '2026-11-20T21:00:00Z',
    next_open: '2026-11-23T14:30:00Z',
    next_close: '2026-11-20T21:00:00Z',
    early_close: false,
    speed: 10,
    frozen: false,
    jump_at: null,
    jump_to: null,
    mode: 'simulator',
    broker_connected: true,
    data_as_of: '2026-11-20T15:00:00Z',
    trading_ready: true,
    error: null,
    real: 1000,
    ...change,
  };
}

/** One-minute bars from 09:30 New York on 2026-11-20. */
export function makeBars(count: number, first = 0): MarketBar[] {
  return Array.from({ length: count }, (_, index) => {
    const minute = first + index;
    const price = 100 + minute;
    return {
      t: new Date(Date.parse('2026-11-20T14:30:00Z') + minute * 60_000).toISOString(),
      o: price,
      h: price + 2,
      l: price - 1,
      c: price + 1,
      v: 1000 + minute,
    };
  });
}

export function makeMarketData(change: Partial<MarketData> = {}): MarketData {
  return {
    symbol: 'AAPL',
    timeframe: '1Min',
    bars: makeBars(3),
    indicators: [],
    trades: [],
    last_price: null,
    last_price_at: null,
    ...change,
  };
}
