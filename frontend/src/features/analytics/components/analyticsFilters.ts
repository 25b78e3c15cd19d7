import type { QueryPart } from '@/hooks/queries/keys';
import { pnlViewOf, type PnlView } from '@/lib/pnlView';
import { RANGES } from '@/lib/ranges';
import { idsOf, oneOf, symbolsOf } from '@/lib/urlFilters';
import type { AnalyticsRange } from '@/types/domain';

export const STANDARD_RANGE: AnalyticsRange = '1M';

export interface AnalyticsFilters {
  range: AnalyticsRange;
  view: PnlView;
  bots: number[];
  symbols: string[];
}

export function readAnalyticsFilters(search: URLSearchParams): AnalyticsFilters {
  return {
    range: oneOf(search.get('range'), RANGES) ?? STANDARD_RANGE,
    view: pnlViewOf(search.get('view')),
    bots: idsOf(search.get('bot')),
    symbols: symbolsOf(search.get('symbol')),
  };
}

export function analyticsScope({ bots, symbols }: AnalyticsFilters): QueryPart {
  return { bot: bots.join() || null, symbol: symbols.join() || null };
}
