import { useQuery } from '@tanstack/react-query';
import { BotsFilter } from '@/components/common/filters/BotsFilter';
import { FilterBar } from '@/components/common/filters/FilterBar';
import { SelectFilter } from '@/components/common/filters/SelectFilter';
import { SymbolsFilter } from '@/components/common/filters/SymbolsFilter';
import { Page } from '@/components/common/Page';
import { PositionDialog } from '@/features/positions/components/PositionDialog';
import { activeFilters, readPositionFilters } from '@/features/positions/components/positionFilters';
import { PositionList } from '@/features/positions/components/PositionList';
import { PositionSummaryBar } from '@/features/positions/components/PositionSummaryBar';
import { TradeList } from '@/features/trades/components/TradeList';
import { openPositionsOptions } from '@/features/positions/api/positions';
import { useLiveSymbols } from '@/hooks/useLiveSymbols';
import { useUrlState } from '@/hooks/useUrlState';
import { idOf } from '@/lib/urlFilters';

const STATES = [
  ['open', 'Open'],
  ['closed', 'Closed'],
  ['all', 'Open and closed'],
] as const;

const SORTS = [
  ['-opened_at', 'Newest first'],
  ['opened_at', 'Oldest first'],
  ['symbol', 'Symbol'],
  ['-unrealized_pnl', 'Open P&L, best first'],
  ['unrealized_pnl', 'Open P&L, worst first'],
  ['-realized_pnl', 'Realised, best first'],
  ['-cost', 'Largest first'],
] as const;

export function PositionsPage() {
  const [search, change] = useUrlState();
  const filters = readPositionFilters(search);
  const opened = idOf(search.get('position'));
  const held = useQuery(openPositionsOptions()).data?.results;
  useLiveSymbols((held ?? []).map(({ symbol }) => symbol));
  return (
    <Page title="Positions">
      <PositionSummaryBar filters={filters} />
      <FilterBar
        label="Filter positions"
        active={activeFilters(filters)}
        onClear={() => {
          change({ bot: null, symbol: null, state: null, ordering: null, page: null });
        }}
      >
        <BotsFilter
          value={filters.bots}
          onChange={(bots) => {
            change({ bot: bots.join(), page: null });
          }}
        />
        <SymbolsFilter
          value={filters.symbols}
          onChange={(symbols) => {
            change({ symbol: symbols.join(), page: null });
          }}
        />
        <SelectFilter
          label="State"
          value={filters.state}
          options={STATES}
          onChange={(state) => {
            change({ state: state === 'open' ? null : state, ordering: null, page: null });
          }}
        />
        <SelectFilter
          label="Sort"
          value={SORTS.some(([value]) => value === filters.ordering) ? filters.ordering : null}
          options={SORTS}
          all="By a column"
          minWidth={180}
          onChange={(ordering) => {
            change({ ordering, page: null });
          }}
        />
      </FilterBar>
      <PositionList filters={filters} onChange={change} />
      {opened !== null && (
        <PositionDialog
          key={opened}
          id={opened}
          onClose={() => {
            change({ position: null });
          }}
          renderTrades={(trades) => <TradeList trades={trades} />}
        />
      )}
    </Page>
  );
}
