import { Typography } from '@mui/material';
import { ConfirmDialog } from '@/components/common/ConfirmDialog';
import { useCancelOrder } from '@/features/trades/api/trades';
import { useActionBlock } from '@/hooks/useSession';
import { describeAct } from '@/lib/acts';
import { formatQuantity } from '@/lib/format';
import type { WorkingOrder } from '@/types/domain';

export function CancelOrderDialog({ order, onDone }: { order: WorkingOrder; onDone: () => void }) {
  const cancel = useCancelOrder();
  const block = useActionBlock();
  return (
    <ConfirmDialog
      open
      title={`Cancel the purchase of ${order.symbol}?`}
      confirmLabel="Cancel the order"
      cancelLabel="Keep it"
      pending={cancel.isPending}
      disabledReason={block}
      error={cancel.error ? describeAct(cancel.error, 'cancelOrder') : null}
      onConfirm={() => {
        cancel.mutate(order.id, { onSuccess: onDone });
      }}
      onCancel={onDone}
    >
      <Typography variant="body2">
        {`${order.bot_name} wants ${formatQuantity(order.quantity)} shares. The order may fill before the broker has cancelled it; what it has bought by then is a position with its stop.`}
      </Typography>
      <Typography variant="body2">
        The bot goes on, and may decide to buy again at its next tick: pause it if it should not.
      </Typography>
    </ConfirmDialog>
  );
}
