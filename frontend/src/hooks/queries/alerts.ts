import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '@/services/api';
import type { AlertPage, AlertsRead } from '@/types/domain';
import { keys, type QueryPart } from './keys';

/** What people were told last. Read when the page opens and whenever it may have missed something. */
export function alertsOptions() {
  return queryOptions({
    queryKey: keys.newestAlerts,
    queryFn: ({ signal }) => api.get<AlertPage>('/api/alerts?page_size=100', { signal }),
    staleTime: Infinity,
  });
}

/** A page of the inbox; the socket says when there is more. */
export function alertPageOptions(query: QueryPart) {
  return queryOptions({
    queryKey: keys.alertPage(query),
    queryFn: ({ signal }) => api.get<AlertPage>('/api/alerts', { query, signal }),
    staleTime: Infinity,
    refetchInterval: 60_000,
    placeholderData: keepPreviousData,
  });
}

/** Notes on the server how far this person has read, so that other devices and a reload know it. */
export function useMarkAlertsRead() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (upto: string) => api.post<AlertsRead>('/api/alerts/read', { body: { upto } }),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.alertPages }),
  });
}
