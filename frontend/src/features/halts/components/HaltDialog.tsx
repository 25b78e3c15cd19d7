import { TextField, Typography } from '@mui/material';
import { useState } from 'react';
import { ConfirmDialog } from '@/components/common/ConfirmDialog';
import { useSetHalt } from '@/features/halts/api/halts';
import { useActionBlock } from '@/hooks/useSession';
import { describeAct } from '@/lib/acts';

const LONGEST_REASON = 300;

interface Props {
  /** Null halts everybody. */
  bot: { id: number; name: string } | null;
  onDone: () => void;
}

export function HaltDialog({ bot, onDone }: Props) {
  const [reason, setReason] = useState('');
  const set = useSetHalt();
  const block = useActionBlock();
  const words = reason.trim();
  return (
    <ConfirmDialog
      open
      title={bot ? `Halt the entries of ${bot.name}?` : 'Halt all entries?'}
      confirmLabel={bot ? 'Halt entries' : 'Halt all entries'}
      pending={set.isPending}
      disabledReason={block ?? (words ? null : 'Say why, for whoever comes next')}
      error={set.error ? describeAct(set.error, 'setHalt', { reason: 'Reason' }) : null}
      onCancel={onDone}
      onConfirm={() => {
        set.mutate({ bot: bot?.id ?? null, reason: words }, { onSuccess: onDone });
      }}
    >
      <Typography variant="body2">
        {bot ? 'It buys nothing' : 'No bot buys anything'} until the halt is cleared. Positions stay, and
        exits, stops and targets go on as before.
      </Typography>
      <TextField
        label="Reason"
        required
        size="small"
        multiline
        maxRows={4}
        value={reason}
        onChange={({ target }) => {
          setReason(target.value);
        }}
        slotProps={{ htmlInput: { maxLength: LONGEST_REASON } }}
      />
    </ConfirmDialog>
  );
}
