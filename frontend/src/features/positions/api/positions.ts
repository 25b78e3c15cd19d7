import {
  keepPreviousData,
  queryOptions,
  useMutation,
  useQueryClient,
  type QueryClient,
} from '@tanstack/react-query';
import { api } from '@/services/api';
import type {
  Position,
  PositionDetail,
  PositionLevelsWanted,
  PositionList,
  PositionSummary,
} from '@/types/domain';
import { unlessFed } from '@/hooks/queries/fed';
import { keys, type QueryPart } from '@/hooks/queries/keys';

/** The most rows the server gives at once. */
const MOST = 200;

/** How long an exit may be on its way before we ask the server instead of waiting for its event. */
const EXIT_PATIENCE_MS = 10_000;

export function openPositionsOptions() {
  return queryOptions({
    queryKey: keys.openPositions,
    queryFn: ({ signal }) =>
      api.get<PositionList>('/api/positions', { query: { is_open: true, page_size: MOST }, signal }),
    staleTime: Infinity,
    refetchInterval: unlessFed(30_000),
  });
}

export function positionListOptions(query: QueryPart) {
  return queryOptions({
    queryKey: keys.positionList(query),
    queryFn: ({ signal }) => api.get<PositionList>('/api/positions', { query, signal }),
    staleTime: Infinity,
    refetchInterval: 30_000,
    placeholderData: keepPreviousData,
  });
}

export function positionSummaryOptions(query: QueryPart) {
  return queryOptions({
    queryKey: keys.positionSummary(query),
    queryFn: ({ signal }) => api.get<PositionSummary>('/api/positions/summary', { query, signal }),
    staleTime: Infinity,
    refetchInterval: 15_000,
    placeholderData: keepPreviousData,
  });
}

export function positionOptions(id: number) {
  return queryOptions({
    queryKey: keys.position(id),
    queryFn: ({ signal }) => api.get<PositionDetail>(`/api/positions/${id}`, { signal }),
    staleTime: Infinity,
    refetchInterval: 30_000,
  });
}

/** Into the list of open positions, or out of it; what is older than the list's own row is ignored. */
export function upsertOpenPosition(client: QueryClient, position: Position): void {
  client.setQueryData<PositionList>(keys.openPositions, (list) => {
    if (!list) return list;
    const known = list.results.find(({ id }) => id === position.id);
    if (known && known.version > position.version) return list;
    const others = list.results.filter(({ id }) => id !== position.id);
    if (!position.is_open) return { ...list, count: others.length, results: others };
    const results = known
      ? list.results.map((each) => (each.id === position.id ? position : each))
      : [position, ...others];
    return { ...list, count: results.length, results };
  });
}

/** Wherever the position is shown already. Whether it belongs to a filtered list is for the server to say. */
export function patchPosition(client: QueryClient, position: Position): void {
  const patched = <T extends Position>(each: T): T =>
    each.id === position.id && each.version <= position.version ? { ...each, ...position } : each;
  client.setQueriesData<PositionList>(
    { queryKey: keys.positionLists },
    (list) => list && { ...list, results: list.results.map(patched) },
  );
  client.setQueryData<PositionDetail>(keys.position(position.id), (detail) => detail && patched(detail));
}

interface CloseWanted {
  id: number;
  idempotencyKey: string;
  /** Whole shares; null for all of them. */
  quantity: string | null;
}

export function useClosePosition() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, idempotencyKey, quantity }: CloseWanted) =>
      api.post<Position>(`/api/positions/${id}/close`, {
        body: quantity === null ? {} : { quantity },
        headers: { 'Idempotency-Key': idempotencyKey },
      }),
    onSuccess: (position) => {
      // By now its events may have told that it is closed: it does not come back into the list.
      const listed = client.getQueryData<PositionList>(keys.openPositions)?.results;
      if (listed?.some(({ id }) => id === position.id)) upsertOpenPosition(client, position);
      patchPosition(client, position);
      setTimeout(() => void client.invalidateQueries({ queryKey: keys.positions }), EXIT_PATIENCE_MS);
    },
    onError: () => client.invalidateQueries({ queryKey: keys.positions }),
  });
}

/** Until the broker has moved them, the position says where they are wanted. */
export function useMoveLevels() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, levels }: { id: number; levels: PositionLevelsWanted }) =>
      api.post<Position>(`/api/positions/${id}/levels`, { body: levels }),
    onSuccess: (position) => {
      patchPosition(client, position);
      setTimeout(() => void client.invalidateQueries({ queryKey: keys.positions }), EXIT_PATIENCE_MS);
    },
    onError: () => client.invalidateQueries({ queryKey: keys.positions }),
  });
}
