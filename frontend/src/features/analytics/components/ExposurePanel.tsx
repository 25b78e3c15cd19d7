import { Typography } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { CsvButton } from '@/components/common/CsvButton';
import { EmptyState } from '@/components/common/EmptyState';
import { ErrorState } from '@/components/common/ErrorState';
import { HowMade } from '@/components/common/HowMade';
import { Panel } from '@/components/common/Panel';
import { RowSkeleton } from '@/components/common/RowSkeleton';
import { StackPlot } from '@/components/plots/StackPlot';
import { exposureOptions } from '@/features/analytics/api/analytics';
import { formatDate, formatMoney } from '@/lib/format';
import type { Exposure } from '@/types/domain';
import { analyticsScope, type AnalyticsFilters } from './analyticsFilters';
import { ChartAndTable } from './ChartAndTable';
import { DaysTable } from './DaysTable';
import { HOW_EXPOSURE } from './how';

type Day = Exposure['days'][number];

function namesOf({ symbols, others }: Exposure): string[] {
  return others > 0 ? [...symbols, `${others} others`] : symbols;
}

function valuesOf(day: Day, { others }: Exposure): string[] {
  return others > 0 ? [...day.costs, day.others] : day.costs;
}

function labelOf({ days }: Exposure): string {
  const most = days.reduce((best, day) => (Number(day.total) > Number(best.total) ? day : best));
  const span = `${formatDate(days[0]?.date ?? '')} to ${formatDate(days.at(-1)?.date ?? '')}`;
  return `Exposure by symbol, ${span}: ${formatMoney(most.total)} at most, on ${formatDate(most.date)}`;
}

function Shown({ data }: { data: Exposure }) {
  const names = namesOf(data);
  return (
    <>
      <Typography variant="body2" color="textSecondary" sx={{ px: 1.5, pb: 0.5 }}>
        At cost, at the moment of each New York day when most was held altogether.
      </Typography>
      <ChartAndTable>
        <StackPlot
          names={names}
          hasRest={data.others > 0}
          days={data.days.map((day) => ({ date: day.date, values: valuesOf(day, data).map(Number) }))}
          label={labelOf(data)}
        />
        <DaysTable
          label="Exposure by symbol and day"
          names={[...names, 'Total']}
          days={data.days.map((day) => ({
            date: day.date,
            cells: [...valuesOf(day, data), day.total].map(formatMoney),
          }))}
        />
      </ChartAndTable>
    </>
  );
}

/** How much money was in which symbol, day by day. */
export function ExposurePanel({ filters }: { filters: AnalyticsFilters }) {
  const query = exposureOptions(filters.range, analyticsScope(filters));
  const { data, error, refetch } = useQuery({ ...query });
  return (
    <Panel
      title="Exposure by symbol"
      note={<HowMade label="Exposure by symbol" how={HOW_EXPOSURE} />}
      actions={
        data && (
          <CsvButton
            name="exposure by symbol"
            head={['date', 'at', ...namesOf(data), 'total']}
            rows={data.days.map((day) => [day.date, day.at, ...valuesOf(day, data), day.total])}
          />
        )
      }
    >
      {data ? (
        data.days.length === 0 ? (
          <EmptyState title="Nothing was held in this range" hint="Each day with shares held gets a bar." />
        ) : (
          <Shown data={data} />
        )
      ) : error ? (
        <ErrorState title="It could not be read" error={error} onRetry={() => void refetch()} />
      ) : (
        <RowSkeleton rows={1} height={248} label="Loading the exposure" />
      )}
    </Panel>
  );
}
