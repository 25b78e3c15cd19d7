/**
 * Exact arithmetic on the decimal strings of the API, to nine places (the API's own precision for quantities).
 * Money never passes through a float on its way to a sum; a number is made only for display.
 */
const PLACES = 9;
const SCALE = 10n ** BigInt(PLACES);
const PATTERN = /^([+-]?)(\d+)(?:\.(\d*))?$/;

export type Decimal = bigint;

export function parseDecimal(text: string): Decimal {
  const match = PATTERN.exec(text.trim());
  if (!match) throw new RangeError(`a decimal was expected, but it was "${text}"`);
  const [, sign, whole = '0', fraction = ''] = match;
  const units = BigInt(whole) * SCALE + BigInt(fraction.slice(0, PLACES).padEnd(PLACES, '0'));
  return sign === '-' ? -units : units;
}

export function multiply(a: Decimal, b: Decimal): Decimal {
  return (a * b) / SCALE;
}

/** Null when dividing by zero. */
export function divide(a: Decimal, b: Decimal): Decimal | null {
  return b === 0n ? null : (a * SCALE) / b;
}

export function decimalToString(value: Decimal): string {
  const absolute = value < 0n ? -value : value;
  const fraction = (absolute % SCALE).toString().padStart(PLACES, '0').replace(/0+$/, '');
  return `${value < 0n ? '-' : ''}${(absolute / SCALE).toString()}${fraction ? `.${fraction}` : ''}`;
}
