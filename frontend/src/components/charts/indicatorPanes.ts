import type { IndicatorSeries } from '@/types/domain';

/** Lines of one indicator that share an axis; `lines` are their places in the indicator, `pane` 0 is that of the candles. */
export interface PlacedLines {
  indicator: number;
  pane: number;
  lines: number[];
}

/**
 * Which lines are drawn in which pane. What is a price lies over the candles; the others of one indicator share a pane,
 * so that a direction of 1 and −1 does not stretch the axis of the prices.
 */
export function placeLines(indicators: readonly Pick<IndicatorSeries, 'lines'>[]): PlacedLines[] {
  let lastPane = 0;
  return indicators.flatMap(({ lines }, indicator) => {
    const of = (pane: 'price' | 'own') => lines.flatMap((line, place) => (line.pane === pane ? [place] : []));
    const [over, apart] = [of('price'), of('own')];
    const placed: PlacedLines[] = over.length > 0 ? [{ indicator, pane: 0, lines: over }] : [];
    if (apart.length > 0) placed.push({ indicator, pane: (lastPane += 1), lines: apart });
    return placed;
  });
}
