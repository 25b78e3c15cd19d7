import { Checkbox, FormControlLabel, TextField, Typography } from '@mui/material';
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
  const [sells, setSells] = useState(false);
  const set = useSetHalt();
  const block = useActionBlock();
  const words = reason.trim();
  return (
    <ConfirmDialog
      open
      title={bot ? `Halt the entries of ${bot.name}?` : 'Halt all entries?'}
      confirmLabel={sells ? 'Halt and sell everything' : bot ? 'Halt entries' : 'Halt all entries'}
      pending={set.isPending}
      disabledReason={block ?? (words ? null : 'Say why, for whoever comes next')}
      error={set.error ? describeAct(set.error, 'setHalt', { reason: 'Reason' }) : null}
      onCancel={onDone}
      onConfirm={() => {
        set.mutate({ bot: bot?.id ?? null, reason: words, close_positions: sells }, { onSuccess: onDone });
      }}
    >
      <Typography variant="body2">
        {bot ? 'It buys nothing' : 'No bot buys anything'} until the halt is cleared.{' '}
        {sells
          ? 'Whatever is held, or still bought by an order under way, is sold at the market price.'
          : 'Positions stay, and exits, stops and targets go on as before.'}
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
      <FormControlLabel
        control={
          <Checkbox
            size="small"
            checked={sells}
            onChange={(_, checked) => {
              setSells(checked);
            }}
          />
        }
        label={
          bot ? `Close everything ${bot.name} holds` : 'Close everything: sell all positions of all bots'
        }
      />
    </ConfirmDialog>
  );
}
