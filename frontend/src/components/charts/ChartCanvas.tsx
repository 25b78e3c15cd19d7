import { Box } from '@mui/material';
import { useColorScheme } from '@mui/material/styles';
import { useEffect, useRef } from 'react';
import { useLive } from '@/hooks/live';
import { tokens } from '@/theme/tokens';
import type { MarketData } from '@/types/domain';
import { PriceChart, type ChartLevel, type ChartReading } from './PriceChart';

const MINUTE_MS = 60_000;
/** From the end of a minute until its bar can be read. */
const BAR_SETTLES_MS = 500;

interface Props {
  data: MarketData;
  levels: readonly ChartLevel[];
  height: number;
  label: string;
  onReading: (reading: ChartReading | null) => void;
  onMinute: () => void;
}

/** React's side of the chart: made once, told what changes. Prices go past React, straight to the canvas. */
export function ChartCanvas({ data, levels, height, label, onReading, onMinute }: Props) {
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
    chart.current?.setLevels(levels);
  }, [levels, onReading]);

  useEffect(() => {
    let minute: number | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const follow = () => {
      const tick = prices.get(data.symbol);
      if (!tick) return;
      const at = Date.parse(tick.at);
      chart.current?.tick(Number(tick.price), at);
      const current = Math.floor(at / MINUTE_MS);
      if (minute !== null && current > minute) {
        clearTimeout(timer);
        timer = setTimeout(onMinute, BAR_SETTLES_MS);
      }
      minute = current;
    };
    follow();
    const unsubscribe = prices.subscribe(data.symbol, follow);
    return () => {
      clearTimeout(timer);
      unsubscribe();
    };
  }, [prices, data.symbol, onMinute]);

  return (
    <Box component="figure" aria-label={label} sx={{ m: 0, minWidth: 0 }}>
      <Box ref={container} data-testid="price-chart" sx={{ height, width: '100%' }} />
    </Box>
  );
}
