import { Box } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { BotsPanel } from '@/features/bots/components/BotsPanel';
import { chartSymbols, chooseChart } from '@/components/charts/chartChoice';
import { ChartPanel } from '@/components/charts/ChartPanel';
import { ChartPlaceholder } from '@/components/charts/ChartPlaceholder';
import { lazily } from '@/components/common/lazily';
import { WhenNear } from '@/components/common/WhenNear';
import { WidgetBoundary } from '@/components/common/WidgetBoundary';
import { FirstSteps } from '@/features/help/components/FirstSteps';
import { KpiRow } from '@/features/dashboard/components/KpiRow';
import { OpenPositions } from '@/features/positions/components/OpenPositions';
import { RecentTrades } from '@/features/trades/components/RecentTrades';
import { botsOptions } from '@/features/bots/api/bots';
import { openPositionsOptions } from '@/features/positions/api/positions';
import { useLiveSymbols } from '@/hooks/useLiveSymbols';
import { useUrlState } from '@/hooks/useUrlState';
import { visuallyHidden } from '@/theme/visuallyHidden';

const EQUITY_HEIGHT = 300;

const AccountEquity = lazily(
  async () => (await import('@/features/account/components/AccountEquity')).AccountEquity,
  () => <Box sx={{ height: EQUITY_HEIGHT }} />,
);

export function DashboardPage() {
  const [search, choose] = useUrlState();
  const botsQuery = useQuery(botsOptions());
  const positionsQuery = useQuery(openPositionsOptions());
  const bots = botsQuery.data?.results;
  const positions = positionsQuery.data?.results;

  const asked = { symbol: search.get('symbol'), bot: search.get('bot'), timeframe: search.get('timeframe') };
  const isKnown = bots !== undefined && (positions !== undefined || positionsQuery.isError);
  const choice = isKnown ? chooseChart(asked, bots, positions ?? []) : null;

  useLiveSymbols([
    ...chartSymbols(bots ?? []),
    ...(positions ?? []).map(({ symbol }) => symbol),
    ...(choice ? [choice.symbol] : []),
  ]);

  return (
    <Box
      sx={{
        p: { xs: 1, md: 1.5 },
        display: 'grid',
        gap: { xs: 1, md: 1.5 },
        gridTemplateColumns: 'minmax(0, 1fr)',
      }}
    >
      <title>Dashboard · tradingbot</title>
      <Box component="h1" sx={visuallyHidden}>
        Dashboard
      </Box>
      <FirstSteps />
      <WidgetBoundary>
        <KpiRow />
      </WidgetBoundary>
      <Box
        sx={{
          display: 'grid',
          gap: { xs: 1, md: 1.5 },
          gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'minmax(0, 1fr) 420px' },
        }}
      >
        {choice ? (
          <ChartPanel choice={choice} bots={bots ?? []} positions={positions ?? []} onChoose={choose} />
        ) : (
          <ChartPlaceholder
            hasNoBots={isKnown}
            error={botsQuery.error}
            onRetry={() => void botsQuery.refetch()}
          />
        )}
        <BotsPanel
          bots={bots}
          error={botsQuery.error}
          onRetry={() => void botsQuery.refetch()}
          charted={choice?.bot ? { bot: choice.bot.id, symbol: choice.symbol } : null}
          onChart={(bot, symbol) => {
            choose({ bot: String(bot.id), symbol });
          }}
        />
      </Box>
      <Box
        sx={{
          display: 'grid',
          gap: { xs: 1, md: 1.5 },
          gridTemplateColumns: 'minmax(0, 1fr)',
          '@media (min-width: 1280px)': { gridTemplateColumns: 'repeat(2, minmax(0, 1fr))' },
        }}
      >
        <OpenPositions
          positions={positions}
          error={positionsQuery.error}
          onRetry={() => void positionsQuery.refetch()}
          onChart={({ bot, symbol }) => {
            choose({ bot: String(bot), symbol });
          }}
        />
        <WidgetBoundary>
          <RecentTrades />
        </WidgetBoundary>
      </Box>
      <WhenNear height={EQUITY_HEIGHT}>
        <AccountEquity />
      </WhenNear>
    </Box>
  );
}
