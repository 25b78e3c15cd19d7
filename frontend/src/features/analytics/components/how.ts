import { paths } from '@/app/paths';
import type { How } from '@/components/common/HowMade';

const closed = { href: paths.positions.href({ state: 'closed' }), words: 'The closed positions' };
const trades = { href: paths.trades.href({ status: 'filled' }), words: 'The filled trades' };

export const HOW_COMPARED: How = {
  formula:
    'Of each bot what it has made from the beginning of the range, or from its first fill where that is later, to the end of each New York day. Realised: results of sales, fees and dividends. Marked to market: with what open positions were worth then; of chosen symbols only what is realised is known. Per cent are of the capital the bot has now.',
  rows: trades,
};

export const HOW_EXPOSURE: How = {
  formula:
    'Of each symbol shares held × their average price bought, over all chosen bots, at that moment of the New York day at which this was most for all symbols together. What is only held over the night counts on each day. Beyond eight symbols, those with least over all days are summed up as others.',
  rows: { href: paths.positions.href(), words: 'The open positions' },
};

/** How each figure of the range is made; docs/conventions.md compares them with other programs. */
export const HOW: Record<string, How> = {
  'Total P&L': {
    formula:
      'What the chosen bots were worth at the end of the range less what they were worth at its beginning: realised results, fees, dividends and open positions at their last prices.',
    rows: trades,
  },
  Realised: {
    formula:
      'Of each sale (price sold − average price bought) × shares, less fees and plus dividends booked in the range.',
    rows: trades,
  },
  'Open P&L': {
    formula: 'Of each open position (last price − average price bought) × shares.',
    rows: { href: paths.positions.href(), words: 'The open positions' },
  },
  'Win rate': {
    formula:
      'Positions closed in the range that gained, divided by all closed in it. A position counts once, however many fills it has.',
    rows: closed,
  },
  'Profit factor': {
    formula: 'The sum of all gains of closed positions divided by the sum of all losses.',
    rows: closed,
  },
  Expectancy: {
    formula: 'The results of closed positions added up, divided by how many there are.',
    rows: closed,
  },
  'Sharpe ratio': {
    formula:
      'The mean of the daily returns divided by their standard deviation, times the root of 252. No riskless rate is taken off; it takes 20 days.',
  },
  'Max drawdown': {
    formula: 'The largest fall from a peak to a later low, by the minute, within days and over nights.',
  },
  'Average win': {
    formula: 'The gains of closed positions added up, divided by how many gained.',
    rows: closed,
  },
  'Average loss': {
    formula: 'The losses of closed positions added up, divided by how many lost.',
    rows: closed,
  },
  'Best day': { formula: 'The highest P&L of one session, from close to close.' },
  'Worst day': { formula: 'The lowest P&L of one session, from close to close.' },
};
