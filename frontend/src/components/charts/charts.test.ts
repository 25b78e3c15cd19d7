import { describe, expect, it } from 'vitest';
import { makeBars, makeBot, makePosition } from '@/test/factories';
import { tokens } from '@/theme/tokens';
import { chooseChart } from './chartChoice';
import { zoneOffset, fromShownSeconds, toShownSeconds } from './shownTime';
import { reachLevels } from './reachLevels';
import {
  barTime,
  bucketTime,
  formingFrom,
  growBar,
  joinForming,
  tailFrom,
  toCandle,
  toMarkers,
  toPoint,
} from './toSeries';

const seconds = (iso: string) => Date.parse(iso) / 1000;
const wall = (iso: string) => seconds(`${iso}Z`);

describe('New York time on a UTC axis', () => {
  it('shifts by the offset of that moment', () => {
    expect(zoneOffset(seconds('2026-10-30T13:30:00Z'))).toBe(-4 * 3600);
    expect(zoneOffset(seconds('2026-11-20T14:30:00Z'))).toBe(-5 * 3600);
    expect(toShownSeconds(seconds('2026-11-20T14:30:00Z'))).toBe(wall('2026-11-20T09:30:00'));
  });

  it('changes at the right hour', () => {
    expect(zoneOffset(seconds('2026-11-01T05:59:59Z'))).toBe(-4 * 3600);
    expect(zoneOffset(seconds('2026-11-01T06:00:00Z'))).toBe(-5 * 3600);
  });

  it.each(['2026-03-06T20:59:00Z', '2026-03-09T13:30:00Z', '2026-11-02T14:30:00Z', '2026-07-01T13:30:00Z'])(
    'comes back from %s',
    (iso) => {
      expect(fromShownSeconds(toShownSeconds(seconds(iso)))).toBe(seconds(iso));
    },
  );
});

describe('bucketTime', () => {
  const instant = Date.parse('2026-11-20T15:47:31Z');

  it.each([
    ['1Min', '2026-11-20T10:47:00'],
    ['5Min', '2026-11-20T10:45:00'],
    ['15Min', '2026-11-20T10:45:00'],
    ['1Hour', '2026-11-20T10:30:00'],
  ] as const)('puts a price into its %s bar', (timeframe, start) => {
    expect(bucketTime(instant, timeframe)).toBe(wall(start));
  });

  it('names a day by its New York date', () => {
    expect(bucketTime(Date.parse('2026-11-21T01:00:00Z'), '1Day')).toBe('2026-11-20');
    expect(barTime({ t: '2026-11-20T05:00:00Z' }, '1Day')).toBe('2026-11-20');
  });
});

describe('tailFrom', () => {
  it('draws the last known bar again and what is new', () => {
    expect(tailFrom(makeBars(3), makeBars(5))).toBe(2);
  });

  it('follows a window that slides', () => {
    expect(tailFrom(makeBars(5), makeBars(5, 1))).toBe(3);
  });

  it('wants everything when history was restated, or does not join', () => {
    const restated = makeBars(5).map((bar, index) => (index === 1 ? { ...bar, c: 999 } : bar));
    expect(tailFrom(makeBars(4), restated)).toBeNull();
    expect(tailFrom(makeBars(3), makeBars(3, 50))).toBeNull();
    expect(tailFrom([], makeBars(3))).toBeNull();
  });
});

describe('growBar', () => {
  const last = makeBars(1)[0];
  if (!last) throw new Error('a bar was expected');
  const closed = toCandle(last, '1Min');
  const next = Date.parse('2026-11-20T14:31:10Z');

  it('opens, stretches and closes a forming bar', () => {
    const opened = growBar(null, closed, 101, next, '1Min');
    const grown = growBar(growBar(opened, closed, 103, next, '1Min'), closed, 100, next + 1000, '1Min');
    expect(grown).toEqual({ time: wall('2026-11-20T09:31:00'), open: 101, high: 103, low: 100, close: 100 });
  });

  it('starts anew in the next minute, and leaves closed bars alone', () => {
    const opened = growBar(null, closed, 101, next, '1Min');
    expect(growBar(opened, closed, 105, next + 60_000, '1Min')).toMatchObject({ open: 105, low: 105 });
    expect(growBar(null, closed, 90, next - 60_000, '1Min')).toBeNull();
  });
});

