import { queryOptions } from '@tanstack/react-query';
import { api } from '@/services/api';
import type { Summary } from '@/types/domain';
import { keys } from './keys';

export function summaryOptions() {
  return queryOptions({
    queryKey: keys.summary,
    queryFn: ({ signal }) => api.get<Summary>('/api/summary', { signal }),
    staleTime: Infinity,
    refetchInterval: 15_000,
  });
}
