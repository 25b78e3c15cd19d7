import type { AutoscaleInfo } from 'lightweight-charts';
import type { ChartLevel } from './positionLevels';

/** The range of the price axis, widened until every level is in sight. */
export function reachLevels(own: AutoscaleInfo | null, levels: readonly ChartLevel[]): AutoscaleInfo | null {
  if (!own?.priceRange) return own;
  const prices = levels.map(({ price }) => price);
  const { minValue, maxValue } = own.priceRange;
  return {
    ...own,
    priceRange: { minValue: Math.min(minValue, ...prices), maxValue: Math.max(maxValue, ...prices) },
  };
}
