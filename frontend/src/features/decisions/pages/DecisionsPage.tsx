import { Box, Typography } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { EmptyState } from '@/components/common/EmptyState';
import { ErrorState } from '@/components/common/ErrorState';
import { BotsFilter } from '@/components/common/filters/BotsFilter';
import { DateFilter } from '@/components/common/filters/DateFilter';
import { FilterBar } from '@/components/common/filters/FilterBar';
import { SelectFilter } from '@/components/common/filters/SelectFilter';
import { SymbolsFilter } from '@/components/common/filters/SymbolsFilter';
import { Page } from '@/components/common/Page';
import { Pager } from '@/components/common/Pager';
import { Panel } from '@/components/common/Panel';
import { RowSkeleton } from '@/components/common/RowSkeleton';
import { DecisionRow } from '@/features/decisions/components/DecisionRow';
import {
  ACTION_WORDS,
  decisionScope,
  NO_DECISION_FILTERS,
  readDecisionFilters,
} from '@/features/decisions/components/decisionFilters';
import { decisionPageOptions } from '@/features/decisions/api/decisions';
import { useUrlState } from '@/hooks/useUrlState';
import { cursorOf } from '@/lib/urlFilters';

export function DecisionsPage() {
  const [search, change] = useUrlState();
  const filters = readDecisionFilters(search);
  const scope = decisionScope(filters);
  const { data, error, refetch, isPlaceholderData } = useQuery({
    ...decisionPageOptions({ ...scope, cursor: filters.cursor }),
  });
  const set = (name: string) => (value: string | null) => {
    change({ [name]: value, cursor: null });
  };
  const go = (address: string | null) =>
    address === null
      ? null
      : () => {
          change({ cursor: cursorOf(address) });
        };
  return (
    <Page title="Decisions" busy={isPlaceholderData}>
      <FilterBar
        label="Filter decisions"
        active={Object.values(scope).filter((value) => value !== null).length}
        onClear={() => {
          change(NO_DECISION_FILTERS);
        }}
      >
        <DateFilter label="From (ET)" value={filters.since?.slice(0, 10) ?? null} onChange={set('since')} />
        <DateFilter label="To (ET)" value={filters.until?.slice(0, 10) ?? null} onChange={set('until')} />
        <BotsFilter
          value={filters.bots}
          onChange={(bots) => {
            set('bot')(bots.join());
          }}
        />
        <SymbolsFilter
          value={filters.symbols}
          onChange={(symbols) => {
            set('symbol')(symbols.join());
          }}
        />
        <SelectFilter
          label="Action"
          value={filters.action}
          options={Object.entries(ACTION_WORDS)}
          all="Any"
          onChange={set('action')}
          minWidth={100}
        />
      </FilterBar>
      <Panel
        title="Why"
        note={
          <Typography variant="body2" color="textSecondary">
            newest first, New York time; equal outcomes in a row are counted
          </Typography>
        }
      >
        {data ? (
          data.results.length === 0 ? (
            <EmptyState
              title="No decisions here"
              hint="A running bot decides at every tick; widen the filters."
            />
          ) : (
            <>
              <Box component="ul" aria-label="Decisions" sx={{ listStyle: 'none', m: 0, p: 0 }}>
                {data.results.map((decision) => (
                  <DecisionRow key={decision.id} decision={decision} />
                ))}
              </Box>
              <Pager
                label="Pages of decisions"
                note={`${data.results.length} on this page`}
                onPrevious={go(data.previous)}
                onNext={go(data.next)}
              />
            </>
          )
        ) : error ? (
          <ErrorState title="The decisions could not be read" error={error} onRetry={() => void refetch()} />
        ) : (
          <RowSkeleton rows={6} height={48} label="Loading the decisions" />
        )}
      </Panel>
    </Page>
  );
}
