import type { QueryPart } from '@/hooks/queries/keys';
import { oneOf, pageOf } from '@/lib/urlFilters';
import type { BotStatus } from '@/types/domain';

export const BOT_STATUSES: readonly BotStatus[] = ['running', 'paused', 'error', 'stopped'];
const FIELDS = [
  'name',
  'status',
  'created_at',
  'today',
  'total_pnl',
  'open_positions',
  'win_rate',
  'capital',
  'last_tick',
] as const;
type Field = (typeof FIELDS)[number];
export type BotOrdering = Field | `-${Field}`;
export const BOT_ORDERINGS: readonly BotOrdering[] = FIELDS.flatMap((field) => [field, `-${field}` as const]);
export const BOTS_PER_PAGE = 50;
/** How many one action can be for. */
export const MOST_CHOSEN = 500;

export interface BotFilters {
  status: BotStatus | null;
  search: string;
  ordering: BotOrdering;
  page: number;
}

export function readBotFilters(search: URLSearchParams): BotFilters {
  return {
    status: oneOf(search.get('status'), BOT_STATUSES),
    search: search.get('search')?.slice(0, 80) ?? '',
    ordering: oneOf(search.get('ordering'), BOT_ORDERINGS) ?? 'name',
    page: pageOf(search.get('page')),
  };
}

export function botQuery({ status, search, ordering, page }: BotFilters): QueryPart {
  return { status, search: search || null, ordering, page: page > 1 ? page : null, page_size: BOTS_PER_PAGE };
}
