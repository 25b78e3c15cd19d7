import { Box, Link as MuiLink, Typography } from '@mui/material';
import { Link } from 'react-router';
import { paths } from '@/app/paths';
import { EmptyState } from '@/components/common/EmptyState';
import { ErrorState } from '@/components/common/ErrorState';
import { Panel } from '@/components/common/Panel';
import { Pnl } from '@/components/common/Pnl';
import { RowSkeleton } from '@/components/common/RowSkeleton';
import type { Bot } from '@/types/domain';

interface Props {
  bots: readonly Bot[] | undefined;
  symbol: string;
  error: unknown;
  onRetry: () => void;
}

/** Who trades the stock. */
export function BotsOfSymbol({ bots, symbol, error, onRetry }: Props) {
  return (
    <Panel title={`Bots that trade ${symbol}`}>
      {!bots ? (
        error ? (
          <ErrorState title="The bots could not be read" error={error} onRetry={onRetry} />
        ) : (
          <RowSkeleton rows={2} label="Loading bots" />
        )
      ) : bots.length === 0 ? (
        <EmptyState title={`No bot trades ${symbol}`} hint="Its prices are shown all the same." />
      ) : (
        <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0 }}>
          {bots.map((bot) => (
            <Box
              component="li"
              key={bot.id}
              sx={{ display: 'flex', gap: 1.5, px: 1.5, py: 0.75, borderTop: 1, borderColor: 'divider' }}
            >
              <MuiLink
                component={Link}
                to={paths.bot.href(bot.id)}
                color="textPrimary"
                sx={{ fontWeight: 600 }}
              >
                {bot.name}
              </MuiLink>
              <Typography variant="body2" color="textSecondary">
                {bot.status}
              </Typography>
              <Box sx={{ ml: 'auto', fontSize: '0.8125rem' }}>
                <Pnl amount={bot.today.pnl} /> today
              </Box>
            </Box>
          ))}
        </Box>
      )}
    </Panel>
  );
}
