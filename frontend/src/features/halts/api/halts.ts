import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '@/services/api';
import type { Halt, HaltList, HaltWanted } from '@/types/domain';
import { unlessFed } from '@/hooks/queries/fed';
import { keys } from '@/hooks/queries/keys';

const SELLING_MS = 2000;

/** It sells whatever is held, and something is left. */
export function isSelling(halt: Halt): boolean {
  return halt.close_positions && halt.flat_at === null;
}

export function haltsOptions() {
  return queryOptions({
    queryKey: keys.halts,
    queryFn: ({ signal }) => api.get<HaltList>('/api/halts', { signal }),
    staleTime: Infinity,
    // What is being sold is followed closely.
    refetchInterval: (query) =>
      query.state.data?.results.some(isSelling) ? SELLING_MS : unlessFed(30_000)(),
  });
}

/** The halt of all entries, or of one bot. */
export function haltOf(halts: readonly Halt[] | undefined, bot: number | null): Halt | undefined {
  return halts?.find((halt) => halt.bot === bot);
}

function useReadAgain() {
  const client = useQueryClient();
  return () =>
    Promise.all(
      [keys.halts, keys.summary, keys.bots, keys.positions].map((queryKey) =>
        client.invalidateQueries({ queryKey }),
      ),
    );
}

export function useSetHalt() {
  const readAgain = useReadAgain();
  return useMutation({
    mutationFn: (halt: HaltWanted) => api.post<Halt>('/api/halts', { body: halt }),
    onSuccess: readAgain,
  });
}

export function useClearHalt() {
  const readAgain = useReadAgain();
  return useMutation({
    mutationFn: (id: number) => api.post<unknown>(`/api/halts/${id}/clear`),
    onSuccess: readAgain,
  });
}