describe('the forming bar of a longer timeframe', () => {
  const minute = (t: string, o: number, h: number, l: number, c: number) => ({ t, o, h, l, c, v: 1 });
  const minutes = [
    minute('2026-11-20T14:44:00Z', 90, 200, 10, 95),
    minute('2026-11-20T14:45:00Z', 100, 104, 99, 103),
    minute('2026-11-20T14:46:00Z', 103, 107, 102, 105),
  ];
  const begun = { time: wall('2026-11-20T09:45:00'), open: 100, high: 107, low: 99, close: 105 };

  it('is made of its own minutes', () => {
    expect(formingFrom(minutes, undefined, '15Min')).toEqual(begun);
    expect(formingFrom(minutes, undefined, '1Day')).toEqual({
      time: '2026-11-20',
      open: 90,
      high: 200,
      low: 10,
      close: 105,
    });
    expect(formingFrom([], undefined, '15Min')).toBeNull();
  });

  it('is none when its bar is closed', () => {
    const closed = { ...begun, time: barTime({ t: '2026-11-20T14:45:00Z' }, '15Min') };
    expect(formingFrom(minutes, closed, '15Min')).toBeNull();
  });

  it('stands where the prices say', () => {
    const [now, later] = ['2026-11-20T14:47:10Z', '2026-11-20T15:00:10Z'].map((iso) =>
      growBar(null, undefined, 98, Date.parse(iso), '15Min'),
    );
    const started = formingFrom(minutes, undefined, '15Min');
    if (!started || !now || !later) throw new Error('bars were expected');
    expect(joinForming(started, null)).toEqual(begun);
    expect(joinForming(started, now)).toEqual({ ...begun, low: 98, close: 98 });
    expect(joinForming(started, later)).toBe(later);
  });
});

describe('series', () => {
  it('leaves a gap while an indicator warms up', () => {
    const [bar] = makeBars(1);
    if (!bar) throw new Error('a bar was expected');
    expect(toPoint(bar, null, '1Min')).toEqual({ time: wall('2026-11-20T09:30:00') });
    expect(toPoint(bar, 3, '1Min')).toEqual({ time: wall('2026-11-20T09:30:00'), value: 3 });
  });

  it('marks trades on their bars, in order of time', () => {
    const trade = { price: 100, quantity: '12.000000000', bot_name: 'Momentum' };
    const markers = toMarkers(
      [
        { ...trade, id: 2, t: '2026-11-20T14:40:30Z', type: 'sell', role: 'stop' },
        { ...trade, id: 1, t: '2026-11-20T14:35:10Z', type: 'buy', role: 'entry' },
      ],
      '5Min',
      tokens.light,
    );
    expect(markers.map(({ time, position, shape, text }) => [time, position, shape, text])).toEqual([
      [wall('2026-11-20T09:35:00'), 'belowBar', 'arrowUp', 'B 12'],
      [wall('2026-11-20T09:40:00'), 'aboveBar', 'square', 'Stop S 12'],
    ]);
  });
});

describe('chooseChart', () => {
  const bots = [
    makeBot({ id: 1, status: 'stopped', symbols: ['TSLA'] }),
    makeBot({ id: 2, symbols: ['AAPL', 'MSFT'], timeframe: '5Min' }),
  ];
  const nothing = { symbol: null, bot: null, timeframe: null };

  it('prefers an open position, then a running bot', () => {
    expect(chooseChart(nothing, bots, [makePosition({ bot: 1, symbol: 'TSLA' })])).toMatchObject({
      symbol: 'TSLA',
      bot: { id: 1 },
    });
    expect(chooseChart(nothing, bots, [])).toMatchObject({
      symbol: 'AAPL',
      bot: { id: 2 },
      timeframe: '5Min',
    });
  });

  it('does what the address asks for', () => {
    expect(chooseChart({ symbol: 'MSFT', bot: 'none', timeframe: '1Day' }, bots, [])).toEqual({
      symbol: 'MSFT',
      bot: null,
      timeframe: '1Day',
    });
    expect(chooseChart({ ...nothing, bot: '1', timeframe: 'nonsense' }, bots, [])).toMatchObject({
      symbol: 'TSLA',
      timeframe: '1Min',
    });
  });

  it('has nothing to draw without bots and positions', () => {
    expect(chooseChart(nothing, [], [])).toBeNull();
  });
});

describe('reachLevels', () => {
  const own = { priceRange: { minValue: 100, maxValue: 110 } };
  it.each([
    [[], 100, 110],
    [[95, 105, 130], 95, 130],
    [[104], 100, 110],
  ])('keeps %j in sight', (prices, minValue, maxValue) => {
    const levels = prices.map((price) => ({ kind: 'stop' as const, price }));
    expect(reachLevels(own, levels)?.priceRange).toEqual({ minValue, maxValue });
  });

  it('leaves an axis without candles alone', () => {
    expect(reachLevels(null, [{ kind: 'stop', price: 1 }])).toBeNull();
  });
});
