import { Button } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { paths } from '@/app/paths';
import { EmptyState } from '@/components/common/EmptyState';
import { ErrorState } from '@/components/common/ErrorState';
import { Panel } from '@/components/common/Panel';
import { RowSkeleton } from '@/components/common/RowSkeleton';
import { ScrollBox } from '@/components/common/ScrollBox';
import { recentTradesOptions, tradePageOptions } from '@/features/trades/api/trades';
import { useIsPhone } from '@/hooks/useIsPhone';
import { useMarketDay } from '@/hooks/useMarket';
import type { Trade, TradePage } from '@/types/domain';
import { TradeCards, TradeTable } from './TradeRows';

const SHOWN = 12;

function Rows({ trades }: { trades: readonly Trade[] }) {
  const isPhone = useIsPhone();
  const today = useMarketDay();
  const [known] = useState(() => new Set(trades.map(({ id }) => id)));
  const props = { label: 'Recent trades', trades, today, isNew: ({ id }: Trade) => !known.has(id) };
  if (trades.length === 0) {
    return (
      <EmptyState title="No trades yet" hint="The first fill of a bot appears here the moment it happens." />
    );
  }
  return isPhone ? (
    <TradeCards {...props} />
  ) : (
    <ScrollBox label="Recent trades">
      <TradeTable {...props} />
    </ScrollBox>
  );
}

/** The newest trades of one bot, or in one symbol. */
export function RecentTradesOf({ of }: { of: { bot: number } | { symbol: string } }) {
  const query = useQuery({
    ...tradePageOptions({ ...of, page_size: SHOWN }),
  });
  return <Trades {...query} all={paths.trades.href(of)} />;
}

/** The newest trades of all bots. */
export function RecentTrades() {
  const query = useQuery(recentTradesOptions());
  return <Trades {...query} all={paths.trades.href()} />;
}

interface Props {
  data: TradePage | undefined;
  error: unknown;
  refetch: () => unknown;
  /** The address of all of them. */
  all: string;
}

function Trades({ data, error, refetch, all }: Props) {
  return (
    <Panel
      title="Recent trades"
      actions={
        <Button size="small" color="inherit" component={Link} to={all}>
          All of them
        </Button>
      }
    >
      {data ? (
        <Rows trades={data.results} />
      ) : error ? (
        <ErrorState title="The trades could not be read" error={error} onRetry={() => void refetch()} />
      ) : (
        <RowSkeleton rows={6} label="Loading trades" />
      )}
    </Panel>
  );
}
