import type {
  CandlestickData,
  HistogramData,
  LineData,
  SeriesMarker,
  Time,
  UTCTimestamp,
  WhitespaceData,
} from 'lightweight-charts';
import { formatQuantity, marketDate } from '@/lib/format';
import type { Tokens } from '@/theme/tokens';
import type { ChartTrade, MarketBar, Timeframe, TradeRole } from '@/types/domain';
import { fromShownSeconds, toShownSeconds } from './shownTime';

/** A bar on the chart's axis: shifted seconds, or the date of a daily bar. Both compare with `<`. */
export type BarTime = UTCTimestamp | string;
export type Candle = CandlestickData & { time: BarTime };

const MINUTE = 60;
const SECONDS: Record<Exclude<Timeframe, '1Day'>, number> = {
  '1Min': MINUTE,
  '5Min': 5 * MINUTE,
  '15Min': 15 * MINUTE,
  '1Hour': 60 * MINUTE,
};
/** Hourly bars begin at 09:30, not at full hours. */
const HOUR_ANCHOR = 30 * MINUTE;

/** The axis time of the bar in which an instant (epoch milliseconds) falls. */
export function bucketTime(instant: number, timeframe: Timeframe): BarTime {
  if (timeframe === '1Day') return marketDate(instant);
  const seconds = instant / 1000;
  const size = SECONDS[timeframe];
  const anchor = timeframe === '1Hour' ? HOUR_ANCHOR : 0;
  return toShownSeconds(Math.floor((seconds - anchor) / size) * size + anchor) as UTCTimestamp;
}

/** Exact for a bar's own start. */
export function barTime(bar: Pick<MarketBar, 't'>, timeframe: Timeframe): BarTime {
  const start = Date.parse(bar.t);
  return timeframe === '1Day' ? marketDate(start) : (toShownSeconds(start / 1000) as UTCTimestamp);
}

/** Epoch milliseconds of an axis time; a date stands for noon UTC of that day. */
export function instantOf(time: Time): number | null {
  if (typeof time === 'number') return fromShownSeconds(time) * 1000;
  return typeof time === 'string' ? Date.parse(`${time}T12:00:00Z`) : null;
}

export function toCandle(bar: MarketBar, timeframe: Timeframe): Candle {
  return { time: barTime(bar, timeframe), open: bar.o, high: bar.h, low: bar.l, close: bar.c };
}

export function toVolume(bar: MarketBar, timeframe: Timeframe, colours: Tokens): HistogramData {
  const colour = bar.c >= bar.o ? colours.gain : colours.loss;
  return { time: barTime(bar, timeframe), value: bar.v, color: `${colour}55` };
}

/** Null values (warming up) leave a gap instead of a line to zero. */
export function toPoint(
  bar: MarketBar,
  value: number | null | undefined,
  timeframe: Timeframe,
): LineData | WhitespaceData {
  const time = barTime(bar, timeframe);
  return value === null || value === undefined ? { time } : { time, value };
}

const ROLE: Record<TradeRole, { word: string; shape: SeriesMarker<Time>['shape'] | null }> = {
  entry: { word: '', shape: null },
  exit: { word: '', shape: null },
  stop: { word: 'Stop ', shape: 'square' },
  target: { word: 'Target ', shape: 'circle' },
};

export function toMarkers(
  trades: readonly ChartTrade[],
  timeframe: Timeframe,
  colours: Tokens,
): SeriesMarker<Time>[] {
  return trades
    .map((trade): SeriesMarker<Time> & { time: BarTime } => {
      const isBuy = trade.type === 'buy';
      const { word, shape } = ROLE[trade.role];
      return {
        id: String(trade.id),
        time: bucketTime(Date.parse(trade.t), timeframe),
        position: isBuy ? 'belowBar' : 'aboveBar',
        shape: shape ?? (isBuy ? 'arrowUp' : 'arrowDown'),
        color: isBuy ? colours.accent : trade.role === 'stop' ? colours.loss : colours.caution,
        text: `${word}${isBuy ? 'B' : 'S'} ${formatQuantity(trade.quantity)}`,
      };
    })
    .sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
}

function sameBar(a: MarketBar | undefined, b: MarketBar | undefined): boolean {
  return (
    a !== undefined &&
    b !== undefined &&
    a.t === b.t &&
    a.c === b.c &&
    a.o === b.o &&
    a.h === b.h &&
    a.l === b.l
  );
}

/** The bar that is still forming, from the minutes of it that are over; null when there are none. */
export function formingFrom(
  minutes: readonly MarketBar[],
  lastClosed: Candle | undefined,
  timeframe: Timeframe,
): Candle | null {
  const newest = minutes.at(-1);
  if (!newest) return null;
  const timeOf = ({ t }: MarketBar) => bucketTime(Date.parse(t), timeframe);
  const time = timeOf(newest);
  if (lastClosed && time <= lastClosed.time) return null;
  const own = minutes.filter((bar) => timeOf(bar) === time);
  return {
    time,
    open: own[0]?.o ?? newest.o,
    high: Math.max(...own.map(({ h }) => h)),
    low: Math.min(...own.map(({ l }) => l)),
    close: newest.c,
  };
}

/** Two views of the forming bar: its minutes know how it began, the prices how it stands. */
export function joinForming(minutes: Candle, prices: Candle | null): Candle {
  if (!prices || prices.time < minutes.time) return minutes;
  if (prices.time > minutes.time) return prices;
  return {
    ...minutes,
    high: Math.max(minutes.high, prices.high),
    low: Math.min(minutes.low, prices.low),
    close: prices.close,
  };
}

/**
 * Index in `next` from which bars must be drawn so that a chart showing `previous` shows both; null when the two do
 * not join or history was restated, and everything must be drawn again. The last known bar is drawn once more.
 */
export function tailFrom(previous: readonly MarketBar[], next: readonly MarketBar[]): number | null {
  const last = previous.at(-1);
  const first = next[0];
  if (!last || !first) return null;
  const start = previous.findIndex(({ t }) => t === first.t);
  if (start < 0) return null;
  const overlap = previous.length - start;
  if (overlap > next.length) return null;
  for (let index = 0; index < overlap - 1; index += 1) {
    if (!sameBar(previous[start + index], next[index])) return null;
  }
  return next[overlap - 1]?.t === last.t ? overlap - 1 : null;
}

/** The forming bar after one more price; null when the price belongs to a bar that is already closed. */
export function growBar(
  forming: Candle | null,
  lastClosed: Candle | undefined,
  price: number,
  instant: number,
  timeframe: Timeframe,
): Candle | null {
  const time = bucketTime(instant, timeframe);
  if (lastClosed && time <= lastClosed.time) return null;
  if (forming && forming.time === time) {
    return {
      ...forming,
      high: Math.max(forming.high, price),
      low: Math.min(forming.low, price),
      close: price,
    };
  }
  if (forming && time < forming.time) return forming;
  return { time, open: price, high: price, low: price, close: price };
}
