import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from '@/services/api';
import type { AccountEquity, AnalyticsRange, Summary } from '@/types/domain';
import { unlessFed } from './fed';
import { keys } from './keys';

export function summaryOptions() {
  return queryOptions({
    queryKey: keys.summary,
    queryFn: ({ signal }) => api.get<Summary>('/api/summary', { signal }),
    staleTime: Infinity,
    refetchInterval: unlessFed(15_000),
  });
}

export function accountEquityOptions(range: AnalyticsRange) {
  return queryOptions({
    queryKey: keys.accountEquity(range),
    queryFn: ({ signal }) => api.get<AccountEquity>('/api/account/equity', { query: { range }, signal }),
    staleTime: Infinity,
    refetchInterval: 60_000,
    placeholderData: keepPreviousData,
  });
}
