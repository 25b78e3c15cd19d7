import {
  CandlestickSeries,
  createChart,
  createSeriesMarkers,
  HistogramSeries,
  LineStyle,
  type AutoscaleInfo,
  type CandlestickData,
  type HistogramData,
  type IChartApi,
  type IPriceLine,
  type ISeriesApi,
  type ISeriesMarkersPluginApi,
  type MouseEventParams,
  type Time,
} from 'lightweight-charts';
import type { Tokens } from '@/theme/tokens';
import type { ChartLevel } from './positionLevels';
import type { MarketBar, MarketData } from '@/types/domain';
import { candleTheme, chartTheme } from './chartTheme';
import { reachLevels } from './reachLevels';
import { indicatorSignature } from '@/lib/indicators';
import { IndicatorLayer, type IndicatorValue } from './IndicatorLayer';
import {
  barTime,
  bucketTime,
  formingFrom,
  growBar,
  instantOf,
  joinForming,
  tailFrom,
  toCandle,
  toMarkers,
  toVolume,
  type BarTime,
  type Candle,
} from './toSeries';

export interface ChartReading {
  /** Epoch milliseconds of the bar's start. */
  at: number | null;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number | null;
  indicators: IndicatorValue[];
}

const BAR_PIXELS = 7;
const ROOM_RIGHT = 4;
const MIN_BARS = 10;

/** One chart, made once; snapshots and prices are drawn into it. Knows nothing of React. */
export class PriceChart {
  private readonly chart: IChartApi;
  private readonly candles: ISeriesApi<'Candlestick'>;
  private readonly volumes: ISeriesApi<'Histogram'>;
  private readonly markers: ISeriesMarkersPluginApi<Time>;
  private readonly container: HTMLElement;
  private readonly onReading: (reading: ChartReading | null) => void;
  private colours: Tokens;
  private indicators: IndicatorLayer;
  private levels: IPriceLine[] = [];
  private levelsShown: readonly ChartLevel[] = [];
  private shown: MarketData | null = null;
  private forming: Candle | null = null;
  private times = new Set<BarTime>();
  private hovered: MouseEventParams | null = null;

  constructor(container: HTMLElement, colours: Tokens, onReading: (reading: ChartReading | null) => void) {
    this.container = container;
    this.colours = colours;
    this.onReading = onReading;
    this.chart = createChart(container, {
      autoSize: true,
      ...chartTheme(colours),
      localization: { locale: 'en-US' },
      timeScale: { timeVisible: true, secondsVisible: false, rightOffset: ROOM_RIGHT },
      // A page that scrolls must not be caught by a chart in its way.
      handleScroll: { vertTouchDrag: false },
    });
    this.candles = this.chart.addSeries(CandlestickSeries, candleTheme(colours));
    this.volumes = this.chart.addSeries(HistogramSeries, {
      priceScaleId: '',
      priceFormat: { type: 'volume' },
      lastValueVisible: false,
      priceLineVisible: false,
    });
    this.candles.priceScale().applyOptions({ scaleMargins: { top: 0.08, bottom: 0.22 } });
    this.volumes.priceScale().applyOptions({ scaleMargins: { top: 0.84, bottom: 0 } });
    this.markers = createSeriesMarkers(this.candles, []);
    this.indicators = new IndicatorLayer(this.chart, colours, []);
    this.chart.applyOptions(chartTheme(colours));
    this.chart.subscribeCrosshairMove(this.hover);
  }

  destroy(): void {
    this.chart.unsubscribeCrosshairMove(this.hover);
    this.chart.remove();
  }

  setData(data: MarketData): void {
    const previous = this.shown;
    const isSameSubject = previous?.symbol === data.symbol && previous.timeframe === data.timeframe;
    const isSameLayer =
      previous !== null && indicatorSignature(previous.indicators) === indicatorSignature(data.indicators);
    const from = isSameSubject && isSameLayer ? tailFrom(previous.bars, data.bars) : null;
    this.shown = data;
    if (!isSameSubject) this.forming = null;
    if (from === null || !this.drawTail(data, from)) this.drawAll(data, isSameLayer);
    if (!isSameSubject) this.showNewest();
    this.markers.setMarkers(toMarkers(data.trades, data.timeframe, this.colours));
    this.emit();
  }

