import type { IChartApi } from 'lightweight-charts';
import { describe, expect, it } from 'vitest';
import { makeBars, makeMarketData } from '@/test/factories';
import { tokens } from '@/theme/tokens';
import type { IndicatorSeries } from '@/types/domain';
import { indicatorSignature } from '@/lib/indicators';
import { IndicatorLayer } from './IndicatorLayer';
import { placeLines } from './indicatorPanes';

const line = (name: string, pane: 'price' | 'own', values: (number | null)[] = [1, 2, 3]) => ({
  name,
  pane,
  values,
});

function indicator(change: Partial<IndicatorSeries>): IndicatorSeries {
  return { key: 'Trend', name: 'Trend', params: {}, pane: 'price', lines: [], levels: [], ...change };
}

const SUPERTREND = indicator({
  lines: [
    line('SUPERT', 'price', [101, 102, 103]),
    line('SUPERTd', 'own', [1, 1, -1]),
    line('SUPERTl', 'price', [101, 102, null]),
    line('SUPERTs', 'price', [null, null, 103]),
  ],
});
const RSI = indicator({
  key: 'RSI',
  name: 'RSI',
  pane: 'own',
  lines: [line('rsi', 'own')],
  levels: [30, 70],
});

/** A chart that only remembers which series was put into which pane. */
function fakeChart() {
  const series: { pane: number; values: unknown[]; levels: number[]; removed: boolean }[] = [];
  const panes = () =>
    Array.from({ length: 1 + Math.max(0, ...series.map(({ pane }) => pane)) }, () => ({
      setStretchFactor: () => undefined,
      attachPrimitive: () => undefined,
    }));
  const chart = {
    panes,
    addSeries: (_: unknown, __: unknown, pane: number) => {
      const made: (typeof series)[number] = { pane, values: [], levels: [], removed: false };
      series.push(made);
      return {
        made,
        setData: (points: { value?: number }[]) => (made.values = points.map(({ value }) => value)),
        createPriceLine: ({ price }: { price: number }) => made.levels.push(price),
      };
    },
    removeSeries: (api: { made: (typeof series)[number] }) => (api.made.removed = true),
  };
  return { chart: chart as unknown as IChartApi, series };
}

describe('which line is drawn where', () => {
  it('keeps prices over the candles and puts what is none into a pane of its own', () => {
    expect(placeLines([SUPERTREND])).toEqual([
      { indicator: 0, pane: 0, lines: [0, 2, 3] },
      { indicator: 0, pane: 1, lines: [1] },
    ]);
  });

  it('gives each indicator its own pane, in the order they come', () => {
    const average = indicator({ key: 'SMA', lines: [line('sma', 'price')] });
    const flags = indicator({
      key: 'Stop',
      lines: [line('PSARl', 'price'), line('PSARaf', 'own'), line('PSARr', 'own')],
    });
    expect(placeLines([RSI, average, flags, SUPERTREND]).map(({ pane, lines }) => [pane, lines])).toEqual([
      [1, [0]],
      [0, [0]],
      [0, [0]],
      [2, [1, 2]],
      [0, [0, 2, 3]],
      [3, [1]],
    ]);
  });
});

describe('an indicator whose direction is no price', () => {
  it('is drawn in two panes, each line with its own values', () => {
    const { chart, series } = fakeChart();
    const layer = new IndicatorLayer(chart, tokens.light, [SUPERTREND, RSI]);
    const data = makeMarketData({ bars: makeBars(3), indicators: [SUPERTREND, RSI] });
    layer.setData(data);
    expect(series.map(({ pane, values }) => [pane, values])).toEqual([
      [0, [101, 102, 103]],
      [0, [101, 102, undefined]],
      [0, [undefined, undefined, 103]],
      [1, [1, 1, -1]],
      [2, [1, 2, 3]],
    ]);
    expect(series.map(({ levels }) => levels)).toEqual([[], [], [], [], [30, 70]]);
    expect(layer.values(data, null).map(({ label, value }) => [label, value])).toEqual([
      ['Trend SUPERT', 103],
      ['SUPERTl', null],
      ['SUPERTs', 103],
      ['Trend SUPERTd', -1],
      ['RSI', 3],
    ]);
    layer.remove();
    expect(series.every(({ removed }) => removed)).toBe(true);
  });

  it('is drawn anew when a line changes its pane', () => {
    const moved = {
      ...SUPERTREND,
      lines: SUPERTREND.lines.map((each) => ({ ...each, pane: 'price' as const })),
    };
    expect(indicatorSignature([moved])).not.toBe(indicatorSignature([SUPERTREND]));
    const later = { ...SUPERTREND, lines: SUPERTREND.lines.map((each) => ({ ...each, values: [] })) };
    expect(indicatorSignature([later])).toBe(indicatorSignature([SUPERTREND]));
  });
});
