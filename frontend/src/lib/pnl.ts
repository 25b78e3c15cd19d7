import type { Position, Summary } from '@/types/domain';
import type { PriceTick } from '@/types/events';
import { Decimal, decimalToString, divide } from './decimal';
import { livePrice } from './livePrice';

type Priced = Pick<Position, 'current_price' | 'price_at'>;
type Valued = Priced & Pick<Position, 'quantity' | 'entry_price' | 'unrealized_pnl' | 'unrealized_pnl_pct'>;

export interface OpenPnl {
  amount: string | null;
  fraction: string | null;
}

/** The price an open position is worth now; null while there is none. */
export function openPrice(position: Priced, tick: PriceTick | undefined): string | null {
  return livePrice(tick, { price: position.current_price, at: position.price_at });
}

/** P&L of an open position at the newest price; without one, what the server last said. */
export function openPnl(position: Valued, tick: PriceTick | undefined): OpenPnl {
  const price = openPrice(position, tick);
  if (price === null || price === position.current_price) {
    return { amount: position.unrealized_pnl, fraction: position.unrealized_pnl_pct };
  }
  const entry = new Decimal(position.entry_price);
  const gain = new Decimal(price).minus(entry);
  const fraction = divide(gain, entry);
  return {
    amount: decimalToString(gain.times(position.quantity)),
    fraction: fraction === null ? null : decimalToString(fraction),
  };
}

export interface DayParts {
  bots: string | null;
  byHand: string | null;
  unattributed: string | null;
}

export interface LiveTotals {
  equity: string | null;
  dayPnl: string | null;
  dayPnlFraction: string | null;
  /** They add up to the day's P&L. */
  dayParts: DayParts | null;
  openPnl: string | null;
  exposure: string | null;
  exposureFraction: string | null;
}

/** What the prices of the bots' positions did since the account was read belongs to the bots. */
function dayParts({ day_parts: parts }: Summary, moved: Decimal): DayParts | null {
  if (parts === null) return null;
  return {
    bots: shift(parts.bots, moved),
    byHand: parts.by_hand,
    unattributed: parts.unattributed,
  };
}

function shift(value: string | null, by: Decimal): string | null {
  return value === null ? null : decimalToString(new Decimal(value).plus(by));
}

function ratio(part: string | null, whole: Decimal | null): string | null {
  if (part === null || whole === null) return null;
  const result = divide(new Decimal(part), whole);
  return result === null ? null : decimalToString(result);
}

/**
 * The account's figures moved on by what prices did since they were read. When the open positions are no longer those
 * the summary counted, it is about to be read again, and nothing is moved until then.
 */
export function liveTotals(
  summary: Summary,
  positions: readonly Position[] | undefined,
  tickOf: (symbol: string) => PriceTick | undefined,
): LiveTotals {
  const snapshot: LiveTotals = {
    equity: summary.equity,
    dayPnl: summary.day_pnl,
    dayPnlFraction: summary.day_pnl_pct,
    dayParts: dayParts(summary, new Decimal(0)),
    openPnl: summary.open_pnl,
    exposure: summary.exposure,
    exposureFraction: summary.exposure_pct,
  };
  if (!positions || positions.length !== summary.open_positions) return snapshot;
  let total = new Decimal(0);
  for (const position of positions) {
    const { amount } = openPnl(position, tickOf(position.symbol));
    if (amount === null) return snapshot;
    total = total.plus(amount);
  }
  const moved = total.minus(summary.open_pnl);
  const equity = shift(summary.equity, moved);
  const dayPnl = shift(summary.day_pnl, moved);
  const exposure = shift(summary.exposure, moved);
  const startOfDay = equity !== null && dayPnl !== null ? new Decimal(equity).minus(dayPnl) : null;
  return {
    equity,
    dayPnl,
    dayPnlFraction: ratio(dayPnl, startOfDay) ?? summary.day_pnl_pct,
    dayParts: dayParts(summary, moved),
    openPnl: decimalToString(total),
    exposure,
    exposureFraction: ratio(exposure, equity === null ? null : new Decimal(equity)) ?? summary.exposure_pct,
  };
}
