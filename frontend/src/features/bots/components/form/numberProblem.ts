import { formatNumber } from '@/lib/format';

/** What is wrong, by the path of the form's library. */
export type Problems = Record<string, string>;

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)$/;

export interface Bounds {
  minimum?: number | null;
  maximum?: number | null;
}

export function boundsText({ minimum, maximum }: Bounds, unit = ''): string {
  const low = minimum ?? null;
  const high = maximum ?? null;
  if (low !== null && high !== null) return `between ${formatNumber(low)} and ${formatNumber(high)}${unit}`;
  if (low !== null) return `at least ${formatNumber(low)}${unit}`;
  return high === null ? '' : `at most ${formatNumber(high)}${unit}`;
}

/** What is wrong with a number as it was typed; null when nothing is. */
export function numberProblem(text: string, isWhole: boolean, bounds: Bounds, unit = ''): string | null {
  if (!NUMBER.test(text.trim())) return 'must be a number';
  const value = Number(text);
  if (isWhole && !Number.isInteger(value)) return 'must be a whole number';
  const isLow = typeof bounds.minimum === 'number' && value < bounds.minimum;
  const isHigh = typeof bounds.maximum === 'number' && value > bounds.maximum;
  return isLow || isHigh ? `must be ${boundsText(bounds, unit)}` : null;
}
