import { TextField, Typography } from '@mui/material';
import { useState } from 'react';
import { ConfirmDialog } from '@/components/common/ConfirmDialog';
import { useRenameSymbol } from '@/hooks/queries/symbols';
import { useActionBlock } from '@/hooks/useSession';
import { describeAct } from '@/lib/acts';

const LONGEST_SYMBOL = 16;
const LONGEST_RATIO = 20;

interface Props {
  symbol: string;
  onDone: () => void;
}

/** For what the broker's list of corporate actions does not say; the server checks it against the account. */
export function RenameSymbolDialog({ symbol, onDone }: Props) {
  const [name, setName] = useState('');
  const [ratio, setRatio] = useState('1');
  const rename = useRenameSymbol();
  const block = useActionBlock();
  const wanted = name.trim();
  return (
    <ConfirmDialog
      open
      title={`Does ${symbol} have another symbol now?`}
      confirmLabel={wanted ? `Take over ${wanted} for ${symbol}` : 'Take over'}
      pending={rename.isPending}
      disabledReason={block ?? (wanted ? null : 'Enter the new symbol')}
      error={
        rename.error
          ? describeAct(rename.error, 'renameSymbol', {
              new: 'New symbol',
              ratio: `New shares for each ${symbol}`,
            })
          : null
      }
      onCancel={onDone}
      onConfirm={() => {
        rename.mutate({ old: symbol, new: wanted, ratio: ratio.trim() || '1' }, { onSuccess: onDone });
      }}
    >
      <Typography variant="body2">
        Positions, orders and bots go on under the new symbol, and stops are placed again. Nothing changes
        unless the account has the shares under the new symbol, and none under {symbol}.
      </Typography>
      <TextField
        label="New symbol"
        required
        size="small"
        value={name}
        onChange={({ target }) => {
          setName(target.value.toUpperCase());
        }}
        slotProps={{
          htmlInput: { maxLength: LONGEST_SYMBOL, autoCapitalize: 'characters', spellCheck: false },
        }}
      />
      <TextField
        label={`New shares for each ${symbol}`}
        size="small"
        value={ratio}
        helperText="1, 0.5 or 1/3"
        onChange={({ target }) => {
          setRatio(target.value);
        }}
        slotProps={{ htmlInput: { maxLength: LONGEST_RATIO } }}
      />
    </ConfirmDialog>
  );
}
