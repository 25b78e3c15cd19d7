import { Box, Typography } from '@mui/material';
import { EmptyState } from '@/components/common/EmptyState';
import { ErrorState } from '@/components/common/ErrorState';
import { Panel } from '@/components/common/Panel';
import { RowSkeleton } from '@/components/common/RowSkeleton';
import { WidgetBoundary } from '@/components/common/WidgetBoundary';
import type { Bot } from '@/types/domain';
import { BotCard } from './BotCard';

interface Props {
  bots: readonly Bot[] | undefined;
  error: unknown;
  onRetry: () => void;
  charted: { bot: number; symbol: string } | null;
  onChart: (bot: Bot, symbol: string) => void;
}

export function BotsPanel({ bots, error, onRetry, charted, onChart }: Props) {
  return (
    <Panel
      title="Bots"
      note={
        bots && (
          <Typography variant="caption" color="textSecondary">
            {bots.length}
          </Typography>
        )
      }
      sx={{ height: '100%' }}
    >
      {bots === undefined && error ? (
        <ErrorState title="The bots could not be read" error={error} onRetry={onRetry} />
      ) : bots === undefined ? (
        <RowSkeleton rows={3} height={150} label="Loading bots" />
      ) : bots.length === 0 ? (
        <EmptyState title="No bots yet" hint="A bot trades its symbols by the indicators you give it." />
      ) : (
        <Box
          // A list that scrolls on its own must be reachable by keyboard; its buttons are.
          sx={{ overflowY: { lg: 'auto' }, flex: { lg: '1 1 0' }, minHeight: { lg: 320 } }}
        >
          {bots.map((bot) => (
            <WidgetBoundary key={bot.id}>
              <BotCard
                bot={bot}
                charted={charted?.bot === bot.id ? charted.symbol : null}
                onChart={(symbol) => {
                  onChart(bot, symbol);
                }}
              />
            </WidgetBoundary>
          ))}
        </Box>
      )}
    </Panel>
  );
}
