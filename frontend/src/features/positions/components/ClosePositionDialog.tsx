import { TextField, Typography } from '@mui/material';
import { useState } from 'react';
import { ConfirmDialog } from '@/components/common/ConfirmDialog';
import { Pnl } from '@/components/common/Pnl';
import { useClosePosition } from '@/features/positions/api/positions';
import { usePrice } from '@/hooks/usePrices';
import { useActionBlock } from '@/hooks/useSession';
import { Decimal, decimalToString } from '@/lib/decimal';
import { describeAct } from '@/lib/acts';
import { formatQuantity, formatWholeMoney } from '@/lib/format';
import { openPnl, openPrice } from '@/lib/pnl';
import { randomUuid } from '@/lib/uuid';
import type { Position } from '@/types/domain';
import { partWanted } from './partWanted';

interface Props {
  position: Position;
  onDone: () => void;
}

export function ClosePositionDialog({ position, onDone }: Props) {
  // One key for one decision: pressing again after a lost answer does not sell twice.
  const [idempotencyKey] = useState(randomUuid);
  const [typed, setTyped] = useState(() => decimalToString(new Decimal(position.quantity)));
  const close = useClosePosition();
  const block = useActionBlock();
  const tick = usePrice(position.symbol);
  const price = openPrice(position, tick);
  const { shares: sold, isPart, wrong } = partWanted(typed, position.quantity);
  const shares = `${formatQuantity(sold)} ${position.symbol}`;
  const value = price === null ? null : decimalToString(new Decimal(price).times(sold));
  const { amount, fraction } = openPnl({ ...position, quantity: sold }, tick);
  const rest = decimalToString(new Decimal(position.quantity).minus(sold));
  return (
    <ConfirmDialog
      open
      title={`Close ${position.symbol} of ${position.bot_name}?`}
      confirmLabel={`Sell ${shares}`}
      pending={close.isPending}
      disabledReason={block ?? wrong}
      error={close.error ? describeAct(close.error, 'closePosition', { quantity: 'Shares to sell' }) : null}
      onCancel={onDone}
      onConfirm={() => {
        const wanted = {
          id: position.id,
          idempotencyKey: isPart ? `${idempotencyKey}-${sold}` : idempotencyKey,
          quantity: isPart ? sold : null,
        };
        // Not by a callback of `mutate`: this dialog is gone once the position says that it is being sold, and with it
        // the callback; asked by nobody, it would come back when a part is sold.
        close.mutateAsync(wanted).then(onDone, () => undefined);
      }}
    >
      <Typography variant="body2" sx={{ fontWeight: 650 }}>
        Sell {shares} at market{value === null ? '' : ` ≈ ${formatWholeMoney(value)}`}
      </Typography>
      <TextField
        label="Shares to sell"
        size="small"
        value={typed}
        error={wrong !== null}
        helperText={wrong ?? `of ${formatQuantity(position.quantity)}`}
        onChange={({ target }) => {
          setTyped(target.value);
        }}
        slotProps={{ htmlInput: { inputMode: 'numeric', maxLength: 16 } }}
      />
      <Typography variant="body2">
        {isPart
          ? `Its resting stop and target are cancelled first and placed again at once for the other ${formatQuantity(rest)}, then the shares are sold at the market price. `
          : 'Its resting stop and target are cancelled first, then the shares are sold at the market price. '}
        At the last price that realises <Pnl amount={amount} fraction={fraction} />. The bot itself keeps its
        status.
      </Typography>
    </ConfirmDialog>
  );
}
