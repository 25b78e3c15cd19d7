import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from '@/services/api';
import type { DecisionPage } from '@/types/domain';
import { keys, type QueryPart } from '@/hooks/queries/keys';

/** Decisions are made at every tick and not told one by one: they are read again now and then. */
export function decisionPageOptions(query: QueryPart) {
  return queryOptions({
    queryKey: keys.decisionPage(query),
    queryFn: ({ signal }) => api.get<DecisionPage>('/api/decisions', { query, signal }),
    staleTime: Infinity,
    refetchInterval: 10_000,
    placeholderData: keepPreviousData,
  });
}
