import { Box, ButtonBase, Collapse, Link as MuiLink, Typography } from '@mui/material';
import { useId, useState } from 'react';
import { Link } from 'react-router';
import { paths } from '@/app/paths';
import { DecisionFacts } from '@/features/trades/components/DecisionFacts';
import { formatDayClock, formatInteger } from '@/lib/format';
import type { Decision } from '@/types/domain';
import { ACTION_WORDS, type DecisionAction } from './decisionFilters';

const COLOUR: Record<DecisionAction, string> = {
  buy: 'gain',
  sell: 'loss',
  hold: 'text.secondary',
  refused: 'warning.main',
};

function when({ first_at: first, last_at: last, count }: Decision): string {
  const from = formatDayClock(first, '');
  return count > 1 ? `${from} – ${formatDayClock(last, '')}, ${formatInteger(count)} times` : from;
}

/** One outcome, as long as it lasted; opened, everything it was decided from. */
export function DecisionRow({ decision }: { decision: Decision }) {
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  return (
    <Box
      component="li"
      data-testid="decision"
      sx={{ display: 'grid', gap: 0.25, px: 1.5, py: 1, borderTop: 1, borderColor: 'divider' }}
    >
      <Box sx={{ display: 'flex', flexWrap: 'wrap', columnGap: 1, alignItems: 'baseline' }}>
        <Typography variant="body2" sx={{ fontWeight: 650, color: COLOUR[decision.action] }}>
          {ACTION_WORDS[decision.action]}
        </Typography>
        <Typography variant="body2" sx={{ fontWeight: 600 }}>
          {decision.symbol}
        </Typography>
        <MuiLink component={Link} to={paths.bot.href(decision.bot)} variant="body2" color="textSecondary">
          {decision.bot_name}
        </MuiLink>
        <Typography variant="caption" color="textSecondary">
          {decision.reason.replaceAll('_', ' ')} · version {decision.version}
        </Typography>
        <Typography variant="caption" color="textSecondary" sx={{ ml: { sm: 'auto' } }}>
          {when(decision)}
        </Typography>
      </Box>
      <ButtonBase
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => {
          setOpen(!isOpen);
        }}
        sx={{ justifyContent: 'flex-start', textAlign: 'left', borderRadius: 0.5, minHeight: 24 }}
      >
        <Typography variant="body2">{decision.sentence}</Typography>
      </ButtonBase>
      <Collapse in={isOpen} id={id} unmountOnExit>
        <Box sx={{ py: 1 }}>
          <DecisionFacts decision={decision} />
        </Box>
      </Collapse>
    </Box>
  );
}
