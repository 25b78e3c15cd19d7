import { Typography } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { CsvButton } from '@/components/common/CsvButton';
import { EmptyState } from '@/components/common/EmptyState';
import { ErrorState } from '@/components/common/ErrorState';
import { Pager } from '@/components/common/Pager';
import { Panel } from '@/components/common/Panel';
import { RowSkeleton } from '@/components/common/RowSkeleton';
import { AsOf, DimWhenStale } from '@/components/common/Stale';
import { positionListOptions } from '@/features/positions/api/positions';
import { useIsPhone } from '@/hooks/useIsPhone';
import { useMarketDay } from '@/hooks/useMarket';
import type { UrlChange } from '@/hooks/useUrlState';
import type { Position } from '@/types/domain';
import { ClosePositionDialog } from './ClosePositionDialog';
import { activeFilters, POSITIONS_PER_PAGE, positionQuery, type PositionFilters } from './positionFilters';
import { PositionListCards } from './PositionListCards';
import { PositionListTable } from './PositionListTable';

interface Props {
  filters: PositionFilters;
  onChange: (change: UrlChange) => void;
}

const TITLE = { open: 'Open positions', closed: 'Closed positions', all: 'All positions' } as const;

function emptyWords(filters: PositionFilters): { title: string; hint: string } {
  if (activeFilters(filters) > 0) {
    return { title: 'No position is like that', hint: 'Take a filter away to see more.' };
  }
  return {
    title: 'No open positions',
    hint: 'A bot that buys shows its position here, with its stop and target.',
  };
}

const EXPORTED = [
  ...(['bot_name', 'symbol', 'quantity', 'entry_price', 'current_price', 'stop_loss_price'] as const),
  ...(['take_profit_price', 'unrealized_pnl', 'realized_pnl', 'opened_at', 'closed_at'] as const),
] as const;

export function PositionList({ filters, onChange }: Props) {
  const isPhone = useIsPhone();
  const today = useMarketDay();
  const { data, error, refetch } = useQuery(positionListOptions(positionQuery(filters)));
  const [asked, setAsked] = useState<number | null>(null);
  const closing = data?.results.find(({ id }) => id === asked);
  const { page, state, ordering } = filters;
  const last = Math.max(1, Math.ceil((data?.count ?? 0) / POSITIONS_PER_PAGE));
  const turn = (to: number) => () => {
    onChange({ page: to > 1 ? String(to) : null });
  };
  const List = isPhone ? PositionListCards : PositionListTable;
  return (
    <Panel
      title={TITLE[state]}
      note={
        <>
          {data && (
            <Typography variant="caption" color="textSecondary">
              {data.count}
            </Typography>
          )}
          <AsOf />
        </>
      }
      actions={
        data &&
        data.results.length > 0 && (
          <CsvButton
            name={`positions ${state}`}
            head={EXPORTED}
            rows={data.results.map((row) => EXPORTED.map((name) => row[name]))}
          />
        )
      }
    >
      {error && !data ? (
        <ErrorState title="The positions could not be read" error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <RowSkeleton rows={5} height={48} label="Loading positions" />
      ) : data.results.length === 0 ? (
        <EmptyState {...emptyWords(filters)} />
      ) : (
        <DimWhenStale>
          <List
            positions={data.results}
            state={state}
            today={today}
            ordering={ordering}
            onOrder={(next) => {
              onChange({ ordering: next, page: null });
            }}
            onOpen={({ id }: Position) => {
              onChange({ position: String(id) });
            }}
            onClose={({ id }: Position) => {
              setAsked(id);
            }}
          />
        </DimWhenStale>
      )}
      <Pager
        label="Pages of positions"
        note={`Page ${page} of ${last}`}
        onPrevious={page > 1 ? turn(page - 1) : null}
        onNext={page < last ? turn(page + 1) : null}
      />
      {closing?.is_open && !closing.closing && (
        <ClosePositionDialog
          key={closing.id}
          position={closing}
          onDone={() => {
            setAsked(null);
          }}
        />
      )}
    </Panel>
  );
}
