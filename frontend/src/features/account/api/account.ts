import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { keys, type QueryPart } from '@/hooks/queries/keys';
import { api } from '@/services/api';
import type { Account, ActivityPage, MarketCalendar } from '@/types/domain';

export function accountOptions() {
  return queryOptions({
    queryKey: keys.account,
    queryFn: ({ signal }) => api.get<Account>('/api/account', { signal }),
    staleTime: Infinity,
    refetchInterval: 15_000,
  });
}

export function activitiesOptions(query: QueryPart) {
  return queryOptions({
    queryKey: keys.activities(query),
    queryFn: ({ signal }) => api.get<ActivityPage>('/api/account/activities', { query, signal }),
    staleTime: Infinity,
    refetchInterval: 60_000,
    placeholderData: keepPreviousData,
  });
}

/** `today` is part of the key: the calendar begins with the market's day. */
export function calendarOptions(today: string) {
  return queryOptions({
    queryKey: keys.calendar(today),
    queryFn: ({ signal }) => api.get<MarketCalendar>('/api/calendar', { query: { days: 60 }, signal }),
    staleTime: Infinity,
  });
}
