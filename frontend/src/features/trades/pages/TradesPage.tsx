import { useQuery } from '@tanstack/react-query';
import { Page } from '@/components/common/Page';
import { ExportButton } from '@/features/trades/components/ExportButton';
import { TradeCharts } from '@/features/trades/components/TradeCharts';
import { TradeDialog } from '@/features/trades/components/TradeDialog';
import { TradeFilterBar } from '@/features/trades/components/TradeFilterBar';
import { readTradeFilters, tradeScope } from '@/features/trades/components/tradeFilters';
import { TradeLog } from '@/features/trades/components/TradeLog';
import { TradeStatsBar } from '@/features/trades/components/TradeStatsBar';
import { WorkingOrders } from '@/features/trades/components/WorkingOrders';
import { tradeStatsOptions } from '@/features/trades/api/trades';
import { useUrlState } from '@/hooks/useUrlState';
import { pnlViewOf } from '@/lib/pnlView';
import { idOf } from '@/lib/urlFilters';

export function TradesPage() {
  const [search, change] = useUrlState();
  const filters = readTradeFilters(search);
  const opened = idOf(search.get('trade'));
  const stats = useQuery(tradeStatsOptions(tradeScope(filters)));
  const read = { stats: stats.data, error: stats.error, onRetry: () => void stats.refetch() };
  return (
    <Page title="Trades" actions={<ExportButton filters={filters} />}>
      <TradeFilterBar filters={filters} onChange={change} />
      <TradeStatsBar {...read} />
      <TradeCharts
        {...read}
        view={pnlViewOf(search.get('view'))}
        onView={(view) => {
          change({ view: view === 'cumulative' ? null : view });
        }}
      />
      <WorkingOrders />
      <TradeLog filters={filters} onChange={change} />
      {opened !== null && (
        <TradeDialog
          key={opened}
          id={opened}
          onClose={() => {
            change({ trade: null });
          }}
        />
      )}
    </Page>
  );
}
