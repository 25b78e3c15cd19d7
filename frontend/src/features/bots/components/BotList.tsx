import { Button, Typography } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { paths } from '@/app/paths';
import { CsvButton } from '@/components/common/CsvButton';
import { DimWhenAway } from '@/components/common/DimWhenAway';
import { EmptyState } from '@/components/common/EmptyState';
import { ErrorState } from '@/components/common/ErrorState';
import { Pager } from '@/components/common/Pager';
import { Panel } from '@/components/common/Panel';
import { RowSkeleton } from '@/components/common/RowSkeleton';
import { botListOptions } from '@/features/bots/api/bots';
import { haltsOptions } from '@/features/halts/api/halts';
import { useIsPhone } from '@/hooks/useIsPhone';
import type { UrlChange } from '@/hooks/useUrlState';
import { BulkActions } from './BulkActions';
import { BotListCards } from './BotListCards';
import { BotTable } from './BotTable';
import { BOTS_PER_PAGE, botQuery, type BotFilters } from './botFilters';
import { useSelection } from './useSelection';

const EXPORTED = [
  ...['name', 'status', 'pnl_today', 'pnl_total', 'open_positions', 'win_rate'],
  ...['capital', 'symbols', 'timeframe', 'last_tick_at'],
];

interface Props {
  filters: BotFilters;
  onChange: (change: UrlChange) => void;
}

export function BotList({ filters, onChange }: Props) {
  const isPhone = useIsPhone();
  const { data, error, refetch } = useQuery(botListOptions(botQuery(filters)));
  const halts = useQuery(haltsOptions()).data?.results;
  const selection = useSelection();
  const isFiltered = filters.status !== null || filters.search !== '';
  const { page } = filters;
  const last = Math.max(1, Math.ceil((data?.count ?? 0) / BOTS_PER_PAGE));
  const turn = (to: number) => () => {
    onChange({ page: to > 1 ? String(to) : null });
  };
  return (
    <Panel
      title={isFiltered ? 'Bots found' : 'All bots'}
      note={
        data && (
          <Typography variant="caption" color="textSecondary">
            {data.count}
          </Typography>
        )
      }
      actions={
        data &&
        data.results.length > 0 && (
          <CsvButton
            name="bots"
            head={EXPORTED}
            rows={data.results.map((bot) => [
              ...[bot.name, bot.status, bot.today.pnl, bot.total_pnl, bot.open_positions, bot.win_rate],
              ...[bot.capital, bot.symbols.join(' '), bot.timeframe, bot.last_tick_at],
            ])}
          />
        )
      }
    >
      <BulkActions filters={filters} found={data?.count ?? 0} selection={selection} />
      {error && !data ? (
        <ErrorState title="The bots could not be read" error={error} onRetry={() => void refetch()} />
      ) : !data ? (
        <RowSkeleton rows={4} height={64} label="Loading bots" />
      ) : data.results.length === 0 ? (
        <EmptyState
          title={isFiltered ? 'No bot is like that' : 'No bots yet'}
          hint={
            isFiltered
              ? 'Try another name or status.'
              : 'A bot trades its symbols by the indicators you give it.'
          }
        >
          {!isFiltered && (
            <Button component={Link} to={paths.newBot.href()} variant="contained">
              Create a bot
            </Button>
          )}
        </EmptyState>
      ) : isPhone ? (
        <DimWhenAway>
          <BotListCards bots={data.results} halts={halts} selection={selection} />
        </DimWhenAway>
      ) : (
        <DimWhenAway>
          <BotTable
            bots={data.results}
            halts={halts}
            selection={selection}
            ordering={filters.ordering}
            onOrder={(ordering) => {
              onChange({ ordering, page: null });
            }}
          />
        </DimWhenAway>
      )}
      <Pager
        label="Pages of bots"
        note={`Page ${page} of ${last}`}
        onPrevious={page > 1 ? turn(page - 1) : null}
        onNext={page < last ? turn(page + 1) : null}
      />
    </Panel>
  );
}
