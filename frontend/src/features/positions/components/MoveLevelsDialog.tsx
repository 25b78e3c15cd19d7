import { TextField, Typography } from '@mui/material';
import { useState } from 'react';
import { ConfirmDialog } from '@/components/common/ConfirmDialog';
import { Pnl } from '@/components/common/Pnl';
import { useMoveLevels } from '@/features/positions/api/positions';
import { usePrice } from '@/hooks/usePrices';
import { useActionBlock } from '@/hooks/useSession';
import { describeAct } from '@/lib/acts';
import { formatPrice } from '@/lib/format';
import { openPrice } from '@/lib/pnl';
import type { Position } from '@/types/domain';
import { levelsWanted, resultAt, type LevelName } from './levelsWanted';

interface Props {
  position: Position;
  /** Where it was dragged to on the chart. */
  dragged?: Partial<Record<LevelName, string>>;
  onDone: () => void;
}

const LABELS = { stop_loss_price: 'Stop', take_profit_price: 'Target' } as const;

/** Moves the resting stop or target at the broker; nothing is sold by it. */
export function MoveLevelsDialog({ position, dragged = {}, onDone }: Props) {
  const [typed, setTyped] = useState<Partial<Record<LevelName, string>>>(dragged);
  const move = useMoveLevels();
  const block = useActionBlock();
  const tick = usePrice(position.symbol);
  const last = openPrice(position, tick);
  const { changes, wrong } = levelsWanted(typed, position, last);
  const names = (Object.keys(LABELS) as LevelName[]).filter((name) => position[name] !== null);
  const words = Object.entries(changes).map(
    ([name, price]) => `${LABELS[name as LevelName].toLowerCase()} to ${formatPrice(price)}`,
  );
  const nothing = wrong === null && words.length === 0 ? 'Enter another price' : null;
  return (
    <ConfirmDialog
      open
      title={`Move stop or target of ${position.symbol}, ${position.bot_name}?`}
      confirmLabel={words.length > 0 ? `Move ${words.join(', ')}` : 'Move'}
      confirmColor="primary"
      pending={move.isPending}
      disabledReason={block ?? wrong?.message ?? nothing}
      error={move.error ? describeAct(move.error, 'moveLevels', LABELS) : null}
      onCancel={onDone}
      onConfirm={() => {
        move.mutate({ id: position.id, levels: changes }, { onSuccess: onDone });
      }}
    >
      <Typography variant="body2">
        The order that rests at the broker is moved where it rests: the shares are never without it. Last
        price {formatPrice(last)}.
      </Typography>
      {names.map((name) => {
        const value = typed[name] ?? position[name] ?? '';
        const isWrong = wrong?.field === name;
        return (
          <TextField
            key={name}
            label={LABELS[name]}
            size="small"
            value={value}
            error={isWrong}
            helperText={
              isWrong ? (
                wrong.message
              ) : (
                <>
                  sold there: <Pnl amount={resultAt(position, value)} />
                </>
              )
            }
            onChange={({ target }) => {
              setTyped((before) => ({ ...before, [name]: target.value }));
            }}
            slotProps={{ htmlInput: { inputMode: 'decimal', maxLength: 16 } }}
          />
        );
      })}
    </ConfirmDialog>
  );
}
