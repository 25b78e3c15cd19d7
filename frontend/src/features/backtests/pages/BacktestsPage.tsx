import { useQuery } from '@tanstack/react-query';
import { BacktestCards, BacktestTable } from '@/features/backtests/components/BacktestRows';
import { RunBacktest } from '@/features/backtests/components/RunBacktest';
import { EmptyState } from '@/components/common/EmptyState';
import { ErrorState } from '@/components/common/ErrorState';
import { Page } from '@/components/common/Page';
import { Pager } from '@/components/common/Pager';
import { Panel } from '@/components/common/Panel';
import { RowSkeleton } from '@/components/common/RowSkeleton';
import { backtestListOptions } from '@/features/backtests/api/backtests';
import { marketStatusOptions } from '@/hooks/queries/market';
import { useIsPhone } from '@/hooks/useIsPhone';
import { useUrlState } from '@/hooks/useUrlState';
import { marketDate } from '@/lib/format';

const PAGE_SIZE = 25;

function whole(text: string | null): number | null {
  return text !== null && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : null;
}

export function BacktestsPage() {
  const [search, change] = useUrlState();
  const isPhone = useIsPhone();
  const page = whole(search.get('page')) ?? 1;
  const { data, error, refetch, isPlaceholderData } = useQuery({
    ...backtestListOptions({ page, page_size: PAGE_SIZE }),
  });
  const now = useQuery(marketStatusOptions()).data?.now;
  const go = (to: number) => () => {
    change({ page: to === 1 ? null : String(to) });
  };
  const Rows = isPhone ? BacktestCards : BacktestTable;
  return (
    <Page title="Backtests" busy={isPlaceholderData}>
      {now !== undefined && <RunBacktest bot={whole(search.get('bot'))} today={marketDate(now)} />}
      <Panel title="Runs">
        {data ? (
          data.results.length === 0 ? (
            <EmptyState
              title="No backtests yet"
              hint="Choose a bot and days above: it decides as it would have then, and every trade says why."
            />
          ) : (
            <>
              <Rows rows={data.results} />
              <Pager
                label="Pages of backtests"
                note={`Page ${page} of ${Math.max(1, Math.ceil(data.count / PAGE_SIZE))}`}
                onPrevious={data.previous === null ? null : go(page - 1)}
                onNext={data.next === null ? null : go(page + 1)}
              />
            </>
          )
        ) : error ? (
          <ErrorState title="The backtests could not be read" error={error} onRetry={() => void refetch()} />
        ) : (
          <RowSkeleton rows={4} height={40} label="Loading the backtests" />
        )}
      </Panel>
    </Page>
  );
}
