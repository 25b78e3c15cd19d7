import {
  createTextWatermark,
  HistogramSeries,
  LineSeries,
  LineStyle,
  type IChartApi,
  type ISeriesApi,
  type Time,
} from 'lightweight-charts';
import { indicatorLabel } from '@/lib/indicators';
import type { Tokens } from '@/theme/tokens';
import type { IndicatorSeries, MarketData } from '@/types/domain';
import { placeLines, type PlacedLines } from './indicatorPanes';
import { toPoint } from './toSeries';

type LineApi = ISeriesApi<'Line'> | ISeriesApi<'Histogram'>;

interface Drawn {
  indicator: number;
  line: number;
  label: string;
  colour: string;
  isHistogram: boolean;
  api: LineApi;
}

export interface IndicatorValue {
  label: string;
  colour: string;
  value: number | null;
}

function isHistogram(name: string): boolean {
  return /hist/i.test(name);
}

function isBand({ lines }: IndicatorSeries): boolean {
  return lines.some(({ name }) => /upper/i.test(name));
}

/** The indicator lines of one chart: prices over the candles, the others of each indicator in a pane of its own. */
export class IndicatorLayer {
  private readonly chart: IChartApi;
  private readonly colours: Tokens;
  private drawn: Drawn[] = [];

  constructor(chart: IChartApi, colours: Tokens, indicators: readonly IndicatorSeries[]) {
    this.chart = chart;
    this.colours = colours;
    let overlays = 0;
    for (const placed of placeLines(indicators)) {
      const indicator = indicators[placed.indicator];
      if (!indicator) continue;
      if (placed.pane === 0) {
        // The first colour is that of entries; the lines of a band share theirs.
        const [before, shared] = [1 + overlays, isBand(indicator)];
        this.addLines(indicator, placed, (place) => before + (shared ? 0 : place));
        overlays += shared ? 1 : placed.lines.length;
      } else {
        this.addLines(indicator, placed, (place) => place);
        this.dressPane(indicator, placed);
      }
    }
    chart.panes().forEach((pane, index) => {
      pane.setStretchFactor(index === 0 ? 3.6 : 1);
    });
  }

  setData(data: MarketData): void {
    for (const drawn of this.drawn) {
      const values = data.indicators[drawn.indicator]?.lines[drawn.line]?.values ?? [];
      drawn.api.setData(data.bars.map((bar, index) => this.point(drawn, bar, values[index], data)));
    }
  }

  updateFrom(data: MarketData, from: number): void {
    for (const drawn of this.drawn) {
      const values = data.indicators[drawn.indicator]?.lines[drawn.line]?.values ?? [];
      data.bars.slice(from).forEach((bar, offset) => {
        drawn.api.update(this.point(drawn, bar, values[from + offset], data));
      });
    }
  }

  /** Values under the crosshair, or the last ones. */
  values(data: MarketData, at: ReadonlyMap<unknown, unknown> | null): IndicatorValue[] {
    return this.drawn.map(({ indicator, line, label, colour, api }) => {
      const point = at?.get(api) as { value?: number } | undefined;
      const last = data.indicators[indicator]?.lines[line]?.values.at(-1) ?? null;
      return { label, colour, value: at ? (point?.value ?? null) : last };
    });
  }

  remove(): void {
    for (const { api } of this.drawn) this.chart.removeSeries(api);
    this.drawn = [];
  }

  private point(
    drawn: Drawn,
    bar: MarketData['bars'][number],
    value: number | null | undefined,
    data: MarketData,
  ) {
    const point = toPoint(bar, value, data.timeframe);
    if (!drawn.isHistogram || !('value' in point)) return point;
    return { ...point, color: `${point.value >= 0 ? this.colours.gain : this.colours.loss}88` };
  }

  private addLines(
    indicator: IndicatorSeries,
    { indicator: index, pane, lines }: PlacedLines,
    colourAt: (place: number) => number,
  ): void {
    const label = indicatorLabel(indicator.key, indicator.params);
    const { series } = this.colours;
    lines.forEach((line, place) => {
      const name = indicator.lines[line]?.name ?? '';
      const histogram = isHistogram(name);
      const own = series[colourAt(place) % series.length] ?? this.colours.accent;
      const colour = histogram ? this.colours.muted : own;
      const common = { priceLineVisible: false, lastValueVisible: pane > 0 && !histogram, color: colour };
      const api: LineApi = histogram
        ? this.chart.addSeries(HistogramSeries, common, pane)
        : this.chart.addSeries(
            LineSeries,
            {
              ...common,
              lineWidth: pane === 0 && lines.length > 1 ? 1 : 2,
              crosshairMarkerVisible: false,
            },
            pane,
          );
      const isMain = indicator.lines.length === 1 || name.toLowerCase() === indicator.name.toLowerCase();
      const full = isMain ? label : `${label} ${name}`;
      this.drawn.push({
        indicator: index,
        line,
        label: place === 0 ? full : name,
        colour,
        isHistogram: histogram,
        api,
      });
    });
  }

  private dressPane(indicator: IndicatorSeries, { pane: index, lines }: PlacedLines): void {
    const first = this.drawn.at(-lines.length);
    for (const level of indicator.levels) {
      first?.api.createPriceLine({
        price: level,
        color: this.colours.muted,
        lineWidth: 1,
        lineStyle: LineStyle.Dotted,
        axisLabelVisible: false,
        title: '',
      });
    }
    const pane = this.chart.panes()[index];
    if (!pane) return;
    createTextWatermark<Time>(pane, {
      horzAlign: 'left',
      vertAlign: 'top',
      lines: [
        {
          text: indicatorLabel(indicator.key, indicator.params),
          color: this.colours.muted,
          fontSize: 11,
          lineHeight: 26,
        },
      ],
    });
  }
}
