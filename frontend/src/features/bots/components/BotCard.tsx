import { Box, ButtonBase, Typography } from '@mui/material';
import { useId, type ReactNode } from 'react';
import { Link } from 'react-router';
import { paths } from '@/app/paths';
import { Pnl } from '@/components/common/Pnl';
import { formatWholeMoney } from '@/lib/format';
import { indicatorLabel } from '@/lib/indicators';
import type { Bot, Halt } from '@/types/domain';
import { BotActions } from './BotActions';
import { BotStatusChip, HaltChip, LastDecision, NextTick, StatusReason } from './BotFacts';
import { windowText } from './botWindow';

function Figure({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Box sx={{ minWidth: 0 }}>
      <Typography component="dt" variant="caption" color="textSecondary" noWrap sx={{ display: 'block' }}>
        {label}
      </Typography>
      <Box component="dd" sx={{ m: 0, fontSize: '0.8125rem', fontWeight: 600 }}>
        {children}
      </Box>
    </Box>
  );
}

interface Props {
  bot: Bot;
  /** Its own halt; everybody's is said above the page. */
  halt?: Halt | undefined;
  /** The symbol the chart shows with this bot's indicators. */
  charted: string | null;
  onChart: (symbol: string) => void;
}

export function BotCard({ bot, halt, charted, onChart }: Props) {
  const headingId = useId();
  const indicators = Object.entries(bot.indicators).map(([key, params]) => indicatorLabel(key, params));
  return (
    <Box
      component="article"
      aria-labelledby={headingId}
      data-testid="bot-card"
      data-bot-id={bot.id}
      data-status={bot.status}
      sx={{
        display: 'grid',
        gap: 0.625,
        px: 1.5,
        py: 1,
        borderTop: 1,
        borderColor: 'divider',
        boxShadow: charted === null ? 'none' : 'inset 3px 0 0 var(--mui-palette-primary-main)',
      }}
    >
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1, flexWrap: 'wrap' }}>
        <Typography id={headingId} variant="h3" sx={{ overflowWrap: 'anywhere' }}>
          <Box
            component={Link}
            to={paths.bot.href(bot.id)}
            sx={{ color: 'inherit', textDecoration: 'none', '&:hover': { textDecoration: 'underline' } }}
          >
            {bot.name}
          </Box>
        </Typography>
        <BotStatusChip bot={bot} />
        <HaltChip halt={halt} />
        <Box sx={{ ml: 'auto' }}>
          <BotActions bot={bot} />
        </Box>
      </Box>
      <StatusReason bot={bot} />
      <Box
        component="dl"
        sx={{
          m: 0,
          display: 'grid',
          columnGap: 1,
          gridTemplateColumns: 'repeat(4, minmax(0, auto))',
          justifyContent: 'space-between',
        }}
      >
        <Figure label="Today">
          <Pnl amount={bot.today.pnl} />
        </Figure>
        <Figure label="Total">
          <Pnl amount={bot.total_pnl} />
        </Figure>
        <Figure label="Positions">{`${bot.open_positions} / ${bot.risk_management.max_positions}`}</Figure>
        <Figure label="Next tick">
          <NextTick bot={bot} />
        </Figure>
      </Box>
      <LastDecision bot={bot} />
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 0.5, alignItems: 'center' }}>
        {bot.symbols.map((symbol) => (
          <ButtonBase
            key={symbol}
            aria-label={`Chart ${symbol} with ${bot.name}`}
            aria-pressed={charted === symbol}
            onClick={() => {
              onChart(symbol);
            }}
            sx={{
              px: 0.75,
              minHeight: 24,
              borderRadius: 0.75,
              border: 1,
              borderColor: charted === symbol ? 'primary.main' : 'divider',
              color: charted === symbol ? 'primary.main' : 'text.primary',
              fontSize: '0.75rem',
              fontWeight: 600,
              '&:hover': { borderColor: 'primary.main' },
              '&.Mui-focusVisible': { outline: '2px solid', outlineColor: 'primary.main', outlineOffset: 1 },
            }}
          >
            {symbol}
          </ButtonBase>
        ))}
        <Typography variant="caption" color="textSecondary" sx={{ ml: 0.5 }}>
          {[bot.timeframe, windowText(bot), formatWholeMoney(bot.capital)].join(' · ')}
        </Typography>
      </Box>
      <Typography variant="caption" color="textSecondary" sx={{ lineHeight: 1.3 }}>
        {indicators.join(' · ')}
      </Typography>
    </Box>
  );
}
