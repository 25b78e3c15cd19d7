import { Alert, Box, Button } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { NotFoundPage } from '@/app/NotFoundPage';
import { paths } from '@/app/paths';
import { ErrorState } from '@/components/common/ErrorState';
import { Page } from '@/components/common/Page';
import { RowSkeleton } from '@/components/common/RowSkeleton';
import { ViewToggle } from '@/components/common/ViewToggle';
import { analyticsOptions } from '@/features/analytics/api/analytics';
import { DrawdownPanel, EquityPanel } from '@/features/analytics/components/EquityPanel';
import { botOptions } from '@/features/bots/api/bots';
import { BotChart } from '@/features/bots/components/BotChart';
import { LastDecision, StatusReason } from '@/features/bots/components/BotFacts';
import { BotHeading } from '@/features/bots/components/BotHeading';
import { BotHealth } from '@/features/bots/components/BotHealth';
import { BotResults } from '@/features/bots/components/BotResults';
import { VersionList } from '@/features/bots/components/VersionList';
import { RecentDecisions } from '@/features/decisions/components/RecentDecisions';
import { positionListOptions } from '@/features/positions/api/positions';
import { OpenPositions } from '@/features/positions/components/OpenPositions';
import { RecentTradesOf } from '@/features/trades/components/RecentTrades';
import { useLiveSymbols } from '@/hooks/useLiveSymbols';
import { ApiError } from '@/lib/errors';
import type { PnlView } from '@/lib/pnlView';
import { RANGES } from '@/lib/ranges';
import { idOf } from '@/lib/urlFilters';
import type { AnalyticsRange, Bot } from '@/types/domain';

const TWO_COLUMNS = {
  display: 'grid',
  gap: { xs: 1, md: 1.5 },
  gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'repeat(2, minmax(0, 1fr))' },
} as const;

/** One bot: how it does, what it holds, did and decided, and by which settings. */
export function BotPage() {
  const id = idOf(useParams().id ?? null);
  const { data, error, refetch } = useQuery({ ...botOptions(id ?? 0), enabled: id !== null });
  const isGone = error instanceof ApiError && error.status === 404;
  if (id === null || (isGone && !data)) return <NotFoundPage />;
  if (!data) {
    return (
      <Page title="Bot">
        {error ? (
          <ErrorState title="The bot could not be read" error={error} onRetry={() => void refetch()} />
        ) : (
          <RowSkeleton rows={6} height={120} label="Loading the bot" />
        )}
      </Page>
    );
  }
  return (
    <Page
      title={data.name}
      actions={
        <>
          <BotHeading bot={data} />
          <Button component={Link} to={paths.botSettings.href(id)} variant="outlined" color="inherit">
            Settings
          </Button>
        </>
      }
    >
      {data.status === 'stopped' && data.last_tick_at === null && (
        <Alert
          severity="info"
          variant="outlined"
          action={
            <Button color="inherit" size="small" component={Link} to={paths.backtests.href({ bot: id })}>
              Backtest it first
            </Button>
          }
        >
          It is made and stopped: it does nothing until you press Start.
        </Alert>
      )}
      <BotResults bot={data} />
      <Box sx={{ px: 0.5 }}>
        <StatusReason bot={data} />
        <LastDecision bot={data} />
      </Box>
      <BotParts key={id} bot={data} />
    </Page>
  );
}

function BotParts({ bot }: { bot: Bot }) {
  const [range, setRange] = useState<AnalyticsRange>('1M');
  const [view, setView] = useState<PnlView>('cumulative');
  const [symbol, setSymbol] = useState(bot.symbols[0] ?? '');
  const results = useQuery({ ...analyticsOptions(range, { bot: String(bot.id) }) });
  const held = useQuery({
    ...positionListOptions({ bot: String(bot.id), is_open: true, page_size: 200 }),
  });
  const positions = held.data?.results;
  useLiveSymbols([symbol, ...(positions ?? []).map((position) => position.symbol)]);
  const shown = { data: results.data, error: results.error, onRetry: () => void results.refetch() };
  return (
    <>
      <Box sx={{ ml: 'auto' }}>
        <ViewToggle
          label="Range of the results"
          value={range}
          options={RANGES.map((each) => [each, each] as const)}
          onChange={setRange}
        />
      </Box>
      <Box sx={TWO_COLUMNS}>
        <EquityPanel {...shown} view={view} onView={setView} />
        <DrawdownPanel {...shown} />
      </Box>
      <OpenPositions
        positions={positions}
        error={held.error}
        onRetry={() => void held.refetch()}
        onChart={(position) => {
          setSymbol(position.symbol);
        }}
      />
      <BotChart bot={bot} symbol={symbol} positions={positions ?? []} onSymbol={setSymbol} />
      <Box sx={TWO_COLUMNS}>
        <RecentTradesOf of={{ bot: bot.id }} />
        <RecentDecisions of={{ bot: bot.id }} />
      </Box>
      <Box sx={TWO_COLUMNS}>
        <BotHealth bot={bot} positions={positions} />
        <VersionList bot={bot} />
      </Box>
    </>
  );
}
