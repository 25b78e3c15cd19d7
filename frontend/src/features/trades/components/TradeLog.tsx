import { Alert, Box, Button, LinearProgress } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { EmptyState } from '@/components/common/EmptyState';
import { ErrorState } from '@/components/common/ErrorState';
import { Pager } from '@/components/common/Pager';
import { Panel } from '@/components/common/Panel';
import { RowSkeleton } from '@/components/common/RowSkeleton';
import { tradePageOptions } from '@/features/trades/api/trades';
import { useIsPhone } from '@/hooks/useIsPhone';
import { useMarketDay } from '@/hooks/useMarket';
import type { UrlChange } from '@/hooks/useUrlState';
import { cursorOf } from '@/lib/urlFilters';
import type { Trade } from '@/types/domain';
import { activeFilters, NEWEST_FIRST, NO_FILTERS, tradeQuery, type TradeFilters } from './tradeFilters';
import { TradeCards, TradeTable } from './TradeRows';
import { useArrivals } from './useArrivals';

interface Props {
  filters: TradeFilters;
  onChange: (change: UrlChange) => void;
}

interface RowsProps extends Props {
  trades: readonly Trade[];
}

function Rows({ trades, filters, onChange }: RowsProps) {
  const isPhone = useIsPhone();
  const today = useMarketDay();
  const [known] = useState(() => new Set(trades.map(({ id }) => id)));
  const isNewestFirst = filters.ordering === NEWEST_FIRST && filters.cursor === null;
  const props = {
    label: 'Trades',
    trades,
    today,
    isNew: ({ id }: Trade) => isNewestFirst && !known.has(id),
    order: {
      ordering: filters.ordering,
      onOrder: (ordering: string) => {
        onChange({ ordering: ordering === NEWEST_FIRST ? null : ordering, cursor: null });
      },
    },
    onOpen: ({ id }: Trade) => {
      onChange({ trade: String(id) });
    },
  };
  return isPhone ? (
    <TradeCards {...props} />
  ) : (
    <Box sx={{ overflowX: 'auto' }}>
      <TradeTable {...props} />
    </Box>
  );
}

export function TradeLog({ filters, onChange }: Props) {
  const query = tradeQuery(filters);
  const { data, error, refetch, isPlaceholderData } = useQuery(tradePageOptions(query));
  const hasArrivals = useArrivals(JSON.stringify(query), data?.results);
  const isFiltered = activeFilters(filters) > 0;
  const turn = (url: string | null | undefined) => {
    const cursor = cursorOf(url);
    if (!url) return null;
    return () => {
      onChange({ cursor });
    };
  };
  return (
    <Panel title="Trades">
      {isPlaceholderData && (
        <LinearProgress
          aria-label="Loading trades"
          sx={{ position: 'absolute', insetInline: 0, top: 0, height: 2 }}
        />
      )}
      {hasArrivals && filters.cursor !== null && (
        <Alert
          severity="info"
          variant="outlined"
          sx={{ mx: 1.5, mb: 1, py: 0 }}
          action={
            <Button
              color="inherit"
              onClick={() => {
                onChange({ cursor: null, ordering: null });
              }}
            >
              Show the newest
            </Button>
          }
        >
          New trades have arrived
        </Alert>
      )}
      {error && !data ? (
        <ErrorState title="The trades could not be read" error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <RowSkeleton rows={10} label="Loading trades" />
      ) : data.results.length === 0 ? (
        <EmptyState
          title={isFiltered ? 'No trade is like that' : 'No trades yet'}
          hint={
            isFiltered
              ? 'Take a filter away to see more.'
              : 'The first fill of a bot appears here the moment it happens.'
          }
        >
          {isFiltered && (
            <Button
              variant="outlined"
              onClick={() => {
                onChange(NO_FILTERS);
              }}
            >
              Clear filters
            </Button>
          )}
        </EmptyState>
      ) : (
        <Rows key={JSON.stringify(query)} trades={data.results} filters={filters} onChange={onChange} />
      )}
      <Pager
        label="Pages of trades"
        note={filters.cursor === null ? 'First page' : ''}
        onPrevious={turn(data?.previous)}
        onNext={turn(data?.next)}
      />
    </Panel>
  );
}
