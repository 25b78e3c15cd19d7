import { queryOptions, useMutation, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { api } from '@/services/api';
import type { Bot, BotList } from '@/types/domain';
import { keys } from './keys';

export function botsOptions() {
  return queryOptions({
    queryKey: keys.bots,
    queryFn: ({ signal }) => api.get<BotList>('/api/bots', { signal }),
    staleTime: Infinity,
    refetchInterval: 10_000,
  });
}

export function patchBot(client: QueryClient, id: number, patch: Partial<Bot>): void {
  client.setQueryData<BotList>(
    keys.bots,
    (list) =>
      list && { ...list, results: list.results.map((bot) => (bot.id === id ? { ...bot, ...patch } : bot)) },
  );
}

export type BotAction = 'start' | 'pause' | 'stop';

export interface BotCommand {
  id: number;
  action: BotAction;
  closePositions?: boolean;
}

export function useBotCommand() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, action, closePositions }: BotCommand) =>
      api.post<Bot>(`/api/bots/${id}/${action}`, {
        body: action === 'stop' && closePositions ? { close_positions: true } : {},
      }),
    onSuccess: (bot) => {
      patchBot(client, bot.id, bot);
      void client.invalidateQueries({ queryKey: keys.summary });
    },
  });
}
