import { Box, Button, Typography } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { paths } from '@/app/paths';
import { DimWhenAway } from '@/components/common/DimWhenAway';
import { EmptyState } from '@/components/common/EmptyState';
import { ErrorState } from '@/components/common/ErrorState';
import { Panel } from '@/components/common/Panel';
import { RowSkeleton } from '@/components/common/RowSkeleton';
import { WidgetBoundary } from '@/components/common/WidgetBoundary';
import { haltOf, haltsOptions } from '@/features/halts/api/halts';
import type { Bot } from '@/types/domain';
import { BotCard } from './BotCard';
import { dashboardBots } from './dashboardBots';

/** More cards than this nobody reads: the list of bots finds and sorts them. */
const MOST_SHOWN = 12;

interface Props {
  bots: readonly Bot[] | undefined;
  error: unknown;
  onRetry: () => void;
  charted: { bot: number; symbol: string } | null;
  onChart: (bot: Bot, symbol: string) => void;
}

export function BotsPanel({ bots, error, onRetry, charted, onChart }: Props) {
  const halts = useQuery(haltsOptions()).data?.results;
  const [kept, setKept] = useState<readonly number[]>([]);
  const shown = dashboardBots(bots ?? [], MOST_SHOWN, kept);
  if (shown.some(({ id }, index) => id !== kept[index])) setKept(shown.map(({ id }) => id));
  const hasMore = bots !== undefined && shown.length < bots.length;
  return (
    <Panel
      title="Bots"
      note={
        bots && (
          <Typography variant="caption" color="textSecondary">
            {hasMore ? `${shown.length} of ${bots.length}: trouble and positions first` : bots.length}
          </Typography>
        )
      }
      actions={
        hasMore && (
          <Button size="small" color="inherit" component={Link} to={paths.bots.href()}>
            All bots
          </Button>
        )
      }
      sx={{ height: '100%' }}
    >
      {bots === undefined && error ? (
        <ErrorState title="The bots could not be read" error={error} onRetry={onRetry} />
      ) : bots === undefined ? (
        <RowSkeleton rows={3} height={150} label="Loading bots" />
      ) : bots.length === 0 ? (
        <EmptyState title="No bots yet" hint="A bot trades its symbols by the indicators you give it.">
          <Button component={Link} to={paths.newBot.href()} variant="contained">
            Create a bot
          </Button>
        </EmptyState>
      ) : (
        <Box
          // A list that scrolls on its own must be reachable by keyboard; its buttons are.
          sx={{ overflowY: { lg: 'auto' }, flex: { lg: '1 1 0' }, minHeight: { lg: 320 } }}
        >
          {shown.map((bot) => (
            <WidgetBoundary key={bot.id}>
              <DimWhenAway>
                <BotCard
                  bot={bot}
                  halt={haltOf(halts, bot.id)}
                  charted={charted?.bot === bot.id ? charted.symbol : null}
                  onChart={(symbol) => {
                    onChart(bot, symbol);
                  }}
                />
              </DimWhenAway>
            </WidgetBoundary>
          ))}
        </Box>
      )}
    </Panel>
  );
}
