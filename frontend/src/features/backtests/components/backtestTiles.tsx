import type { TileProps } from '@/components/common/Tiles';
import { Pnl } from '@/components/common/Pnl';
import {
  formatFactor,
  formatFinePercent,
  formatInteger,
  formatMoney,
  formatPercent,
  formatRatio,
  formatSignedPercent,
  NOTHING,
} from '@/lib/format';
import type { BacktestReport } from '@/types/domain';

export const BACKTEST_LABELS = [
  ...['Net profit', 'A year', 'Buy and hold', 'SPY', 'Max drawdown', 'Sharpe ratio'],
  ...['Sortino ratio', 'Calmar ratio', 'Profit factor', 'Win rate', 'Expectancy', 'Closed positions'],
  ...[
    'Average win',
    'Average loss',
    'Time invested',
    'Turnover',
    'Average holding',
    'Commission',
    'Slippage',
    'Excursions',
  ],
];

const NEEDS_DAYS = 'needs 20 sessions';

function held(minutes: number | null): string {
  if (minutes === null) return NOTHING;
  if (minutes < 90) return `${Math.round(minutes)} min`;
  return minutes < 390 ? `${(minutes / 60).toFixed(1)} h` : `${(minutes / 390).toFixed(1)} sessions`;
}

/** The figures of a backtest, and for what cannot be said: what it needs. */
export function backtestTiles({ metrics: m, config, costs }: BacktestReport): TileProps[] {
  const amount = (value: string | null) => (value === null ? NOTHING : <Pnl amount={value} />);
  const asked = Number(costs.slippage) > 0 || Number(costs.spread) > 0;
  return [
    {
      label: 'Net profit',
      value: <Pnl amount={m.net_profit} />,
      detail: `${formatSignedPercent(m.total_return)} on ${formatMoney(String(config.capital))}`,
    },
    {
      label: 'A year',
      value: formatSignedPercent(m.annual_return),
      detail: m.annual_return === null ? NEEDS_DAYS : 'compounded, 252 sessions',
    },
    { label: 'Buy and hold', value: formatSignedPercent(m.buy_and_hold_return), detail: 'the same symbols' },
    {
      label: 'SPY',
      value: formatSignedPercent(m.spy_return),
      detail: m.spy_return === null ? 'no bars of these days' : 'the market',
    },
    {
      label: 'Max drawdown',
      value: <Pnl amount={Number(m.max_drawdown) === 0 ? '0' : `-${m.max_drawdown}`} />,
      detail: `${formatFinePercent(m.max_drawdown_fraction)} from the peak`,
    },
    {
      label: 'Sharpe ratio',
      value: formatRatio(m.sharpe),
      detail: m.sharpe === null ? NEEDS_DAYS : 'daily, a year of 252 days',
    },
    {
      label: 'Sortino ratio',
      value: formatRatio(m.sortino),
      detail: m.sortino === null ? NEEDS_DAYS : 'only losses count as risk',
    },
    {
      label: 'Calmar ratio',
      value: formatRatio(m.calmar),
      detail: m.calmar === null ? NEEDS_DAYS : 'a year over the drawdown',
    },
    {
      label: 'Profit factor',
      value: formatRatio(m.profit_factor),
      detail: m.profit_factor === null ? 'needs a losing position' : 'won for each dollar lost',
    },
    {
      label: 'Win rate',
      value: formatPercent(m.win_rate),
      detail: `of closed positions: ${formatInteger(m.won)} won, ${formatInteger(m.lost)} lost`,
    },
    { label: 'Expectancy', value: amount(m.expectancy), detail: 'a closed position' },
    {
      label: 'Closed positions',
      value: formatInteger(m.closed_positions),
      detail: `${formatInteger(m.still_held)} still held`,
    },
    {
      label: 'Average win',
      value: amount(m.average_win),
      detail: m.best === null ? undefined : `best ${formatMoney(m.best)}`,
    },
    {
      label: 'Average loss',
      value: amount(m.average_loss),
      detail: m.worst === null ? undefined : `worst ${formatMoney(m.worst)}`,
    },
    { label: 'Time invested', value: formatPercent(m.exposure), detail: 'of the minutes traded' },
    {
      label: 'Turnover',
      value: `${formatFactor(Math.round(m.turnover * 100) / 100)}×`,
      detail: 'of the capital',
    },
    { label: 'Average holding', value: held(m.average_holding_minutes), detail: 'of open market' },
    {
      label: 'Commission',
      value: formatMoney(m.commission),
      detail: 'paid, taken off the profit',
    },
    {
      label: 'Slippage',
      value: m.slippage === null ? NOTHING : formatMoney(m.slippage),
      detail:
        m.slippage_bps === null
          ? asked
            ? 'what was paid is not known'
            : 'none asked'
          : `with the spread: ${formatRatio(m.slippage_bps)} bp at market and stops`,
    },
    {
      label: 'Excursions',
      value: m.mae === null ? NOTHING : `${formatFinePercent(m.mae)} / ${formatFinePercent(m.mfe)}`,
      detail: 'worst and best, on average',
    },
  ];
}
