import { Decimal, decimalToString } from '@/lib/decimal';
import type { Position } from '@/types/domain';

/** Shares of a symbol in all bots' open positions, exactly. */
export function heldShares(positions: readonly Position[], symbol: string): string {
  const held = positions.filter((position) => position.symbol === symbol);
  return decimalToString(held.reduce((sum, { quantity }) => sum.plus(quantity), new Decimal(0)));
}
