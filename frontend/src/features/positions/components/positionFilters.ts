import type { QueryPart } from '@/hooks/queries/keys';
import { idsOf, oneOf, pageOf, symbolsOf } from '@/lib/urlFilters';

export const POSITION_STATES = ['open', 'closed', 'all'] as const;
export type PositionState = (typeof POSITION_STATES)[number];

const FIELDS = [
  ...['opened_at', 'symbol', 'quantity', 'cost', 'unrealized_pnl', 'realized_pnl', 'closed_at'],
] as const;
const ORDERINGS = FIELDS.flatMap((field) => [field, `-${field}`]);

export const POSITIONS_PER_PAGE = 50;

export interface PositionFilters {
  bots: number[];
  symbols: string[];
  state: PositionState;
  ordering: string;
  page: number;
}

function standardOrdering(state: PositionState): string {
  return state === 'closed' ? '-closed_at' : '-opened_at';
}

export function readPositionFilters(search: URLSearchParams): PositionFilters {
  const state = oneOf(search.get('state'), POSITION_STATES) ?? 'open';
  return {
    bots: idsOf(search.get('bot')),
    symbols: symbolsOf(search.get('symbol')),
    state,
    ordering: oneOf(search.get('ordering'), ORDERINGS) ?? standardOrdering(state),
    page: pageOf(search.get('page')),
  };
}

/** Which positions are meant, open or closed. */
export function positionScope({ bots, symbols }: PositionFilters): QueryPart {
  return { bot: bots.join() || null, symbol: symbols.join() || null };
}

export function positionQuery(filters: PositionFilters): QueryPart {
  const { state, ordering, page } = filters;
  return {
    ...positionScope(filters),
    is_open: state === 'all' ? null : state === 'open',
    ordering,
    page: page > 1 ? page : null,
    page_size: POSITIONS_PER_PAGE,
  };
}

export function activeFilters({ bots, symbols, state }: PositionFilters): number {
  return (bots.length > 0 ? 1 : 0) + (symbols.length > 0 ? 1 : 0) + (state === 'open' ? 0 : 1);
}
