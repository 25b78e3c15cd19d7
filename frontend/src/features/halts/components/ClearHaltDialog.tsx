import { Typography } from '@mui/material';
import { ConfirmDialog } from '@/components/common/ConfirmDialog';
import { useClearHalt } from '@/features/halts/api/halts';
import { useActionBlock } from '@/hooks/useSession';
import { describeAct } from '@/lib/acts';
import type { Halt } from '@/types/domain';

export function ClearHaltDialog({ halt, onDone }: { halt: Halt; onDone: () => void }) {
  const clear = useClearHalt();
  const block = useActionBlock();
  const whose = halt.bot === null ? 'all bots' : (halt.bot_name ?? 'this bot');
  return (
    <ConfirmDialog
      open
      title={`Let ${whose} enter again?`}
      confirmLabel="Clear halt"
      pending={clear.isPending}
      disabledReason={block}
      error={clear.error ? describeAct(clear.error, 'clearHalt') : null}
      onCancel={onDone}
      onConfirm={() => {
        clear.mutate(halt.id, { onSuccess: onDone });
      }}
    >
      <Typography variant="body2">
        Entries were halted by {halt.set_by}: “{halt.reason}”. From the next tick on, running bots may buy
        again.
      </Typography>
    </ConfirmDialog>
  );
}
