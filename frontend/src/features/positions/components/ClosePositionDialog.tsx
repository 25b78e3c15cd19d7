import { Typography } from '@mui/material';
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

interface Props {
  position: Position;
  onDone: () => void;
}

export function ClosePositionDialog({ position, onDone }: Props) {
  // One key for one decision: pressing again after a lost answer does not sell twice.
  const [idempotencyKey] = useState(randomUuid);
  const close = useClosePosition();
  const block = useActionBlock();
  const tick = usePrice(position.symbol);
  const price = openPrice(position, tick);
  const value = price === null ? null : decimalToString(new Decimal(price).times(position.quantity));
  const { amount, fraction } = openPnl(position, tick);
  const shares = `${formatQuantity(position.quantity)} ${position.symbol}`;
  return (
    <ConfirmDialog
      open
      title={`Close ${position.symbol} of ${position.bot_name}?`}
      confirmLabel={`Sell ${shares}`}
      pending={close.isPending}
      disabledReason={block}
      error={close.error ? describeAct(close.error, 'closePosition') : null}
      onCancel={onDone}
      onConfirm={() => {
        close.mutate({ id: position.id, idempotencyKey }, { onSuccess: onDone });
      }}
    >
      <Typography variant="body2" sx={{ fontWeight: 650 }}>
        Sell {shares} at market{value === null ? '' : ` ≈ ${formatWholeMoney(value)}`}
      </Typography>
      <Typography variant="body2">
        Its resting stop and target are cancelled first, then the shares are sold at the market price. At the
        last price that realises <Pnl amount={amount} fraction={fraction} />. The bot itself keeps its status.
      </Typography>
    </ConfirmDialog>
  );
}