  tick(price: number, instant: number): void {
    const data = this.shown;
    if (!data) return;
    const last = data.bars.at(-1);
    const lastClosed = last && toCandle(last, data.timeframe);
    const next = growBar(this.forming, lastClosed, price, instant, data.timeframe);
    if (!next || next === this.forming) return;
    this.forming = next;
    this.drawForming();
    if (!this.hovered) this.emit();
  }

  /** What a bar longer than a minute did before this page saw its prices. */
  setMinutes(minutes: readonly MarketBar[]): void {
    const data = this.shown;
    if (!data) return;
    const last = data.bars.at(-1);
    const begun = formingFrom(minutes, last && toCandle(last, data.timeframe), data.timeframe);
    if (!begun) return;
    this.forming = joinForming(begun, this.forming);
    this.drawForming();
    if (!this.hovered) this.emit();
  }

  scrollBy(bars: number): void {
    const scale = this.chart.timeScale();
    scale.scrollToPosition(scale.scrollPosition() + bars, false);
  }

  /** Above one shows fewer bars. The newest visible bar stays where it is. */
  zoomBy(factor: number): void {
    const range = this.chart.timeScale().getVisibleLogicalRange();
    if (!range) return;
    const bars = Math.max(MIN_BARS, (range.to - range.from) / factor);
    this.chart.timeScale().setVisibleLogicalRange({ from: range.to - bars, to: range.to });
  }

  /** Whether the price axis reaches as far as the levels do; otherwise as far as the candles. */
  setReach(toLevels: boolean): void {
    this.candles.applyOptions({
      autoscaleInfoProvider: (original: () => AutoscaleInfo | null) =>
        toLevels ? reachLevels(original(), this.levelsShown) : original(),
    });
  }

  setLevels(levels: readonly ChartLevel[]): void {
    this.levelsShown = levels;
    for (const line of this.levels) this.candles.removePriceLine(line);
    const colour = { entry: this.colours.accent, stop: this.colours.loss, target: this.colours.gain };
    const title = { entry: 'Entry', stop: 'Stop', target: 'Target' };
    this.levels = levels.map(({ kind, price }) =>
      this.candles.createPriceLine({
        price,
        color: colour[kind],
        lineWidth: 1,
        lineStyle: kind === 'entry' ? LineStyle.Solid : LineStyle.Dashed,
        axisLabelVisible: true,
        title: title[kind],
      }),
    );
  }

  /** The stop or target drawn at most so many pixels from there. */
  levelAt(y: number, reach: number): number | null {
    const near = this.levelsShown.map(({ kind, price }) => {
      const place = kind === 'entry' ? null : this.candles.priceToCoordinate(price);
      return place === null ? Infinity : Math.abs(place - y);
    });
    const nearest = near.indexOf(Math.min(...near));
    return nearest >= 0 && (near[nearest] ?? Infinity) <= reach ? nearest : null;
  }

  level(index: number): ChartLevel | undefined {
    return this.levelsShown[index];
  }

  priceAt(y: number): number | null {
    return this.candles.coordinateToPrice(y);
  }

  /** Draws a level elsewhere while it is dragged; null draws it where it is. */
  drawLevelAt(index: number, price: number | null): void {
    const shown = this.levelsShown[index];
    if (shown) this.levels[index]?.applyOptions({ price: price ?? shown.price });
  }

  setColours(colours: Tokens): void {
    if (colours === this.colours) return;
    this.colours = colours;
    this.chart.applyOptions(chartTheme(colours));
    this.candles.applyOptions(candleTheme(colours));
    this.setLevels(this.levelsShown);
    if (!this.shown) return;
    this.drawAll(this.shown, false);
    this.markers.setMarkers(toMarkers(this.shown.trades, this.shown.timeframe, colours));
    this.emit();
  }

