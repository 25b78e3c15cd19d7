import { Box } from '@mui/material';
import { Facts } from '@/components/common/Facts';
import { Panel } from '@/components/common/Panel';
import { ShownTime } from '@/components/common/ShownTime';
import { useMarketDay } from '@/hooks/useMarket';
import type { Bot, Position } from '@/types/domain';
import { NextTick } from './BotFacts';
import { BOT_STATUS } from './botStatus';

/** Which of what it holds has a stop at the broker. */
function protectionText(positions: readonly Position[] | undefined): string {
  if (positions === undefined) return '—';
  if (positions.length === 0) return 'it holds nothing';
  const safe = positions.filter(({ protection }) => protection === 'protected').length;
  return `${safe} of ${positions.length} protected`;
}

/** Whether the bot is alive and what it holds is safe. */
export function BotHealth({ bot, positions }: { bot: Bot; positions: readonly Position[] | undefined }) {
  const today = useMarketDay();
  return (
    <Panel title="Health">
      <Box sx={{ px: 1.5, pb: 1.5 }}>
        <Facts
          facts={[
            { label: 'Status', value: BOT_STATUS[bot.status].word },
            {
              label: 'Last tick',
              value: bot.last_tick_at ? <ShownTime value={bot.last_tick_at} today={today} /> : 'none yet',
            },
            { label: 'Next tick', value: <NextTick bot={bot} /> },
            { label: 'Stops at the broker', value: protectionText(positions) },
            { label: 'Entries', value: bot.halted ? `halted: ${bot.halted}` : 'not halted' },
            { label: 'Why it is so', value: bot.status_reason || 'nothing to say', wide: true },
          ]}
        />
      </Box>
    </Panel>
  );
}
