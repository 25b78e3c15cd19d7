import HaltIcon from '@mui/icons-material/PanToolOutlined';
import { Box, Tooltip, Typography } from '@mui/material';
import { StatusChip } from '@/components/common/StatusChip';
import { ShownTime } from '@/components/common/ShownTime';
import { useMarketDay, useMarketNow } from '@/hooks/useMarket';
import { formatDuration } from '@/lib/format';
import { nextTick } from '@/lib/marketClock';
import type { Bot, Halt } from '@/types/domain';
import { BOT_STATUS } from './botStatus';

/** Pieces of a bot that the card on the dashboard and the rows of the list share. */
export function BotStatusChip({ bot, bare = false }: { bot: Bot; bare?: boolean }) {
  const { tone, icon, word } = BOT_STATUS[bot.status];
  return (
    <StatusChip tone={tone} icon={icon} bare={bare}>
      {word}
    </StatusChip>
  );
}

export function HaltChip({ halt }: { halt: Halt | undefined }) {
  if (!halt) return null;
  return (
    <Tooltip title={`Halted by ${halt.set_by}: ${halt.reason}`}>
      <Box component="span">
        <StatusChip tone="bad" icon={HaltIcon} bare>
          Halted
        </StatusChip>
      </Box>
    </Tooltip>
  );
}

export function NextTick({ bot }: { bot: Bot }) {
  const market = useMarketNow();
  if (!bot.next_tick_at || !market || bot.status === 'stopped') return <>—</>;
  const close = market.isOpen ? market.nextBell : null;
  const next = nextTick(Date.parse(bot.next_tick_at), bot.trading_frequency, market.now, close);
  return <>{next === null ? 'next session' : `in ${formatDuration((next - market.now) / 1000)}`}</>;
}

export function LastDecision({ bot }: { bot: Bot }) {
  const today = useMarketDay();
  const decision = bot.last_decision;
  return (
    <Typography variant="body2" color="textSecondary" sx={{ overflowWrap: 'anywhere', lineHeight: 1.35 }}>
      {decision ? (
        <>
          <ShownTime value={decision.at} today={today} />{' '}
          <Box component="span" sx={{ color: 'text.primary' }}>
            {decision.sentence.startsWith(decision.symbol)
              ? decision.sentence
              : `${decision.symbol}: ${decision.sentence}`}
          </Box>
        </>
      ) : (
        'No decision yet'
      )}
    </Typography>
  );
}

export function StatusReason({ bot }: { bot: Bot }) {
  if (!bot.status_reason) return null;
  return (
    <Typography
      variant="body2"
      color={bot.status === 'error' ? 'error' : 'textSecondary'}
      sx={{ overflowWrap: 'anywhere' }}
    >
      {bot.status_reason}
    </Typography>
  );
}
