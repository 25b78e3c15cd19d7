import { describe, expect, it } from 'vitest';
import { makeBars, makeMarketData } from '@/test/factories';
import type { ChartTrade, MarketData } from '@/types/domain';
import { joinTail, tailStart } from './barsTail';

/** Bars number `first` to `last` with an average whose value is the bar's number. */
function chart(first: number, last: number, change: Partial<MarketData> = {}): MarketData {
  const bars = makeBars(last - first + 1, first);
  const values = bars.map((_, index) => first + index);
  const average = { key: 'SMA', name: 'SMA', params: { period: 5 }, pane: 'price' as const, levels: [] };
  return makeMarketData({
    bars,
    indicators: [{ ...average, lines: [{ name: 'sma', pane: 'price' as const, values }] }],
    ...change,
  });
}

const fill = (id: number, minute: number): ChartTrade => ({
  id,
  t: makeBars(1, minute)[0]?.t ?? '',
  type: 'buy',
  role: 'entry',
  price: 100,
  quantity: '1',
  bot_name: 'Momentum',
});

describe('joinTail', () => {
  it('adds the new bars, their values and fills, and drops the oldest', () => {
    const known = chart(0, 3, { trades: [fill(1, 0), fill(2, 2), fill(3, 3)] });
    const tail = chart(3, 5, { trades: [fill(3, 3), fill(4, 5)], last_price: '105' });
    const joined = joinTail(known, tail, 5);
    expect(joined).toEqual(chart(1, 5, { trades: [fill(2, 2), fill(3, 3), fill(4, 5)], last_price: '105' }));
  });

  it('keeps everything where nothing is new', () => {
    expect(joinTail(chart(0, 3), chart(3, 3), 390)).toEqual(chart(0, 3));
  });

  it.each([
    ['bars are missing between both', chart(0, 3), chart(5, 6)],
    ['nothing came', chart(0, 3), chart(4, 3)],
    ['nothing was known', chart(0, -1), chart(0, 3)],
    ['another indicator is drawn', chart(0, 3), chart(3, 4, { indicators: [] })],
    [
      'the last bar was corrected',
      chart(0, 3),
      chart(3, 4, { bars: makeBars(2, 3).map((bar) => ({ ...bar, c: 1 })) }),
    ],
  ])('joins nothing where %s', (_, known, tail) => {
    expect(joinTail(known, tail, 390)).toBeNull();
  });

  it('asks from the last bar on', () => {
    expect(tailStart(chart(0, 3))).toBe(makeBars(1, 3)[0]?.t);
    expect([tailStart(undefined), tailStart(chart(0, -1))]).toEqual([null, null]);
  });
});
