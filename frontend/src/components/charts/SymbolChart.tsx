import { Skeleton } from '@mui/material';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useState, type ReactNode } from 'react';
import { EmptyState } from '@/components/common/EmptyState';
import { ErrorState } from '@/components/common/ErrorState';
import { DimWhenStale } from '@/components/common/Stale';
import { keys } from '@/hooks/queries/keys';
import { barsOptions, type Overlay } from '@/hooks/queries/market';
import { formatPrice } from '@/lib/format';
import type { Timeframe } from '@/types/domain';
import { LazyChartCanvas } from './LazyChartCanvas';
import { CHART_HEIGHT, type ChartHeight } from './chartHeight';
import { ChartLegend } from './ChartLegend';
import type { ChartLevel, MovableLevel } from './positionLevels';
import type { ChartReading } from './PriceChart';

interface Props {
  symbol: string;
  timeframe: Timeframe;
  overlay: Overlay;
  levels: readonly ChartLevel[];
  /** The price axis reaches as far as the levels. */
  reachLevels?: boolean;
  /** Somebody dragged a stop or target there; without it they cannot be dragged. */
  onLevelDragged?: (kind: MovableLevel, price: number) => void;
  /** What is drawn besides candles, for those who cannot see it: "with the indicators of Momentum". */
  note?: string;
  height?: ChartHeight;
  /** Said instead of the plain error, where the caller knows better what to do about it. */
  fault?: (error: Error) => ReactNode;
}

/** A symbol's candles, live, with whatever is laid over them. */
export function SymbolChart({
  symbol,
  timeframe,
  overlay,
  levels,
  reachLevels = false,
  onLevelDragged,
  note = '',
  height = CHART_HEIGHT,
  fault,
}: Props) {
  const client = useQueryClient();
  const [reading, setReading] = useState<ChartReading | null>(null);
  const { data, error, refetch } = useQuery(barsOptions(symbol, timeframe, overlay));
  const minutes = useQuery({
    ...barsOptions(symbol, '1Min', null),
    enabled: timeframe !== '1Min',
  }).data;
  const readAgain = useCallback(
    (isBar: boolean) => {
      const queryKey = isBar ? keys.marketData : keys.bars(symbol, '1Min', null);
      void client.invalidateQueries({ queryKey });
    },
    [client, symbol],
  );
  const isOther = data !== undefined && data.symbol !== symbol;
  if (error && (!data || isOther)) {
    return (
      fault?.(error) ?? (
        <ErrorState title={`No prices for ${symbol}`} error={error} onRetry={() => void refetch()} />
      )
    );
  }
  if (!data) {
    return <Skeleton variant="rectangular" aria-label="Loading the chart" sx={{ height, mt: 3 }} />;
  }
  if (data.bars.length === 0) {
    return (
      <EmptyState
        title={`No bars for ${symbol} yet`}
        hint="The first appears when a minute of trading is over."
      />
    );
  }
  return (
    <DimWhenStale whole>
      <ChartLegend reading={reading} timeframe={data.timeframe} />
      <LazyChartCanvas
        data={data}
        minutes={data.timeframe !== '1Min' && minutes?.symbol === data.symbol ? minutes.bars : null}
        levels={levels}
        reachLevels={reachLevels}
        onLevelDragged={onLevelDragged}
        label={`${data.symbol} ${data.timeframe} candles and volume${note ? ` ${note}` : ''}, last ${formatPrice(data.bars.at(-1)?.c)}`}
        height={height}
        onReading={setReading}
        onMinute={readAgain}
      />
    </DimWhenStale>
  );
}
