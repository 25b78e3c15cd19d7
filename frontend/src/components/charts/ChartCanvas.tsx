import { Box } from '@mui/material';
import { useColorScheme } from '@mui/material/styles';
import { useEffect, useRef, type KeyboardEvent } from 'react';
import { useLive } from '@/hooks/live';
import { tokens } from '@/theme/tokens';
import type { MarketBar, MarketData } from '@/types/domain';
import type { ChartHeight } from './chartHeight';
import { bucketTime, type BarTime } from './toSeries';
import { LevelDrag } from './LevelDrag';
import type { ChartLevel, MovableLevel } from './positionLevels';
import { PriceChart, type ChartReading } from './PriceChart';

const MINUTE_MS = 60_000;
/** From the end of a minute until its bar can be read. */
const BAR_SETTLES_MS = 500;

const KEYS: Partial<Record<string, (chart: PriceChart) => void>> = {
  ArrowLeft: (chart) => chart.scrollBy(-10),
  ArrowRight: (chart) => chart.scrollBy(10),
  '+': (chart) => chart.zoomBy(1.25),
  '=': (chart) => chart.zoomBy(1.25),
  '-': (chart) => chart.zoomBy(0.8),
};

interface Props {
  data: MarketData;
  /** The symbol's minutes: what the forming bar of a longer timeframe is made of. */
  minutes: readonly MarketBar[] | null;
  levels: readonly ChartLevel[];
  /** The levels matter as much as the candles: they stay in sight. */
  reachLevels: boolean;
  onLevelDragged?: (kind: MovableLevel, price: number) => void;
  /** What is moved into the middle, epoch milliseconds; without it the newest bars are shown. */
  span?: readonly [number, number] | null;
  label: string;
  height: ChartHeight;
  onReading: (reading: ChartReading | null) => void;
  /** A minute is over; `isBar`: and with it a bar of the chart's timeframe. Null: a past the newest price is no part of. */
  onMinute: ((isBar: boolean) => void) | null;
}

/** React's side of the chart: made once, told what changes. Prices go past React, straight to the canvas. */
export function ChartCanvas({
  data,
  minutes,
  levels,
  reachLevels,
  onLevelDragged,
  span = null,
  label,
  height,
  onReading,
  onMinute,
}: Props) {
  const container = useRef<HTMLDivElement>(null);
  const chart = useRef<PriceChart | null>(null);
  const { prices } = useLive();
  const { colorScheme } = useColorScheme();
  const colours = tokens[colorScheme === 'dark' ? 'dark' : 'light'];

  useEffect(() => {
    if (!container.current) return;
    const made = new PriceChart(container.current, tokens.light, onReading);
    chart.current = made;
    return () => {
      chart.current = null;
      made.destroy();
    };
  }, [onReading]);

  useEffect(() => {
    chart.current?.setColours(colours);
  }, [colours, onReading]);

  useEffect(() => {
    chart.current?.setData(data);
  }, [data, onReading]);

  useEffect(() => {
    if (span) chart.current?.showSpan(...span);
  }, [data, span, onReading]);

  useEffect(() => {
    if (minutes) chart.current?.setMinutes(minutes);
  }, [data, minutes, onReading]);

  useEffect(() => {
    chart.current?.setLevels(levels);
    chart.current?.setReach(reachLevels);
  }, [levels, reachLevels, onReading]);

  useEffect(() => {
    if (!container.current || !chart.current || !onLevelDragged) return;
    const drag = new LevelDrag(container.current, chart.current, onLevelDragged);
    return () => {
      drag.remove();
    };
  }, [onLevelDragged, onReading]);

  useEffect(() => {
    if (!onMinute) return;
    let minute: number | null = null;
    let bar: BarTime | null = null;
    let isBarOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const follow = () => {
      const tick = prices.get(data.symbol);
      if (!tick) return;
      const at = Date.parse(tick.at);
      chart.current?.tick(Number(tick.price), at);
      const current = Math.floor(at / MINUTE_MS);
      const currentBar = bucketTime(at, data.timeframe);
      if (minute !== null && current > minute) {
        isBarOver ||= currentBar !== bar;
        clearTimeout(timer);
        timer = setTimeout(() => {
          onMinute(isBarOver);
          isBarOver = false;
        }, BAR_SETTLES_MS);
      }
      minute = current;
      bar = currentBar;
    };
    follow();
    const unsubscribe = prices.subscribe(data.symbol, follow);
    return () => {
      clearTimeout(timer);
      unsubscribe();
    };
  }, [prices, data.symbol, data.timeframe, onMinute]);

  useEffect(() => {
    const element = container.current;
    if (!element) return;
    // The wheel belongs to the page, unless the chart has the focus or the person zooms (a pinch comes with Ctrl).
    const leaveToPage = (event: WheelEvent) => {
      if (!event.ctrlKey && document.activeElement !== element) event.stopPropagation();
    };
    element.addEventListener('wheel', leaveToPage, { capture: true, passive: true });
    return () => {
      element.removeEventListener('wheel', leaveToPage, { capture: true });
    };
  }, []);

  const steer = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const move = KEYS[event.key];
    if (!move || !chart.current) return;
    event.preventDefault();
    move(chart.current);
  };

  return (
    <Box component="figure" aria-label={label} sx={{ m: 0, minWidth: 0 }}>
      <Box
        ref={container}
        data-testid="price-chart"
        role="group"
        aria-label="Chart: arrow keys move it, plus and minus zoom"
        tabIndex={0}
        onKeyDown={steer}
        sx={{
          height,
          width: '100%',
          '&:focus-visible': { outline: '2px solid', outlineColor: 'primary.main', outlineOffset: -2 },
        }}
      />
    </Box>
  );
}
