import { Decimal, decimalToString } from '@/lib/decimal';
import type { Position } from '@/types/domain';

export type LevelName = 'stop_loss_price' | 'take_profit_price';
type Levels = Pick<Position, LevelName>;

interface LevelsWanted {
  /** What differs from where they rest now. */
  changes: Partial<Record<LevelName, string>>;
  wrong: { field: LevelName; message: string } | null;
}

const PRICE = /^\d+(\.\d+)?$/;

/** Whole cents; below a dollar hundredths of a cent, as the broker takes them. */
export function toTick(price: number): string {
  return price.toFixed(price < 1 ? 4 : 2);
}

/** What was typed or dragged, against where stop and target rest and what the stock costs. */
export function levelsWanted(
  typed: Partial<Record<LevelName, string>>,
  resting: Levels,
  last: string | null,
): LevelsWanted {
  const changes: LevelsWanted['changes'] = {};
  const say = (field: LevelName, message: string): LevelsWanted => ({ changes, wrong: { field, message } });
  for (const name of ['stop_loss_price', 'take_profit_price'] as const) {
    const text = typed[name]?.trim();
    const now = resting[name];
    if (text === undefined || now === null) continue;
    if (!PRICE.test(text) || Number(text) <= 0) return say(name, 'Enter a price in dollars');
    const places = text.split('.')[1]?.replace(/0+$/, '').length ?? 0;
    if (places > (Number(text) < 1 ? 4 : 2)) return say(name, 'Whole cents; below a dollar four places');
    if (last !== null && name === 'stop_loss_price' && new Decimal(text).gte(last))
      return say(name, 'A stop must be below the last price');
    if (last !== null && name === 'take_profit_price' && new Decimal(text).lte(last))
      return say(name, 'A target must be above the last price');
    if (!new Decimal(text).eq(now)) changes[name] = text;
  }
  return { changes, wrong: null };
}

/** What selling all of it at that price would come to, before fees; null where that is no price. */
export function resultAt(position: Pick<Position, 'entry_price' | 'quantity'>, price: string): string | null {
  if (!PRICE.test(price.trim())) return null;
  return decimalToString(new Decimal(price.trim()).minus(position.entry_price).times(position.quantity));
}
