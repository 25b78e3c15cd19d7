import { Pnl } from '@/components/common/Pnl';
import type { TileProps } from '@/components/common/Tiles';
import {
  formatFinePercent,
  formatInteger,
  formatMoney,
  formatPercent,
  formatRatio,
  formatSignedPercent,
  NOTHING,
} from '@/lib/format';
import type { Analytics } from '@/types/domain';

const NEEDS_CLOSED = 'needs a closed position';

function amount(value: string | null) {
  return value === null ? NOTHING : <Pnl amount={value} />;
}

/** What the realised P&L is made of. */
function realizedOf({ trades, fees, dividends }: Analytics['metrics']): string {
  const parts = [`${formatInteger(trades)} ${trades === 1 ? 'trade' : 'trades'}`];
  if (Number(fees) !== 0) parts.push(`fees ${formatMoney(fees)}`);
  if (Number(dividends) !== 0) parts.push(`dividends ${formatMoney(dividends)}`);
  return parts.join(' · ');
}

/** The figures, and for what cannot be said yet: what it needs. */
export function metricTiles({
  metrics: m,
  capital,
  marked_to_market: marked,
}: Pick<Analytics, 'metrics' | 'capital' | 'marked_to_market'>): TileProps[] {
  const measured = marked ? 'marked to market' : 'realised';
  return [
    {
      label: 'Total P&L',
      value: <Pnl amount={m.total_pnl} />,
      detail:
        m.return_pct === null
          ? 'needs capital'
          : `${formatSignedPercent(m.return_pct)} on ${formatMoney(capital)}`,
    },
    {
      label: 'Realised',
      value: <Pnl amount={m.realized_pnl} />,
      detail: realizedOf(m),
    },
    { label: 'Open P&L', value: <Pnl amount={m.unrealized_pnl} />, detail: 'at the last prices' },
    {
      label: 'Win rate',
      value: formatPercent(m.win_rate),
      detail:
        m.win_rate === null
          ? NEEDS_CLOSED
          : `${formatInteger(m.won)} won, ${formatInteger(m.lost)} lost of ${formatInteger(m.closed_positions)}`,
    },
    {
      label: 'Profit factor',
      value: formatRatio(m.profit_factor),
      detail: m.profit_factor === null ? 'needs a losing position' : 'won for each dollar lost',
    },
    {
      label: 'Expectancy',
      value: amount(m.expectancy),
      detail: m.expectancy === null ? NEEDS_CLOSED : 'per closed position',
    },
    {
      label: 'Sharpe ratio',
      value: formatRatio(m.sharpe),
      detail: m.sharpe === null ? 'needs 20 days that differ' : `daily, ${measured}`,
    },
    {
      label: 'Max drawdown',
      value: <Pnl amount={Number(m.max_drawdown) === 0 ? m.max_drawdown : `-${m.max_drawdown}`} />,
      detail:
        m.max_drawdown_pct === null
          ? 'needs capital'
          : `${formatFinePercent(m.max_drawdown_pct)} of the peak, ${marked ? 'by the minute' : 'realised'}`,
    },
    {
      label: 'Average win',
      value: amount(m.average_win),
      detail: m.average_win === null ? 'needs a winning position' : 'per winning position',
    },
    {
      label: 'Average loss',
      value: amount(m.average_loss),
      detail: m.average_loss === null ? 'needs a losing position' : 'per losing position',
    },
    {
      label: 'Best day',
      value: amount(m.best_day),
      detail: m.best_day === null ? 'needs a session' : measured,
    },
    {
      label: 'Worst day',
      value: amount(m.worst_day),
      detail: m.worst_day === null ? 'needs a session' : measured,
    },
  ];
}
