import { ErrorState } from '@/components/common/ErrorState';
import { Pnl } from '@/components/common/Pnl';
import { Tiles, type TileProps } from '@/components/common/Tiles';
import { formatRatio, formatInteger, formatMoney, formatPercent, formatSignedMoney } from '@/lib/format';
import type { TradeStats } from '@/types/domain';

const LABELS = [
  ...['Trades', 'Realised P&L', 'Win rate', 'Profit factor', 'Expectancy', 'Best', 'Worst', 'Traded'],
];

function plural(count: number, one: string, many: string): string {
  return `${formatInteger(count)} ${count === 1 ? one : many}`;
}

function tilesOf(stats: TradeStats): TileProps[] {
  return [
    {
      label: 'Trades',
      value: formatInteger(stats.trades),
      detail: `${formatInteger(stats.buys)} buys · ${formatInteger(stats.sells)} sells`,
    },
    {
      label: 'Realised P&L',
      value: <Pnl amount={stats.total_pnl} />,
      detail: `after fees of ${formatMoney(stats.commission)}`,
    },
    {
      label: 'Win rate',
      value: formatPercent(stats.win_rate),
      detail:
        stats.win_rate === null
          ? 'needs a closed position'
          : `${stats.won} of ${plural(stats.closed_positions, 'closed position', 'closed positions')}`,
    },
    {
      label: 'Profit factor',
      value: formatRatio(stats.profit_factor),
      detail: stats.profit_factor === null ? 'needs a loss' : `${formatSignedMoney(stats.gross_profit)} won`,
    },
    {
      label: 'Expectancy',
      value: stats.expectancy === null ? '—' : <Pnl amount={stats.expectancy} />,
      detail: stats.expectancy === null ? 'needs a closed position' : 'per closed position',
    },
    {
      label: 'Best',
      value: stats.best === null ? '—' : <Pnl amount={stats.best} />,
      detail: `average win ${formatSignedMoney(stats.average_win)}`,
    },
    {
      label: 'Worst',
      value: stats.worst === null ? '—' : <Pnl amount={stats.worst} />,
      detail: `average loss ${formatSignedMoney(stats.average_loss)}`,
    },
    {
      label: 'Traded',
      value: formatMoney(stats.volume),
      detail: `average slippage ${formatSignedMoney(stats.average_slippage)}`,
    },
  ];
}

interface Props {
  stats: TradeStats | undefined;
  error: unknown;
  onRetry: () => void;
}

export function TradeStatsBar({ stats, error, onRetry }: Props) {
  return (
    <Tiles
      label="Statistics of these trades"
      labels={LABELS}
      tiles={stats ? tilesOf(stats) : null}
      columns={{ gridTemplateColumns: { xs: 'repeat(2, 1fr)', sm: 'repeat(4, 1fr)', xl: 'repeat(8, 1fr)' } }}
      fault={
        error && !stats ? (
          <ErrorState title="The statistics could not be read" error={error} onRetry={onRetry} />
        ) : undefined
      }
    />
  );
}
