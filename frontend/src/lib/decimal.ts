import Big from 'big.js';

/**
 * Exact arithmetic on the decimal strings of the API; quotients have nine places (the API's own precision for
 * quantities). Money never passes through a float on its way to a sum; a number is made only for display.
 */
export const Decimal = Big();
Decimal.DP = 9;
Decimal.RM = Big.roundDown;

export type Decimal = Big;

/** Null when dividing by zero. */
export function divide(a: Decimal, b: Decimal): Decimal | null {
  return b.eq(0) ? null : a.div(b);
}

/** Digits without an exponent. */
export function decimalToString(value: Decimal): string {
  return value.toFixed();
}
