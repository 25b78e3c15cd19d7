import { decimalToString, multiply, parseDecimal } from './decimal';

const HUNDRED = parseDecimal('100');
const HUNDREDTH = parseDecimal('0.01');

/** "2" (per cent, as a person types it) is 0.02 on the wire. Exact: 7 % is 0.07, not 0.07000000000000001. */
export function percentToFraction(percent: string): string {
  return decimalToString(multiply(parseDecimal(percent), HUNDREDTH));
}

export function fractionToPercent(fraction: string | number): string {
  return decimalToString(multiply(parseDecimal(plain(fraction)), HUNDRED));
}

/** A number as digits: no exponent, no needless zeros. */
export function plainNumber(value: string | number): string {
  return decimalToString(parseDecimal(plain(value)));
}

function plain(value: string | number): string {
  const text = String(value);
  return /e/i.test(text) ? Number(text).toFixed(9) : text;
}
