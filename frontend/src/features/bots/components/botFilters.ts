import type { QueryPart } from '@/hooks/queries/keys';
import { oneOf, pageOf } from '@/lib/urlFilters';
import type { BotStatus } from '@/types/domain';

export const BOT_STATUSES: readonly BotStatus[] = ['running', 'paused', 'error', 'stopped'];
export const BOT_ORDERINGS = ['name', '-name', '-created_at', 'created_at', 'status'] as const;
export const BOTS_PER_PAGE = 50;

export interface BotFilters {
  status: BotStatus | null;
  search: string;
  ordering: (typeof BOT_ORDERINGS)[number];
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
