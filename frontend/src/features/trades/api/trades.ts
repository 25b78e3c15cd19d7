import {
  keepPreviousData,
  queryOptions,
  useMutation,
  useQueryClient,
  type QueryClient,
} from '@tanstack/react-query';
import { api } from '@/services/api';
import type {
  Trade,
  TradeDetail,
  TradeNote,
  TradePage,
  TradeStats,
  WorkingOrder,
  WorkingOrderList,
} from '@/types/domain';
import { unlessFed } from '@/hooks/queries/fed';
import { keys, type QueryPart } from '@/hooks/queries/keys';

const RECENT = 25;

export function recentTradesOptions() {
  return queryOptions({
    queryKey: keys.recentTrades,
    queryFn: ({ signal }) => api.get<TradePage>('/api/trades', { query: { page_size: RECENT }, signal }),
    staleTime: Infinity,
    refetchInterval: unlessFed(30_000),
  });
}

export function tradePageOptions(query: QueryPart) {
  return queryOptions({
    queryKey: keys.tradePage(query),
    queryFn: ({ signal }) => api.get<TradePage>('/api/trades', { query, signal }),
    staleTime: Infinity,
    refetchInterval: 30_000,
    placeholderData: keepPreviousData,
  });
}

export function tradeStatsOptions(query: QueryPart) {
  return queryOptions({
    queryKey: keys.tradeStats(query),
    queryFn: ({ signal }) => api.get<TradeStats>('/api/trades/stats', { query, signal }),
    staleTime: Infinity,
    refetchInterval: 60_000,
    placeholderData: keepPreviousData,
  });
}

export function tradeOptions(id: number) {
  return queryOptions({
    queryKey: keys.trade(id),
    queryFn: ({ signal }) => api.get<TradeDetail>(`/api/trades/${id}`, { signal }),
    staleTime: Infinity,
  });
}

/** Every order that may still fill. */
export function workingOrdersOptions() {
  return queryOptions({
    queryKey: keys.workingOrders,
    queryFn: ({ signal }) => api.get<WorkingOrderList>('/api/trades/working', { signal }),
    staleTime: Infinity,
    refetchInterval: 5_000,
  });
}

export function useCancelOrder() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: number) => api.post<WorkingOrder>(`/api/trades/${id}/cancel`, { body: {} }),
    onSettled: () => client.invalidateQueries({ queryKey: keys.trades }),
  });
}

/** A note is shown at once, and taken back if it is refused. */
export function useNoteTrade(id: number) {
  const client = useQueryClient();
  const show = (note: TradeNote) => {
    client.setQueryData<TradeDetail>(keys.trade(id), (trade) => trade && { ...trade, note });
  };
  return useMutation({
    onMutate: (body: { text: string; tags: string[] }) => {
      const before = client.getQueryData<TradeDetail>(keys.trade(id))?.note;
      if (before) show({ ...before, ...body });
      return before;
    },
    onError: (_error, _body, before) => {
      if (before) show(before);
    },
    mutationFn: (body: { text: string; tags: string[] }) =>
      api.put<TradeNote>(`/api/trades/${id}/note`, { body }),
    onSuccess: (note) => {
      show(note);
      void client.invalidateQueries({ queryKey: keys.trades });
    },
  });
}

/** A fill of a known trade updates its row; a new trade goes on top. */
export function upsertRecentTrade(client: QueryClient, trade: Trade): void {
  client.setQueryData<TradePage>(keys.recentTrades, (page) => {
    if (!page) return page;
    const known = page.results.some(({ id }) => id === trade.id);
    const results = known
      ? page.results.map((each) => (each.id === trade.id ? trade : each))
      : [trade, ...page.results].slice(0, RECENT);
    return { ...page, results };
  });
}
