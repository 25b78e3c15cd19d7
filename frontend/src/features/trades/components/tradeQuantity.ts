import { formatQuantity } from '@/lib/format';
import type { Trade } from '@/types/domain';

/** "6 / 12" while only a part of it is filled. */
export function quantityOf(trade: Trade): string {
  const isPart = trade.status !== 'filled' && Number(trade.filled_quantity) > 0;
  return isPart
    ? `${formatQuantity(trade.filled_quantity)} / ${formatQuantity(trade.quantity)}`
    : formatQuantity(trade.quantity);
}
