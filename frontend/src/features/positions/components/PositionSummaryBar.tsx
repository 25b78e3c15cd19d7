import { useQuery } from '@tanstack/react-query';
import { ErrorState } from '@/components/common/ErrorState';
import { Pnl } from '@/components/common/Pnl';
import { AsOf, DimWhenStale } from '@/components/common/Stale';
import { Tiles, type TileProps } from '@/components/common/Tiles';
import { useLive } from '@/hooks/live';
import { openPositionsOptions, positionSummaryOptions } from '@/features/positions/api/positions';
import { usePricesVersion } from '@/hooks/usePrices';
import { formatInteger, formatMoney, formatSignedPercent } from '@/lib/format';
import { positionTotals } from '@/lib/positionTotals';
import type { Position } from '@/types/domain';
import { positionScope, type PositionFilters } from './positionFilters';

const LABELS = ['Open positions', 'Market value', 'Open P&L', 'Realised today', 'Cost', 'Unprotected'];

function inScope({ bots, symbols }: PositionFilters) {
  return ({ bot, symbol }: Position) =>
    (bots.length === 0 || bots.includes(bot)) && (symbols.length === 0 || symbols.includes(symbol));
}

function useTiles(filters: PositionFilters) {
  const { prices } = useLive();
  const summary = useQuery(positionSummaryOptions(positionScope(filters)));
  const held = useQuery(openPositionsOptions()).data?.results;
  usePricesVersion();
  const { data } = summary;
  const fault = data ? null : summary.error;
  const retry = () => void summary.refetch();
  if (!data) return { tiles: null, fault, retry };
  const totals = positionTotals(data, held?.filter(inScope(filters)), (symbol) => prices.get(symbol));
  const tiles: TileProps[] = [
    { label: 'Open positions', value: formatInteger(totals.count), detail: <AsOf otherwise="now" /> },
    { label: 'Market value', value: formatMoney(totals.value), followsPrices: true },
    {
      label: 'Open P&L',
      value: <Pnl amount={totals.pnl} />,
      detail: `${formatSignedPercent(totals.pnlFraction)} of cost`,
      followsPrices: true,
    },
    { label: 'Realised today', value: <Pnl amount={data.realized_today} /> },
    { label: 'Cost', value: formatMoney(data.cost) },
    {
      label: 'Unprotected',
      value: formatInteger(data.unprotected),
      detail: data.unprotected > 0 ? 'without a stop at the broker' : 'all have a stop',
    },
  ];
  return { tiles, fault, retry };
}

export function PositionSummaryBar({ filters }: { filters: PositionFilters }) {
  const { tiles, fault, retry } = useTiles(filters);
  return (
    <DimWhenStale>
      <Tiles
        label="Summary of open positions"
        labels={LABELS}
        tiles={tiles}
        columns={{
          gridTemplateColumns: { xs: 'repeat(2, 1fr)', sm: 'repeat(3, 1fr)', lg: 'repeat(6, 1fr)' },
        }}
        fault={
          fault ? (
            <ErrorState title="The summary could not be read" error={fault} onRetry={retry} />
          ) : undefined
        }
      />
    </DimWhenStale>
  );
}
