import { Typography } from '@mui/material';
import { enqueueSnackbar } from 'notistack';
import { ConfirmDialog } from '@/components/common/ConfirmDialog';
import { useArchiveBot } from '@/features/bots/api/bots';
import { useConfigureBlock } from '@/hooks/useSession';
import { describeAct } from '@/lib/acts';
import type { Bot } from '@/types/domain';

export function ArchiveBotDialog({ bot, onDone }: { bot: Bot; onDone: () => void }) {
  const archive = useArchiveBot();
  const block = useConfigureBlock();
  return (
    <ConfirmDialog
      open
      title={`Archive ${bot.name}?`}
      confirmLabel="Archive bot"
      pending={archive.isPending}
      disabledReason={block}
      error={archive.error ? describeAct(archive.error, 'archiveBot') : null}
      onCancel={onDone}
      onConfirm={() => {
        archive.mutate(bot.id, {
          onSuccess: () => {
            enqueueSnackbar(`${bot.name} is archived`, { variant: 'success' });
            onDone();
          },
        });
      }}
    >
      <Typography variant="body2">
        It leaves every list and cannot be started again. Its trades and results are kept, and its name
        becomes free.
      </Typography>
      <Typography variant="body2">
        A bot that holds shares or has an order under way cannot be archived.
      </Typography>
    </ConfirmDialog>
  );
}
