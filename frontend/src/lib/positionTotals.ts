import type { Position, PositionSummary } from '@/types/domain';
import { decimalToString, divide, multiply, parseDecimal } from './decimal';
import { openPnl } from './pnl';

export interface PositionTotals {
  count: number;
  value: string;
  pnl: string;
  pnlFraction: string | null;
}

function asRead(summary: PositionSummary): PositionTotals {
  return {
    count: summary.open_positions,
    value: summary.market_value,
    pnl: summary.unrealized_pnl,
    pnlFraction: summary.unrealized_pnl_pct,
  };
}

/** The summary moved on by the prices since; as it was read while the open positions are not the ones it counted. */
export function positionTotals(
  summary: PositionSummary,
  held: readonly Position[] | undefined,
  priceOf: (symbol: string) => string | undefined,
): PositionTotals {
  if (!held || held.length !== summary.open_positions) return asRead(summary);
  let pnl = 0n;
  let value = 0n;
  for (const position of held) {
    const price = priceOf(position.symbol) ?? position.current_price ?? undefined;
    const { amount } = openPnl(position, price);
    if (amount === null || price === undefined) return asRead(summary);
    pnl += parseDecimal(amount);
    value += multiply(parseDecimal(price), parseDecimal(position.quantity));
  }
  const fraction = divide(pnl, parseDecimal(summary.cost));
  return {
    count: held.length,
    value: decimalToString(value),
    pnl: decimalToString(pnl),
    pnlFraction: fraction === null ? null : decimalToString(fraction),
  };
}
