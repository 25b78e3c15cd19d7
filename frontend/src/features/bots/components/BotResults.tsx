import { Pnl } from '@/components/common/Pnl';
import { Tiles } from '@/components/common/Tiles';
import { formatInteger, formatMoney, formatPercent } from '@/lib/format';
import type { Bot } from '@/types/domain';
import { NextTick } from './BotFacts';

const LABELS = ['P&L today', 'P&L total', 'Win rate', 'Positions', 'Next tick', 'Capital'];

/** How the bot is doing, above its settings. */
export function BotResults({ bot }: { bot: Bot }) {
  return (
    <Tiles
      label="Results"
      labels={LABELS}
      columns={{ gridTemplateColumns: { xs: 'repeat(2, 1fr)', sm: 'repeat(3, 1fr)', lg: 'repeat(6, 1fr)' } }}
      tiles={[
        {
          label: 'P&L today',
          value: <Pnl amount={bot.today.pnl} />,
          detail: `${formatInteger(bot.today.trades)} trades`,
        },
        { label: 'P&L total', value: <Pnl amount={bot.total_pnl} />, detail: 'realised and open' },
        { label: 'Win rate', value: formatPercent(bot.win_rate), detail: 'of closed positions' },
        {
          label: 'Positions',
          value: `${bot.open_positions} / ${bot.risk_management.max_positions}`,
          detail: 'open',
        },
        { label: 'Next tick', value: <NextTick bot={bot} />, detail: `every ${bot.trading_frequency} s` },
        { label: 'Capital', value: formatMoney(bot.capital), detail: `version ${bot.version}` },
      ]}
    />
  );
}
