import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { EmptyState } from '@/components/common/EmptyState';
import { ErrorState } from '@/components/common/ErrorState';
import { Panel } from '@/components/common/Panel';
import { RowSkeleton } from '@/components/common/RowSkeleton';
import { ScrollBox } from '@/components/common/ScrollBox';
import { useLive } from '@/hooks/live';
import { recentTradesOptions } from '@/features/trades/api/trades';
import { useIsPhone } from '@/hooks/useIsPhone';
import { useMarketDay } from '@/hooks/useMarket';
import type { Trade } from '@/types/domain';
import { TradeCards, TradeTable } from './TradeRows';

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

export function RecentTrades() {
  const { ready } = useLive();
  const { data, error, refetch } = useQuery({ ...recentTradesOptions(), enabled: ready });
  return (
    <Panel title="Recent trades">
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
