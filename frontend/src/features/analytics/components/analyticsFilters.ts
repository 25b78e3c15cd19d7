import type { QueryPart } from '@/hooks/queries/keys';
import { pnlViewOf, type PnlView } from '@/lib/pnlView';
import { RANGES } from '@/lib/ranges';
import { idsOf, oneOf, symbolsOf } from '@/lib/urlFilters';
import type { AnalyticsRange } from '@/types/domain';
import { MOST_COMPARED } from './comparison';

export const STANDARD_RANGE: AnalyticsRange = '1M';

export interface AnalyticsFilters {
  range: AnalyticsRange;
  view: PnlView;
  bots: number[];
  symbols: string[];
  /** Bots whose results are drawn in one plot. */
  compared: number[];
}

export function readAnalyticsFilters(search: URLSearchParams): AnalyticsFilters {
  return {
    range: oneOf(search.get('range'), RANGES) ?? STANDARD_RANGE,
    view: pnlViewOf(search.get('view')),
    bots: idsOf(search.get('bot')),
    symbols: symbolsOf(search.get('symbol')),
    compared: idsOf(search.get('compare')).slice(0, MOST_COMPARED),
  };
}

export function analyticsScope({ bots, symbols }: AnalyticsFilters): QueryPart {
  return { bot: bots.join() || null, symbol: symbols.join() || null };
}
