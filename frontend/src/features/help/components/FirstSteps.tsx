import CheckIcon from '@mui/icons-material/CheckCircleOutlined';
import CloseIcon from '@mui/icons-material/CloseOutlined';
import OpenIcon from '@mui/icons-material/RadioButtonUncheckedOutlined';
import { Box, IconButton, Link, Tooltip } from '@mui/material';
import { Link as RouterLink } from 'react-router';
import { paths } from '@/app/paths';
import { Panel } from '@/components/common/Panel';
import { useFirstSteps, type Step } from '@/features/help/useFirstSteps';
import { useMarketStatus } from '@/hooks/useMarket';
import { visuallyHidden } from '@/theme/visuallyHidden';
import { WhatThisIs } from './WhatThisIs';

const STEPS: Record<Step, { href: string; words: string; more: string }> = {
  decisions: {
    href: paths.decisions.href(),
    words: 'See why a bot bought, sold or did nothing',
    more: 'each decision has its reason',
  },
  bot: {
    href: paths.newBot.href(),
    words: 'Make a bot of your own from a template',
    more: 'it is made stopped, and does nothing yet',
  },
  backtest: {
    href: paths.backtests.href(),
    words: 'Try it on past days',
    more: 'a backtest decides as the bot would have',
  },
  start: {
    href: paths.bots.href(),
    words: 'Start it, and watch its first trade',
    more: 'stop or halt it whenever you like',
  },
};

/** What this is and what to do first; it goes away when all is done, or when it is closed. */
export function FirstSteps() {
  const { data: status } = useMarketStatus();
  const { isShown, done, take, close } = useFirstSteps();
  if (!isShown) return null;
  return (
    <Panel
      title="First steps"
      actions={
        <Tooltip title="Hide: it is in Help, too">
          <IconButton aria-label="Hide first steps" size="small" onClick={close}>
            <CloseIcon fontSize="small" />
          </IconButton>
        </Tooltip>
      }
    >
      <Box sx={{ px: 1.5, pb: 1.5, display: 'grid', gap: 1.25 }}>
        {/* Nothing below moves when it arrives. */}
        <Box sx={{ minHeight: { xs: 168, md: 78 } }}>
          {status && <WhatThisIs mode={status.mode} speed={status.speed} />}
        </Box>
        <Box
          component="ol"
          sx={{
            m: 0,
            p: 0,
            listStyle: 'none',
            display: 'grid',
            gap: 0.5,
            gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: 'repeat(2, minmax(0, 1fr))' },
          }}
        >
          {(Object.keys(STEPS) as Step[]).map((step) => {
            const { href, words, more } = STEPS[step];
            const isDone = done.includes(step);
            const Icon = isDone ? CheckIcon : OpenIcon;
            return (
              <Box
                component="li"
                key={step}
                sx={{ display: 'flex', alignItems: 'center', gap: 1, minHeight: 28 }}
              >
                <Icon fontSize="small" color={isDone ? 'success' : 'disabled'} aria-hidden />
                <Box sx={{ fontSize: '0.875rem' }}>
                  <Link
                    component={RouterLink}
                    to={href}
                    onClick={() => {
                      take(step);
                    }}
                  >
                    {words}
                  </Link>
                  <Box component="span" sx={{ color: 'text.secondary' }}>
                    {` · ${more}`}
                  </Box>
                  {isDone && (
                    <Box component="span" sx={visuallyHidden}>
                      , done
                    </Box>
                  )}
                </Box>
              </Box>
            );
          })}
        </Box>
      </Box>
    </Panel>
  );
}
