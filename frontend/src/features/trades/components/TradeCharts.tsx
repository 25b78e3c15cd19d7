import { Box } from '@mui/material';
import type { ReactNode } from 'react';
import { EmptyState } from '@/components/common/EmptyState';
import { ErrorState } from '@/components/common/ErrorState';
import { Panel } from '@/components/common/Panel';
import { ViewToggle } from '@/components/common/ViewToggle';
import { RowSkeleton } from '@/components/common/RowSkeleton';
import { BinsPlot } from '@/components/plots/BinsPlot';
import { HourHeat } from '@/components/plots/HourHeat';
import { DayPlot } from '@/components/plots/DayPlot';
import { RankPlot } from '@/components/plots/RankPlot';
import { formatDate, formatSignedMoney } from '@/lib/format';
import { PNL_VIEWS, type PnlView } from '@/lib/pnlView';
import type { TradeStats } from '@/types/domain';

interface Props {
  stats: TradeStats | undefined;
  error: unknown;
  onRetry: () => void;
  view: PnlView;
  onView: (view: PnlView) => void;
}

const MOST_SYMBOLS = 8;

function Days({ stats, view }: { stats: TradeStats; view: PnlView }) {
  const { by_day: days } = stats;
  if (days.length === 0) return <Nothing />;
  const points = days.map(({ date, pnl, cumulative, trades }) => ({
    date,
    trades,
    value: Number(view === 'daily' ? pnl : cumulative),
  }));
  const first = formatDate(days[0]?.date ?? '');
  const last = formatDate(days.at(-1)?.date ?? '');
  return (
    <DayPlot
      points={points}
      shape={view === 'daily' ? 'bars' : 'line'}
      name="P&L"
      label={`Realised P&L by day, ${view}, ${first} to ${last}: ${formatSignedMoney(stats.total_pnl)} in all`}
    />
  );
}

function Nothing() {
  return <EmptyState title="Nothing realised yet" hint="The first sale draws the first bar." />;
}

function Symbols({ stats }: { stats: TradeStats }) {
  const shown = stats.by_symbol.slice(0, MOST_SYMBOLS);
  if (shown.length === 0) return <Nothing />;
  const points = shown.map(({ symbol, pnl, trades }) => ({ name: symbol, value: Number(pnl), trades }));
  const words = shown.map(({ symbol, pnl }) => `${symbol} ${formatSignedMoney(pnl)}`).join(', ');
  return <RankPlot points={points} label={`Realised P&L by symbol: ${words}`} />;
}

function Distribution({ stats }: { stats: TradeStats }) {
  if (stats.distribution.length === 0) return <Nothing />;
  return (
    <BinsPlot
      bins={stats.distribution}
      label={`Results of the sells: ${stats.won} won, ${stats.lost} lost`}
    />
  );
}

function Hours({ stats }: { stats: TradeStats }) {
  if (stats.by_hour.length === 0) return <Nothing />;
  const best = [...stats.by_hour].sort((one, other) => Number(other.pnl) - Number(one.pnl))[0];
  const words = best ? `the best hour made ${formatSignedMoney(best.pnl)}` : '';
  return <HourHeat cells={stats.by_hour} label={`Realised P&L by hour and weekday: ${words}`} />;
}

/** What the filtered trades made: by day, by symbol, how it is spread, and when. */
export function TradeCharts({ stats, error, onRetry, view, onView }: Props) {
  const body = (draw: (stats: TradeStats) => ReactNode) =>
    stats ? (
      draw(stats)
    ) : error ? (
      <ErrorState title="It could not be read" error={error} onRetry={onRetry} />
    ) : (
      <RowSkeleton rows={1} height={220} label="Loading the chart" />
    );
  return (
    <Box
      sx={{
        display: 'grid',
        gap: { xs: 1, md: 1.5 },
        gridTemplateColumns: {
          xs: 'minmax(0, 1fr)',
          md: 'repeat(2, minmax(0, 1fr))',
          lg: '2fr 1fr 1fr',
        },
        '& > :first-of-type': { gridColumn: { md: '1 / -1', lg: 'auto' } },
      }}
    >
      <Panel
        title="P&L by day"
        actions={<ViewToggle label="P&L by day" value={view} options={PNL_VIEWS} onChange={onView} />}
      >
        {body((known) => (
          <Days stats={known} view={view} />
        ))}
      </Panel>
      <Panel title="P&L by symbol">
        {body((known) => (
          <Symbols stats={known} />
        ))}
      </Panel>
      <Panel title="Distribution">
        {body((known) => (
          <Distribution stats={known} />
        ))}
      </Panel>
      <Panel title="By hour and weekday, New York" sx={{ gridColumn: '1 / -1' }}>
        {body((known) => (
          <Hours stats={known} />
        ))}
      </Panel>
    </Box>
  );
}
