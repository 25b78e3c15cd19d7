import { Box } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from 'react-router';
import { NotFoundPage } from '@/app/NotFoundPage';
import { paths } from '@/app/paths';
import { chooseChart } from '@/components/charts/chartChoice';
import { ChartPanel } from '@/components/charts/ChartPanel';
import { Page } from '@/components/common/Page';
import { botsOptions } from '@/features/bots/api/bots';
import { RecentDecisions } from '@/features/decisions/components/RecentDecisions';
import { positionListOptions } from '@/features/positions/api/positions';
import { OpenPositions } from '@/features/positions/components/OpenPositions';
import { BotsOfSymbol } from '@/features/symbols/components/BotsOfSymbol';
import { WatchButton } from '@/features/symbols/components/WatchButton';
import { RecentTradesOf } from '@/features/trades/components/RecentTrades';
import { useLiveSymbols } from '@/hooks/useLiveSymbols';
import { useUrlState } from '@/hooks/useUrlState';
import { symbolsOf } from '@/lib/urlFilters';

/** One stock: its price, who trades it, what is held of it, and what was done and decided. */
export function SymbolPage() {
  const [symbol] = symbolsOf(useParams().symbol ?? null);
  return symbol === undefined ? <NotFoundPage /> : <OneSymbol key={symbol} symbol={symbol} />;
}

function OneSymbol({ symbol }: { symbol: string }) {
  const navigate = useNavigate();
  const [search, change] = useUrlState();
  const bots = useQuery(botsOptions());
  const held = useQuery({
    ...positionListOptions({ symbol, is_open: true, page_size: 200 }),
  });
  useLiveSymbols([symbol]);
  const traders = (bots.data?.results ?? []).filter(({ symbols }) => symbols.includes(symbol));
  const positions = held.data?.results;
  const asked = { symbol, bot: search.get('bot'), timeframe: search.get('timeframe') };
  const choice = chooseChart(asked, traders, positions ?? []);
  return (
    <Page title={symbol} note={<WatchButton symbol={symbol} />}>
      {choice && (
        <ChartPanel
          choice={choice}
          bots={traders}
          positions={positions ?? []}
          onChoose={({ symbol: other, ...rest }) => {
            if (other !== undefined && other !== symbol) void navigate(paths.symbol.href(other));
            else change(rest);
          }}
        />
      )}
      <OpenPositions
        positions={positions}
        error={held.error}
        onRetry={() => void held.refetch()}
        onChart={({ bot }) => {
          change({ bot: String(bot) });
        }}
      />
      <BotsOfSymbol
        bots={bots.data && traders}
        symbol={symbol}
        error={bots.error}
        onRetry={() => void bots.refetch()}
      />
      <Box
        sx={{
          display: 'grid',
          gap: { xs: 1, md: 1.5 },
          gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'repeat(2, minmax(0, 1fr))' },
        }}
      >
        <RecentTradesOf of={{ symbol }} />
        <RecentDecisions of={{ symbol }} />
      </Box>
    </Page>
  );
}
