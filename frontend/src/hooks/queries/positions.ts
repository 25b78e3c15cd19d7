import { queryOptions, useMutation, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { api } from '@/services/api';
import type { Position, PositionList } from '@/types/domain';
import { keys } from './keys';

/** How long an exit may be on its way before we ask the server instead of waiting for its event. */
const EXIT_PATIENCE_MS = 10_000;

export function openPositionsOptions() {
  return queryOptions({
    queryKey: keys.openPositions,
    queryFn: ({ signal }) => api.get<PositionList>('/api/positions', { query: { is_open: true }, signal }),
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
    if (!position.is_open) return { count: others.length, results: others };
    const results = known
      ? list.results.map((each) => (each.id === position.id ? position : each))
      : [position, ...others];
    return { count: results.length, results };
  });
}

export function useClosePosition() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, idempotencyKey }: { id: number; idempotencyKey: string }) =>
      api.post<Position>(`/api/positions/${id}/close`, {
        body: {},
        headers: { 'Idempotency-Key': idempotencyKey },
      }),
    onSuccess: (position) => {
      upsertOpenPosition(client, position);
      setTimeout(() => void client.invalidateQueries({ queryKey: keys.positions }), EXIT_PATIENCE_MS);
    },
    onError: () => client.invalidateQueries({ queryKey: keys.positions }),
  });
}
