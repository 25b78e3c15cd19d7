import { Box, Typography } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import {
  analyticsScope,
  readAnalyticsFilters,
  STANDARD_RANGE,
} from '@/features/analytics/components/analyticsFilters';
import { BotComparison } from '@/features/analytics/components/BotComparison';
import { BotsOverTime } from '@/features/analytics/components/BotsOverTime';
import { DrawdownPanel, EquityPanel } from '@/features/analytics/components/EquityPanel';
import { ExposurePanel } from '@/features/analytics/components/ExposurePanel';
import { KeyMetrics } from '@/features/analytics/components/KeyMetrics';
import { SymbolBreakdown } from '@/features/analytics/components/SymbolBreakdown';
import { CsvButton } from '@/components/common/CsvButton';
import { EmptyState } from '@/components/common/EmptyState';
import { ErrorState } from '@/components/common/ErrorState';
import { BotsFilter } from '@/components/common/filters/BotsFilter';
import { FilterBar } from '@/components/common/filters/FilterBar';
import { SymbolsFilter } from '@/components/common/filters/SymbolsFilter';
import { Page } from '@/components/common/Page';
import { Panel } from '@/components/common/Panel';
import { RowSkeleton } from '@/components/common/RowSkeleton';
import { ViewToggle } from '@/components/common/ViewToggle';
import { DayCalendar } from '@/components/plots/DayCalendar';
import { analyticsOptions } from '@/features/analytics/api/analytics';
import { botsOptions } from '@/features/bots/api/bots';
import { useUrlState } from '@/hooks/useUrlState';
import { formatDate, signOf } from '@/lib/format';
import { RANGES } from '@/lib/ranges';
import type { Analytics } from '@/types/domain';

const RANGE_OPTIONS = RANGES.map((range) => [range, range] as const);
const PAIR = {
  display: 'grid',
  gap: { xs: 1, md: 1.5 },
  alignItems: 'start',
  gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'repeat(2, minmax(0, 1fr))' },
} as const;

function calendarLabel({ equity }: Analytics): string {
  const up = equity.filter(({ pnl }) => signOf(pnl) > 0).length;
  const down = equity.filter(({ pnl }) => signOf(pnl) < 0).length;
  return `P&L by day: ${up} days up, ${down} down, ${equity.length - up - down} even`;
}

function BotsCsv({ data }: { data: Analytics }) {
  const names = ['bot', 'pnl', 'return_pct', 'trades', 'win_rate'] as const;
  return (
    <CsvButton
      name="results of bots"
      head={['name', ...names]}
      rows={data.bots.map((row) => [row.name, ...names.map((name) => row[name])])}
    />
  );
}

function SymbolsCsv({ data }: { data: Analytics }) {
  const names = ['symbol', 'pnl', 'trades', 'win_rate'] as const;
  return (
    <CsvButton
      name="results by symbol"
      head={names}
      rows={data.symbols.map((row) => names.map((name) => row[name]))}
    />
  );
}

export function AnalyticsPage() {
  const [search, change] = useUrlState();
  const filters = readAnalyticsFilters(search);
  const query = analyticsOptions(filters.range, analyticsScope(filters));
  const { data, error, refetch, isPlaceholderData } = useQuery({ ...query });
  const bots = useQuery(botsOptions()).data?.results;
  const existing = new Set(bots?.map(({ id }) => id));
  const retry = () => void refetch();
  const waiting = (label: string) =>
    error ? (
      <ErrorState title="It could not be read" error={error} onRetry={retry} />
    ) : (
      <RowSkeleton rows={4} height={48} label={label} />
    );
  return (
    <Page
      title="Analytics"
      busy={isPlaceholderData}
      note={
        data && (
          <Typography variant="body2" color="textSecondary">
            {data.from ? `${formatDate(data.from)} – ${formatDate(data.to)} ET` : 'no session yet'}
          </Typography>
        )
      }
      actions={
        <ViewToggle
          label="Range"
          value={filters.range}
          options={RANGE_OPTIONS}
          onChange={(range) => {
            change({ range: range === STANDARD_RANGE ? null : range });
          }}
        />
      }
    >
      <FilterBar
        label="Filter analytics"
        active={(filters.bots.length > 0 ? 1 : 0) + (filters.symbols.length > 0 ? 1 : 0)}
        onClear={() => {
          change({ bot: null, symbol: null });
        }}
      >
        <BotsFilter
          value={filters.bots}
          onChange={(bots) => {
            change({ bot: bots.join() });
          }}
        />
        <SymbolsFilter
          value={filters.symbols}
          onChange={(symbols) => {
            change({ symbol: symbols.join() });
          }}
        />
      </FilterBar>
      <KeyMetrics data={data} error={error} onRetry={retry} />
      <Box sx={PAIR}>
        <EquityPanel
          data={data}
          error={error}
          onRetry={retry}
          view={filters.view}
          onView={(view) => {
            change({ view: view === 'cumulative' ? null : view });
          }}
        />
        <DrawdownPanel data={data} error={error} onRetry={retry} />
      </Box>
      <Panel title="Calendar of days">
        {data ? (
          data.equity.length === 0 ? (
            <EmptyState title="No sessions in this range" hint="Each trading day gets a cell." />
          ) : (
            <DayCalendar
              days={data.equity.map(({ date, pnl }) => ({ date, value: Number(pnl) }))}
              label={calendarLabel(data)}
            />
          )
        ) : (
          waiting('Loading the days')
        )}
      </Panel>
      <Panel title="Bots" actions={data && <BotsCsv data={data} />}>
        {data ? <BotComparison bots={data.bots} existing={existing} /> : waiting('Loading the bots')}
      </Panel>
      <BotsOverTime chosen={filters.compared} known={bots} />
      <ExposurePanel filters={filters} />
      <Panel title="Symbols" actions={data && <SymbolsCsv data={data} />}>
        {data ? <SymbolBreakdown symbols={data.symbols} /> : waiting('Loading the symbols')}
      </Panel>
    </Page>
  );
}
