import { Decimal, decimalToString } from './decimal';

/** "2" (per cent, as a person types it) is 0.02 on the wire. Exact: 7 % is 0.07, not 0.07000000000000001. */
export function percentToFraction(percent: string): string {
  return decimalToString(numberOf(percent).times('0.01'));
}

export function fractionToPercent(fraction: string | number): string {
  return decimalToString(numberOf(fraction).times(100));
}

/** A number as digits: no exponent, no needless zeros. */
export function plainNumber(value: string | number): string {
  return decimalToString(numberOf(value));
}

/** Throws for what is no number; people type blanks and a plus sign. */
function numberOf(value: string | number): Decimal {
  return new Decimal(String(value).trim().replace(/^\+/, ''));
}
