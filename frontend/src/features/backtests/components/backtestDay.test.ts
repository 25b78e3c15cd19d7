import { describe, expect, it } from 'vitest';
import { makeBacktestDetail, makeMarketData } from '@/test/factories';
import type { BacktestReport, BacktestTrade, MarketBar } from '@/types/domain';
import { drawnIndicators, fillsOn, firstShown, levelsOf, runDays } from './backtestDay';

function makeReport(change: Partial<BacktestReport> = {}): BacktestReport {
  const { report } = makeBacktestDetail();
  if (!report) throw new Error('the factory makes a finished backtest');
  return { ...report, ...change };
}

const [trade] = makeReport().trades as [BacktestTrade];
const bar = (t: string): MarketBar => ({ t, o: 1, h: 1, l: 1, c: 1, v: 1 });
const minutes = (first: string, last: string) =>
  makeMarketData({ symbol: 'AAPL', timeframe: '1Min', bars: [bar(first), bar(last)] });

describe('what the chart of a backtest shows', () => {
  it('draws a leg on the bar that met it, and what else sells on the bar whose opening did', () => {
    const times = (exit: Partial<BacktestTrade>) =>
      fillsOn(
        makeReport({ trades: [{ ...trade, ...exit }] }),
        minutes('2026-05-26T13:30:00Z', '2026-05-26T19:59:00Z'),
      ).map(({ t, type, role, price }) => [t, type, role, price]);
    const entry = ['2026-05-26T13:35:00Z', 'buy', 'entry', 190];
    expect(times({})).toEqual([entry, ['2026-05-26T14:04:59.999Z', 'sell', 'target', 193.125]]);
    expect(times({ exit_reason: 'stop' })).toEqual([
      entry,
      ['2026-05-26T14:04:59.999Z', 'sell', 'stop', 193.125],
    ]);
    expect(times({ exit_reason: 'trailing_stop' })).toEqual([
      entry,
      ['2026-05-26T14:05:00.000Z', 'sell', 'exit', 193.125],
    ]);
    expect(times({ exit_at: null, exit_reason: 'still_held' })).toEqual([entry]);
  });

  it.each([
    ['2026-05-26T13:35:00Z', '2026-05-26T14:04:00Z', 2],
    ['2026-05-26T13:36:00Z', '2026-05-26T14:04:00Z', 1],
    ['2026-05-26T13:35:00Z', '2026-05-26T14:03:00Z', 1],
    ['2026-05-27T13:30:00Z', '2026-05-27T14:00:00Z', 0],
  ])('leaves out what does not lie on its bars, from %s to %s', (first, last, count) => {
    expect(fillsOn(makeReport(), minutes(first, last))).toHaveLength(count);
  });

  it('draws fills of a session on its daily bar, and none of another symbol', () => {
    const bars = [bar('2026-05-26T04:00:00Z')];
    expect(fillsOn(makeReport(), makeMarketData({ symbol: 'AAPL', timeframe: '1Day', bars }))).toHaveLength(
      2,
    );
    expect(fillsOn(makeReport(), makeMarketData({ symbol: 'MSFT', timeframe: '1Day', bars }))).toEqual([]);
    expect(fillsOn(makeReport(), makeMarketData({ symbol: 'AAPL', bars: [] }))).toEqual([]);
  });

  it('begins with the last trade that is over, or the last day', () => {
    const held = { ...trade, symbol: 'MSFT', exit_at: null };
    expect(firstShown(makeReport({ trades: [trade, held] }))).toEqual({
      symbol: 'AAPL',
      day: '2026-05-26',
      trade,
    });
    const none = firstShown(makeReport({ trades: [] }));
    expect(none).toEqual({ symbol: makeReport().config.symbols?.[0], day: '2026-06-01', trade: null });
    expect(firstShown(makeReport({ trades: [], equity: [] })).day).toBe('2026-06-01');
  });

  it('knows its days, where a trade was bought and where it would have been sold', () => {
    expect(runDays(makeReport())).toEqual(['2026-05-26', '2026-06-01']);
    expect(levelsOf(null)).toEqual([]);
    expect(levelsOf({ ...trade, target_price: null })).toEqual([
      { kind: 'entry', price: 190 },
      { kind: 'stop', price: 186.2 },
    ]);
  });

  it('draws at most five indicators', () => {
    const indicators = Object.fromEntries([1, 2, 3, 4, 5, 6].map((place) => [`SMA:${place}`, {}]));
    const report = makeReport();
    const drawn = drawnIndicators({ ...report, config: { ...report.config, indicators } });
    expect(Object.keys(drawn)).toEqual(['SMA:1', 'SMA:2', 'SMA:3', 'SMA:4', 'SMA:5']);
  });
});
