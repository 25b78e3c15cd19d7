import type { Position, PositionSummary } from '@/types/domain';
import type { PriceTick } from '@/types/events';
import { Decimal, decimalToString, divide } from './decimal';
import { openPnl, openPrice } from './pnl';

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
  tickOf: (symbol: string) => PriceTick | undefined,
): PositionTotals {
  if (!held || held.length !== summary.open_positions) return asRead(summary);
  let pnl = new Decimal(0);
  let value = new Decimal(0);
  for (const position of held) {
    const tick = tickOf(position.symbol);
    const price = openPrice(position, tick);
    const { amount } = openPnl(position, tick);
    if (amount === null || price === null) return asRead(summary);
    pnl = pnl.plus(amount);
    value = value.plus(new Decimal(price).times(position.quantity));
  }
  const fraction = divide(pnl, new Decimal(summary.cost));
  return {
    count: held.length,
    value: decimalToString(value),
    pnl: decimalToString(pnl),
    pnlFraction: fraction === null ? null : decimalToString(fraction),
  };
}
