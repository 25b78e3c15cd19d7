import { Box, Checkbox, Link as MuiLink } from '@mui/material';
import { useId } from 'react';
import { Link } from 'react-router';
import { paths } from '@/app/paths';
import { Facts } from '@/components/common/Facts';
import { Pnl } from '@/components/common/Pnl';
import { haltOf } from '@/features/halts/api/halts';
import { formatPercent, formatWholeMoney } from '@/lib/format';
import type { Bot, Halt } from '@/types/domain';
import { BotActions } from './BotActions';
import { BotStatusChip, HaltChip, LastDecision, NextTick, StatusReason } from './BotFacts';
import { BotMenu } from './BotMenu';
import { windowText } from './botWindow';
import type { Selection } from './useSelection';

interface CardProps {
  bot: Bot;
  halt: Halt | undefined;
  selection: Selection;
}

function Card({ bot, halt, selection }: CardProps) {
  const headingId = useId();
  return (
    <Box
      component="article"
      aria-labelledby={headingId}
      data-testid="bot-row"
      data-bot-id={bot.id}
      data-status={bot.status}
      sx={{ display: 'grid', gap: 1, px: 1.5, py: 1.25, borderTop: 1, borderColor: 'divider' }}
    >
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1 }}>
        <Checkbox
          size="small"
          checked={selection.has(bot.id)}
          onChange={(_, checked) => {
            selection.set([bot.id], checked);
          }}
          slotProps={{ input: { 'aria-label': `Choose ${bot.name}` } }}
          sx={{ ml: -1, p: 1 }}
        />
        <MuiLink
          id={headingId}
          component={Link}
          to={paths.bot.href(bot.id)}
          color="textPrimary"
          underline="hover"
          sx={{ fontWeight: 650, overflowWrap: 'anywhere', minWidth: 0, py: 0.5 }}
        >
          {bot.name}
        </MuiLink>
        <BotStatusChip bot={bot} />
        <HaltChip halt={halt} />
        <Box sx={{ ml: 'auto' }}>
          <BotMenu bot={bot} halt={halt} />
        </Box>
      </Box>
      <StatusReason bot={bot} />
      <Facts
        minWidth={92}
        facts={[
          { label: 'P&L today', value: <Pnl amount={bot.today.pnl} /> },
          { label: 'P&L total', value: <Pnl amount={bot.total_pnl} /> },
          { label: 'Win rate', value: formatPercent(bot.win_rate) },
          { label: 'Positions', value: `${bot.open_positions} / ${bot.risk_management.max_positions}` },
          { label: 'Next tick', value: <NextTick bot={bot} /> },
          { label: 'Capital', value: formatWholeMoney(bot.capital) },
        ]}
      />
      <LastDecision bot={bot} />
      <Box sx={{ color: 'text.secondary', fontSize: '0.75rem' }}>
        {[bot.symbols.join(' '), bot.timeframe, windowText(bot)].join(' · ')}
      </Box>
      <Box sx={{ '& .MuiButton-root': { minHeight: 40, flex: 1 }, '& > div > *': { flex: 1 } }}>
        <BotActions bot={bot} />
      </Box>
    </Box>
  );
}

interface Props {
  bots: readonly Bot[];
  halts: readonly Halt[] | undefined;
  selection: Selection;
}

export function BotListCards({ bots, halts, selection }: Props) {
  return (
    <>
      {bots.map((bot) => (
        <Card key={bot.id} bot={bot} halt={haltOf(halts, bot.id)} selection={selection} />
      ))}
    </>
  );
}