  private drawAll(data: MarketData, keepLayer: boolean): void {
    const candles = data.bars.map((bar) => toCandle(bar, data.timeframe));
    this.candles.setData(candles);
    this.times = new Set(candles.map(({ time }) => time));
    this.volumes.setData(data.bars.map((bar) => toVolume(bar, data.timeframe, this.colours)));
    if (!keepLayer) {
      this.indicators.remove();
      this.indicators = new IndicatorLayer(this.chart, this.colours, data.indicators);
    }
    this.indicators.setData(data);
    this.drawForming();
  }

  /** False when a bar is missing before the forming one: it cannot be slipped in. */
  private drawTail(data: MarketData, from: number): boolean {
    const tail = data.bars.slice(from).map((bar) => toCandle(bar, data.timeframe));
    const newest = this.forming?.time;
    if (newest !== undefined && tail.some(({ time }) => time < newest && !this.times.has(time))) return false;
    tail.forEach((candle, offset) => {
      const bar = data.bars[from + offset];
      this.candles.update(candle, newest !== undefined && candle.time < newest);
      this.times.add(candle.time);
      if (bar) this.volumes.update(toVolume(bar, data.timeframe, this.colours));
    });
    this.indicators.updateFrom(data, from);
    this.drawForming();
    return true;
  }

  /** Draws the forming bar, or drops it when the bar has closed meanwhile. */
  private drawForming(): void {
    const last = this.shown?.bars.at(-1);
    if (!this.forming || !this.shown) return;
    if (last && this.forming.time <= toCandle(last, this.shown.timeframe).time) {
      this.forming = null;
      return;
    }
    this.candles.update(this.forming);
    this.times.add(this.forming.time);
  }

  /** Moves these moments (epoch milliseconds) to the middle of what is seen, with as much around them as there is room. */
  showSpan(from: number, to: number): void {
    const data = this.shown;
    if (!data || data.bars.length === 0) return;
    const placeOf = (instant: number) => {
      const time = bucketTime(instant, data.timeframe);
      return data.bars.filter((bar) => barTime(bar, data.timeframe) < time).length;
    };
    const [first, last] = [placeOf(from), placeOf(to)];
    const half = Math.max(this.roomForBars(data.bars.length), (last - first) * 1.25) / 2;
    // What lies before the first bar is empty.
    const begin = Math.max(0, (first + last) / 2 - half);
    this.chart.timeScale().setVisibleLogicalRange({ from: begin, to: begin + 2 * half });
  }

  private roomForBars(count: number): number {
    return Math.min(count, Math.max(30, Math.floor(this.container.clientWidth / BAR_PIXELS)));
  }

  private showNewest(): void {
    const count = this.shown?.bars.length ?? 0;
    if (count === 0) return;
    const visible = this.roomForBars(count);
    this.chart.timeScale().setVisibleLogicalRange({ from: count - visible, to: count + ROOM_RIGHT });
  }

  private readonly hover = (param: MouseEventParams): void => {
    this.hovered = param.time === undefined ? null : param;
    this.emit();
  };

  private emit(): void {
    this.onReading(this.reading());
  }

  private reading(): ChartReading | null {
    const data = this.shown;
    if (!data) return null;
    if (this.hovered?.time !== undefined) {
      const candle = this.hovered.seriesData.get(this.candles) as CandlestickData | undefined;
      if (!candle) return null;
      const volume = this.hovered.seriesData.get(this.volumes) as HistogramData | undefined;
      return {
        at: instantOf(this.hovered.time),
        open: candle.open,
        high: candle.high,
        low: candle.low,
        close: candle.close,
        volume: volume?.value ?? null,
        indicators: this.indicators.values(data, this.hovered.seriesData),
      };
    }
    const last = data.bars.at(-1);
    const candle = this.forming ?? (last ? toCandle(last, data.timeframe) : null);
    if (!candle) return null;
    return {
      at: instantOf(candle.time),
      open: candle.open,
      high: candle.high,
      low: candle.low,
      close: candle.close,
      volume: this.forming ? null : (last?.v ?? null),
      indicators: this.indicators.values(data, null),
    };
  }
}
