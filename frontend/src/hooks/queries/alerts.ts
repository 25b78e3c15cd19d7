import { queryOptions } from '@tanstack/react-query';
import { api } from '@/services/api';
import type { AlertPage } from '@/types/domain';
import { keys } from './keys';

/** What people were told last. Read when the page opens and whenever it may have missed something. */
export function alertsOptions() {
  return queryOptions({
    queryKey: keys.alerts,
    queryFn: ({ signal }) => api.get<AlertPage>('/api/alerts?page_size=100', { signal }),
    staleTime: Infinity,
  });
}
