import { paths } from '@/app/paths';
import type { How } from '@/components/common/HowMade';

const open = { href: paths.positions.href(), words: 'The open positions' };

/** How each figure of the account's row is made. */
export const HOW: Record<string, How> = {
  Equity: {
    formula:
      'What the broker last said the whole account is worth, moved on by what bots’ open positions and sales have gained since.',
    rows: { href: paths.account.href(), words: 'The account' },
  },
  'Day P&L': {
    formula: 'Equity now less equity at the last close, without what was deposited or withdrawn since.',
    rows: { href: paths.account.href(), words: 'The account' },
  },
  'Open P&L': {
    formula: 'Of each open position (newest price − average price bought) × shares, added up.',
    rows: open,
  },
  Exposure: {
    formula: 'Newest price × shares of each open position, added up; below it as a part of equity.',
    rows: open,
  },
  'Buying power': {
    formula: 'What the broker would still let the account buy, loans included, as it last said.',
  },
  'Bots running': {
    formula: 'Bots that decide at every tick, of all that exist.',
    rows: { href: paths.bots.href(), words: 'The bots' },
  },
  'Trades today': {
    formula: 'Orders decided since the market opened today of which something has filled.',
    rows: { href: paths.trades.href({ status: 'filled' }), words: 'The filled trades' },
  },
  'Win rate': {
    formula: 'Closed positions of all time that gained, divided by all closed ones.',
    rows: { href: paths.positions.href({ state: 'closed' }), words: 'The closed positions' },
  },
};
