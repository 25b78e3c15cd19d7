import { Box } from '@mui/material';
import { useQueries } from '@tanstack/react-query';
import { CsvButton } from '@/components/common/CsvButton';
import { EmptyState } from '@/components/common/EmptyState';
import { ErrorState } from '@/components/common/ErrorState';
import { BotsFilter } from '@/components/common/filters/BotsFilter';
import { HowMade } from '@/components/common/HowMade';
import { Panel } from '@/components/common/Panel';
import { RowSkeleton } from '@/components/common/RowSkeleton';
import { ViewToggle } from '@/components/common/ViewToggle';
import { LinesPlot } from '@/components/plots/LinesPlot';
import { analyticsOptions } from '@/features/analytics/api/analytics';
import { useUrlState } from '@/hooks/useUrlState';
import {
  formatCompactMoney,
  formatDate,
  formatPercent,
  formatSignedMoney,
  formatSignedPercent,
  NOTHING,
} from '@/lib/format';
import type { Bot } from '@/types/domain';
import { readAnalyticsFilters } from './analyticsFilters';
import { ChartAndTable } from './ChartAndTable';
import {
  comparedDays,
  comparedRows,
  measureOf,
  MEASURES,
  MOST_COMPARED,
  namesOf,
  UNITS,
  unitOf,
  type ComparedBot,
  type Measure,
  type Unit,
} from './comparison';
import { DaysTable } from './DaysTable';
import { HOW_COMPARED } from './how';

/** What each chosen bot's own page has as its curve, read once for each. */
function useCompared(ids: readonly number[], known: readonly Bot[] | undefined) {
  const [search] = useUrlState();
  const { range, symbols } = readAnalyticsFilters(search);
  const answers = useQueries({
    queries: ids.map((id) => ({
      ...analyticsOptions(range, { bot: String(id), symbol: symbols.join() || null }),
      // While another is read, the one before would stand under its name.
      placeholderData: undefined,
    })),
  });
  const bots = ids.flatMap((id, index): ComparedBot[] => {
    const data = answers[index]?.data;
    if (!data) return [];
    const name = known?.find((bot) => bot.id === id)?.name ?? data.bots[0]?.name ?? `Bot ${id}`;
    return [{ id, name, capital: data.capital, points: data.equity }];
  });
  return {
    bots: bots.length === ids.length ? bots : null,
    error: answers.find(({ error }) => error)?.error ?? null,
    retry: () => {
      for (const answer of answers) if (answer.error) void answer.refetch();
    },
  };
}

interface ShownProps {
  bots: readonly ComparedBot[];
  measure: Measure;
  unit: Unit;
}

function Shown({ bots, measure, unit }: ShownProps) {
  const days = comparedDays(bots, measure, unit);
  const names = namesOf(bots);
  const format = unit === 'dollars' ? formatSignedMoney : formatSignedPercent;
  if (days.length === 0) {
    return <EmptyState title="No sessions in this range" hint="None of the bots chosen has traded in it." />;
  }
  const last = days.at(-1)?.values ?? [];
  const words = names.map((name, index) => `${name} ${format(last[index]?.toString())}`).join(', ');
  const span = `${formatDate(days[0]?.date ?? '')} to ${formatDate(days.at(-1)?.date ?? '')}`;
  return (
    <ChartAndTable>
      <LinesPlot
        names={names}
        days={days.map(({ date, values }) => ({
          date,
          values: values.map((value) => (value === null ? null : value.toNumber())),
        }))}
        label={`Bots compared over time, ${span}: ${words}`}
        format={format}
        formatAxis={unit === 'dollars' ? formatCompactMoney : formatPercent}
      />
      <DaysTable
        label="Results of the compared bots by day"
        names={names}
        days={days.map(({ date, values }) => ({
          date,
          cells: values.map((value) => (value === null ? NOTHING : format(value.toString()))),
        }))}
      />
    </ChartAndTable>
  );
}

/** The results of two to four bots, added up day by day, in one plot. Which ones stands in the address. */
export function BotsOverTime({
  chosen,
  known,
}: {
  chosen: readonly number[];
  known: readonly Bot[] | undefined;
}) {
  const [search, change] = useUrlState();
  const [measure, unit] = [measureOf(search.get('result')), unitOf(search.get('unit'))];
  const isEnough = chosen.length > 1;
  const { bots, error, retry } = useCompared(isEnough ? chosen : [], known);
  return (
    <Panel
      title="Bots over time"
      note={<HowMade label="Bots over time" how={HOW_COMPARED} />}
      actions={
        <>
          <ViewToggle
            label="Result compared"
            value={measure}
            options={MEASURES}
            onChange={(next) => {
              change({ result: next === 'realised' ? null : next });
            }}
          />
          <ViewToggle
            label="Unit compared"
            value={unit}
            options={UNITS}
            onChange={(next) => {
              change({ unit: next === 'dollars' ? null : next });
            }}
          />
          {isEnough && bots && (
            <CsvButton
              name="bots over time"
              head={['date', ...namesOf(bots)]}
              rows={comparedRows(comparedDays(bots, measure, unit))}
            />
          )}
        </>
      }
    >
      <Box sx={{ px: 1.5, pt: 0.75, pb: 1.25 }}>
        <BotsFilter
          label="Compare"
          none="Two to four bots"
          most={MOST_COMPARED}
          value={chosen}
          onChange={(ids) => {
            change({ compare: ids.join() });
          }}
        />
      </Box>
      {!isEnough ? (
        <EmptyState
          title="Choose bots to compare"
          hint="Two to four of them; the range and the symbols are those of the page."
        />
      ) : bots ? (
        <Shown bots={bots} measure={measure} unit={unit} />
      ) : error ? (
        <ErrorState title="It could not be read" error={error} onRetry={retry} />
      ) : (
        <RowSkeleton rows={1} height={248} label="Loading the results" />
      )}
    </Panel>
  );
}
