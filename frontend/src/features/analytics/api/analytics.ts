import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from '@/services/api';
import type { Analytics, AnalyticsRange } from '@/types/domain';
import { keys, type QueryPart } from '@/hooks/queries/keys';

export function analyticsOptions(range: AnalyticsRange, query: QueryPart) {
  return queryOptions({
    queryKey: keys.analyticsOf(range, query),
    queryFn: ({ signal }) => api.get<Analytics>('/api/analytics', { query: { range, ...query }, signal }),
    staleTime: Infinity,
    refetchInterval: 60_000,
    placeholderData: keepPreviousData,
  });
}
