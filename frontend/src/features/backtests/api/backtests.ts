import {
  keepPreviousData,
  queryOptions,
  useMutation,
  useQueryClient,
  type QueryClient,
} from '@tanstack/react-query';
import { api } from '@/services/api';
import type { Backtest, BacktestDetail, BacktestList } from '@/types/domain';
import type { BacktestChange } from '@/types/events';
import { keys, type QueryPart } from '@/hooks/queries/keys';

export function backtestListOptions(query: QueryPart) {
  return queryOptions({
    queryKey: keys.backtestList(query),
    queryFn: ({ signal }) => api.get<BacktestList>('/api/backtests', { query, signal }),
    staleTime: Infinity,
    refetchInterval: 30_000,
    placeholderData: keepPreviousData,
  });
}

export function backtestOptions(id: number) {
  return queryOptions({
    queryKey: keys.backtest(id),
    queryFn: ({ signal }) => api.get<BacktestDetail>(`/api/backtests/${id}`, { signal }),
    staleTime: Infinity,
  });
}

/** What is asked of a backtest; fractions and dollars as text, empty for none. */
export interface BacktestWanted {
  bot: number;
  from: string;
  to: string;
  commission_per_order: string;
  commission_per_share?: string;
  commission_fraction?: string;
  commission_minimum?: string;
  slippage: string;
  spread?: string;
  volume_cap?: string;
  within_bar?: boolean;
}

export function useAskBacktest() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (wanted: BacktestWanted) => api.post<Backtest>('/api/backtests', { body: wanted }),
    onSuccess: () => void client.invalidateQueries({ queryKey: keys.backtests }),
  });
}

export function useCancelBacktest() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: number) => api.post<Backtest>(`/api/backtests/${id}/cancel`, { body: {} }),
    onSuccess: () => void client.invalidateQueries({ queryKey: keys.backtests }),
  });
}

export function useDeleteBacktest() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: number) => api.delete(`/api/backtests/${id}`),
    onSuccess: (_, id) => {
      client.removeQueries({ queryKey: keys.backtest(id) });
      void client.invalidateQueries({ queryKey: keys.backtests });
    },
  });
}

/** How far it is, wherever it is shown. */
export function patchBacktest(client: QueryClient, change: BacktestChange): void {
  const patched = <T extends Backtest>(row: T): T => (row.id === change.id ? { ...row, ...change } : row);
  client.setQueriesData<BacktestList>(
    { queryKey: keys.backtestLists },
    (list) => list && { ...list, results: list.results.map(patched) },
  );
  client.setQueryData<BacktestDetail>(keys.backtest(change.id), (row) => row && patched(row));
}
