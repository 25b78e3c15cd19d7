import { useCallback } from 'react';
import { BotsFilter } from '@/components/common/filters/BotsFilter';
import { DateFilter } from '@/components/common/filters/DateFilter';
import { FilterBar } from '@/components/common/filters/FilterBar';
import { SearchFilter } from '@/components/common/filters/SearchFilter';
import { SelectFilter } from '@/components/common/filters/SelectFilter';
import { SymbolsFilter } from '@/components/common/filters/SymbolsFilter';
import type { UrlChange } from '@/hooks/useUrlState';
import { marketDate } from '@/lib/format';
import {
  activeFilters,
  NO_FILTERS,
  TRADE_ROLES,
  TRADE_STATUSES,
  TRADE_TYPES,
  type TradeFilters,
} from './tradeFilters';
import { TRADE_ROLE, TRADE_STATUS } from './tradeStatus';

interface Props {
  filters: TradeFilters;
  onChange: (change: UrlChange) => void;
}

const TYPES = TRADE_TYPES.map((type) => [type, type === 'buy' ? 'Buy' : 'Sell'] as const);
const ROLES = TRADE_ROLES.map((role) => [role, TRADE_ROLE[role]] as const);
const STATUSES = TRADE_STATUSES.map((status) => [status, TRADE_STATUS[status].word] as const);

/** A moment in the address is shown as the New York day it falls on. */
function dayOf(moment: string | null): string | null {
  if (moment === null) return null;
  return moment.length === 10 ? moment : marketDate(moment);
}

export function TradeFilterBar({ filters, onChange }: Props) {
  const set = (name: string) => (value: string | null) => {
    onChange({ [name]: value, cursor: null });
  };
  // The same function at every rendering: typing is waited for.
  const findTag = useCallback(
    (tag: string) => {
      onChange({ tag: tag.trim() || null, cursor: null });
    },
    [onChange],
  );
  return (
    <FilterBar
      label="Filter trades"
      active={activeFilters(filters)}
      onClear={() => {
        onChange(NO_FILTERS);
      }}
    >
      <DateFilter label="From (ET)" value={dayOf(filters.from)} onChange={set('from')} />
      <DateFilter label="To (ET)" value={dayOf(filters.to)} onChange={set('to')} />
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
        label="Type"
        value={filters.type}
        options={TYPES}
        all="Any"
        onChange={set('type')}
        minWidth={90}
      />
      <SelectFilter
        label="Role"
        value={filters.role}
        options={ROLES}
        all="Any"
        onChange={set('role')}
        minWidth={90}
      />
      <SelectFilter
        label="Status"
        value={filters.status}
        options={STATUSES}
        all="Any"
        onChange={set('status')}
        minWidth={100}
      />
      <SearchFilter label="Tag" value={filters.tag} onChange={findTag} />
    </FilterBar>
  );
}
