import { Box, Button, Typography } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { ErrorState } from '@/components/common/ErrorState';
import { Panel } from '@/components/common/Panel';
import { RowSkeleton } from '@/components/common/RowSkeleton';
import { useLive } from '@/hooks/live';
import { botVersionsOptions } from '@/hooks/queries/bots';
import { formatLocalDateTime } from '@/lib/format';
import type { Bot } from '@/types/domain';
import { useBotForm } from './form/formContext';

/** Who changed what, and the way back: an older version is taken over into the form, to be saved as a new one. */
export function VersionsPanel({ bot }: { bot: Bot }) {
  const { ready } = useLive();
  const { readOnly, takeOver } = useBotForm();
  const { data, error, refetch } = useQuery({ ...botVersionsOptions(bot.id, bot.version), enabled: ready });
  return (
    <Panel title="Versions">
      {data ? (
        <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0, maxHeight: 260, overflowY: 'auto' }}>
          {data.results.map(({ number, changed_by: by, created_at: at, config }) => (
            <Box
              component="li"
              key={number}
              sx={{
                display: 'flex',
                alignItems: 'center',
                gap: 1,
                px: 1.5,
                py: 0.5,
                borderTop: 1,
                borderColor: 'divider',
                minHeight: 40,
              }}
            >
              <Typography variant="body2" sx={{ fontWeight: 600 }}>
                {number}
              </Typography>
              <Typography variant="body2" color="textSecondary">
                {[by ?? 'the system', formatLocalDateTime(at)].join(' · ')}
              </Typography>
              <Box sx={{ ml: 'auto' }}>
                {number === bot.version ? (
                  <Typography variant="caption" color="textSecondary">
                    current
                  </Typography>
                ) : (
                  readOnly === null && (
                    <Button
                      color="inherit"
                      aria-label={`Open version ${number} in the form`}
                      onClick={() => {
                        takeOver(config);
                      }}
                    >
                      Open
                    </Button>
                  )
                )}
              </Box>
            </Box>
          ))}
        </Box>
      ) : error ? (
        <ErrorState title="The versions could not be read" error={error} onRetry={() => void refetch()} />
      ) : (
        <RowSkeleton rows={2} label="Loading versions" />
      )}
    </Panel>
  );
}
