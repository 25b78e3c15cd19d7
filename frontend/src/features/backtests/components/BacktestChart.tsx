import NextIcon from '@mui/icons-material/ChevronRightOutlined';
import PreviousIcon from '@mui/icons-material/ChevronLeftOutlined';
import { Box, IconButton, MenuItem, Skeleton, TextField, Typography } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { LazyChartCanvas } from '@/components/charts/LazyChartCanvas';
import { CHART_HEIGHT } from '@/components/charts/chartHeight';
import { ChartLegend } from '@/components/charts/ChartLegend';
import type { ChartReading } from '@/components/charts/PriceChart';
import { EmptyState } from '@/components/common/EmptyState';
import { ErrorState } from '@/components/common/ErrorState';
import { Panel } from '@/components/common/Panel';
import { pastBarsOptions } from '@/hooks/queries/market';
import { formatDate } from '@/lib/format';
import type { BacktestReport } from '@/types/domain';
import { drawnIndicators, fillsOn, levelsOf, runDays, spanOf, type ChosenDay } from './backtestDay';

interface Props {
  report: BacktestReport;
  chosen: ChosenDay;
  onChoose: (chosen: ChosenDay) => void;
}

function Selectors({ report, chosen, onChoose }: Props) {
  const { symbol, day } = chosen;
  const days = runDays(report);
  const before = days.findLast((each) => each < day);
  const after = days.find((each) => each > day);
  const step = (label: string, to: string | undefined, Icon: typeof NextIcon) => (
    <IconButton
      size="small"
      aria-label={label}
      disabled={to === undefined}
      onClick={() => {
        if (to !== undefined) onChoose({ symbol, day: to, trade: null });
      }}
    >
      <Icon fontSize="small" />
    </IconButton>
  );
  return (
    <>
      <TextField
        select
        size="small"
        value={symbol}
        slotProps={{ select: { SelectDisplayProps: { 'aria-label': `Symbol ${symbol}` } } }}
        sx={{ '& .MuiSelect-select': { py: 0.5, fontSize: '0.8125rem' }, minWidth: 92 }}
        onChange={({ target }) => {
          onChoose({ symbol: target.value, day, trade: null });
        }}
      >
        {(report.config.symbols ?? []).map((each) => (
          <MenuItem key={each} value={each}>
            {each}
          </MenuItem>
        ))}
      </TextField>
      <Box sx={{ display: 'flex', alignItems: 'center' }}>
        {step('The day before', before, PreviousIcon)}
        <Typography variant="body2" sx={{ minWidth: 52, textAlign: 'center', fontWeight: 600 }}>
          {formatDate(day)}
        </Typography>
        {step('The day after', after, NextIcon)}
      </Box>
    </>
  );
}

function Candles({ report, chosen }: Omit<Props, 'onChoose'>) {
  const { symbol, day, trade } = chosen;
  const { timeframe } = report.config;
  const [reading, setReading] = useState<ChartReading | null>(null);
  const indicators = useMemo(() => drawnIndicators(report), [report]);
  const { data, error, refetch } = useQuery(pastBarsOptions(symbol, timeframe, indicators, day));
  const drawn = useMemo(() => data && { ...data, trades: fillsOn(report, data) }, [data, report]);
  const span = useMemo(() => spanOf(trade), [trade]);
  const levels = useMemo(() => levelsOf(trade), [trade]);
  if (error) {
    return <ErrorState title={`No prices for ${symbol}`} error={error} onRetry={() => void refetch()} />;
  }
  if (!drawn) {
    return (
      <Skeleton variant="rectangular" aria-label="Loading the chart" sx={{ height: CHART_HEIGHT, mt: 3 }} />
    );
  }
  if (drawn.bars.length === 0) {
    return (
      <EmptyState
        title={`No bars of ${symbol} up to this day`}
        hint="They were there when the backtest ran, and are not stored any more."
      />
    );
  }
  return (
    <>
      <ChartLegend reading={reading} timeframe={timeframe} />
      <LazyChartCanvas
        // Each day is a chart of its own: it begins at that day's end.
        key={`${drawn.symbol} ${drawn.bars.at(-1)?.t}`}
        data={drawn}
        minutes={null}
        levels={levels}
        reachLevels={false}
        span={span}
        label={`${drawn.symbol} ${timeframe} candles and volume up to ${formatDate(day)}, ${drawn.trades.length} fills`}
        height={CHART_HEIGHT}
        onReading={setReading}
        onMinute={null}
      />
    </>
  );
}

/** One symbol on one day of the run, as the bot saw it, with what it bought and sold. */
export function BacktestChart(props: Props) {
  return (
    <Panel title="Price" actions={<Selectors {...props} />}>
      <Candles report={props.report} chosen={props.chosen} />
    </Panel>
  );
}
