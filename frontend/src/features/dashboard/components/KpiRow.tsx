import { Box } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { ErrorState } from '@/components/common/ErrorState';
import { Pnl } from '@/components/common/Pnl';
import { AsOf, DimWhenStale } from '@/components/common/Stale';
import { Tiles, type TileProps } from '@/components/common/Tiles';
import { useLive } from '@/hooks/live';
import { summaryOptions } from '@/hooks/queries/account';
import { openPositionsOptions } from '@/features/positions/api/positions';
import { usePricesVersion } from '@/hooks/usePrices';
import { formatInteger, formatMoney, formatPercent, formatSignedPercent } from '@/lib/format';
import { liveTotals, type DayParts as Parts } from '@/lib/pnl';
import { DayParts } from './DayParts';
import { HOW } from './how';

const LABELS = [
  'Equity',
  'Day P&L',
  'Open P&L',
  'Exposure',
  'Buying power',
  'Bots running',
  'Trades today',
  'Win rate',
];

interface Account {
  tiles: TileProps[] | null;
  dayParts: Parts | null;
  error: unknown;
  retry: () => void;
}

function useAccount(): Account {
  const { prices } = useLive();
  const summary = useQuery(summaryOptions());
  const positions = useQuery(openPositionsOptions());
  usePricesVersion();
  const data = summary.data;
  const retry = () => void summary.refetch();
  if (!data) return { tiles: null, dayParts: null, error: summary.error, retry };
  const totals = liveTotals(data, positions.data?.results, (symbol) => prices.get(symbol));
  const { bots } = data;
  const others = [
    bots.error > 0 ? `${bots.error} error` : null,
    bots.paused > 0 ? `${bots.paused} paused` : null,
    bots.stopped > 0 ? `${bots.stopped} stopped` : null,
  ].filter((part) => part !== null);
  const tiles: TileProps[] = [
    {
      label: 'Equity',
      followsPrices: true,
      value: formatMoney(totals.equity),
      detail: <AsOf otherwise={`Cash ${formatMoney(data.cash)}`} />,
    },
    {
      label: 'Day P&L',
      followsPrices: true,
      value: <Pnl amount={totals.dayPnl} />,
      detail: `${formatSignedPercent(totals.dayPnlFraction)} today`,
    },
    {
      label: 'Open P&L',
      followsPrices: true,
      value: <Pnl amount={totals.openPnl} />,
      detail: data.open_positions === 1 ? '1 position' : `${formatInteger(data.open_positions)} positions`,
    },
    {
      label: 'Exposure',
      followsPrices: true,
      value: formatMoney(totals.exposure),
      detail: `${formatPercent(totals.exposureFraction)} of equity`,
    },
    {
      label: 'Buying power',
      value: formatMoney(data.buying_power),
      detail: data.account_number ?? undefined,
    },
    {
      label: 'Bots running',
      value: `${bots.running} / ${bots.total}`,
      detail: others.length > 0 ? others.join(' · ') : bots.total > 0 ? 'all of them' : 'none yet',
    },
    { label: 'Trades today', value: formatInteger(data.trades_today), detail: 'filled orders' },
    {
      label: 'Win rate',
      value: formatPercent(data.win_rate),
      detail: `${formatInteger(data.closed_positions)} closed ${data.closed_positions === 1 ? 'position' : 'positions'}`,
    },
  ];
  return { tiles, dayParts: totals.dayParts, error: null, retry };
}

export function KpiRow() {
  const { tiles, dayParts, error, retry } = useAccount();
  return (
    <DimWhenStale>
      <Box sx={{ display: 'grid', gap: 1 }}>
        <Tiles
          label="Account"
          labels={LABELS}
          hows={HOW}
          tiles={tiles}
          columns={{
            gridTemplateColumns: { xs: 'repeat(2, 1fr)', sm: 'repeat(4, 1fr)', lg: 'repeat(8, 1fr)' },
          }}
          fault={
            error ? (
              <ErrorState title="The account could not be read" error={error} onRetry={retry} />
            ) : undefined
          }
        />
        {(dayParts ?? (tiles === null && !error)) && <DayParts parts={dayParts} />}
      </Box>
    </DimWhenStale>
  );
}
