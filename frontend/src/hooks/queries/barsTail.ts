import { indicatorSignature } from '@/lib/indicators';
import type { MarketBar, MarketData } from '@/types/domain';

/** From when on a chart has to ask: its last bar, which is asked for once more to see that both join. */
export function tailStart(known: MarketData | undefined): string | null {
  return known?.bars.at(-1)?.t ?? null;
}

function isSame(one: MarketBar | undefined, other: MarketBar | undefined): boolean {
  if (!one || !other) return false;
  return (['t', 'o', 'h', 'l', 'c', 'v'] as const).every((part) => one[part] === other[part]);
}

/**
 * A chart and what is new to it as one, of at most so many bars; null where they do not join (bars are missing between
 * them, the last bar was corrected, other indicators are drawn): then everything has to be asked for.
 */
export function joinTail(known: MarketData, tail: MarketData, most: number): MarketData | null {
  if (
    !isSame(known.bars.at(-1), tail.bars[0]) ||
    indicatorSignature(known.indicators) !== indicatorSignature(tail.indicators)
  )
    return null;
  const bars = [...known.bars, ...tail.bars.slice(1)];
  const cut = Math.max(0, bars.length - most);
  const begin = bars[cut]?.t ?? '';
  const from = tail.bars[0]?.t ?? '';
  const kept = known.trades.filter(
    ({ t }) => Date.parse(t) >= Date.parse(begin) && Date.parse(t) < Date.parse(from),
  );
  return {
    ...tail,
    bars: bars.slice(cut),
    indicators: known.indicators.map((indicator, index) => ({
      ...indicator,
      lines: indicator.lines.map((line, place) => ({
        ...line,
        values: [...line.values, ...(tail.indicators[index]?.lines[place]?.values.slice(1) ?? [])].slice(cut),
      })),
    })),
    trades: [...kept, ...tail.trades],
  };
}
