import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from '@/services/api';
import type { Analytics, AnalyticsRange, Exposure } from '@/types/domain';
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

export function exposureOptions(range: AnalyticsRange, query: QueryPart) {
  return queryOptions({
    queryKey: keys.exposure(range, query),
    queryFn: ({ signal }) =>
      api.get<Exposure>('/api/analytics/exposure', { query: { range, ...query }, signal }),
    staleTime: Infinity,
    // A fill asks for it anew; and it is made of every fill of the range.
    refetchInterval: 300_000,
    placeholderData: keepPreviousData,
  });
}
