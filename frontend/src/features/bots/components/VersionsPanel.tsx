import { Button, Typography } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ConfirmDialog } from '@/components/common/ConfirmDialog';
import { ErrorState } from '@/components/common/ErrorState';
import { Panel } from '@/components/common/Panel';
import { RowSkeleton } from '@/components/common/RowSkeleton';
import { botVersionsOptions, useRollBackBot } from '@/features/bots/api/bots';
import type { Bot } from '@/types/domain';
import { describeAct } from '@/lib/acts';
import { useBotForm } from './form/formContext';
import { VersionRows } from './VersionRows';

/** Who changed what, and the way back: an older version is taken over into the form, to be saved as a new one. */
export function VersionsPanel({ bot }: { bot: Bot }) {
  const { readOnly, takeOver } = useBotForm();
  const [asked, setAsked] = useState<number | null>(null);
  const rollBack = useRollBackBot(bot.id);
  const done = () => {
    setAsked(null);
    rollBack.reset();
  };
  const { data, error, refetch } = useQuery(botVersionsOptions(bot.id, bot.version));
  return (
    <Panel title="Versions">
      {data ? (
        <VersionRows
          versions={data.results}
          current={bot.version}
          actions={({ number, config }) =>
            readOnly === null && (
              <>
                <Button
                  color="inherit"
                  aria-label={`Open version ${number} in the form`}
                  onClick={() => {
                    takeOver(config);
                  }}
                >
                  Open
                </Button>
                <Button
                  color="inherit"
                  aria-label={`Roll back to version ${number}`}
                  onClick={() => {
                    setAsked(number);
                  }}
                >
                  Roll back
                </Button>
              </>
            )
          }
        />
      ) : error ? (
        <ErrorState title="The versions could not be read" error={error} onRetry={() => void refetch()} />
      ) : (
        <RowSkeleton rows={2} label="Loading versions" />
      )}
      <ConfirmDialog
        open={asked !== null}
        title={`Roll ${bot.name} back?`}
        confirmLabel={`Roll back to ${asked ?? ''}`}
        pending={rollBack.isPending}
        error={rollBack.error ? describeAct(rollBack.error, 'rollBackBot') : null}
        onCancel={done}
        onConfirm={() => {
          if (asked === null) return;
          rollBack.mutate({ to: asked, version: bot.version }, { onSuccess: done });
        }}
      >
        <Typography variant="body2">
          The configuration of version {asked} becomes a new version and acts at the next tick. Nothing is
          lost: the versions between stay here.
        </Typography>
      </ConfirmDialog>
    </Panel>
  );
}
