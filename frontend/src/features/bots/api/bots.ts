import {
  keepPreviousData,
  queryOptions,
  useMutation,
  useQueryClient,
  type QueryClient,
  type QueryFilters,
} from '@tanstack/react-query';
import { api } from '@/services/api';
import type { Bot, BotActedList, BotList, BotSchema, BotVersions } from '@/types/domain';
import type { BotState } from '@/types/events';
import { describeError, isUnknown } from '@/lib/errors';
import { unlessFed } from '@/hooks/queries/fed';
import { keys, type QueryPart } from '@/hooks/queries/keys';

const EVERY_BOT = 500;

/** All bots: what the dashboard shows, and what filters offer. */
export function botsOptions() {
  return queryOptions({
    queryKey: keys.bots,
    queryFn: ({ signal }) => api.get<BotList>('/api/bots', { query: { page_size: EVERY_BOT }, signal }),
    staleTime: Infinity,
    refetchInterval: unlessFed(10_000),
  });
}

export function botListOptions(query: QueryPart) {
  return queryOptions({
    queryKey: keys.botList(query),
    queryFn: ({ signal }) => api.get<BotList>('/api/bots', { query, signal }),
    staleTime: Infinity,
    refetchInterval: 10_000,
    placeholderData: keepPreviousData,
  });
}

export function botOptions(id: number) {
  return queryOptions({
    queryKey: keys.bot(id),
    queryFn: ({ signal }) => api.get<Bot>(`/api/bots/${id}`, { signal }),
    staleTime: Infinity,
    refetchInterval: unlessFed(10_000),
  });
}

/** `newest` is part of the key: a new version asks for the list again. */
export function botVersionsOptions(id: number, newest: number) {
  return queryOptions({
    queryKey: keys.botVersions(id, newest),
    queryFn: ({ signal }) => api.get<BotVersions>(`/api/bots/${id}/versions`, { signal }),
    staleTime: Infinity,
    placeholderData: keepPreviousData,
  });
}

export function botSchemaOptions() {
  return queryOptions({
    queryKey: keys.botSchema,
    queryFn: ({ signal }) => api.get<BotSchema>('/api/bots/schema', { signal }),
    staleTime: Infinity,
  });
}

function isList(cached: Bot | BotList): cached is BotList {
  return 'results' in cached;
}

/** Every answer that holds bots. */
const ANSWERS: QueryFilters = {
  queryKey: keys.bots,
  predicate: ({ queryKey }) => queryKey[2] !== 'versions',
};

/** Each bot as often as it is shown. */
function shownBots(client: QueryClient): Bot[] {
  return client
    .getQueriesData<Bot | BotList>(ANSWERS)
    .flatMap(([, cached]) => (!cached ? [] : isList(cached) ? cached.results : [cached]));
}

function patchShown(client: QueryClient, patched: (bot: Bot) => Bot): void {
  client.setQueriesData<Bot | BotList>(
    ANSWERS,
    (cached) =>
      cached && (isList(cached) ? { ...cached, results: cached.results.map(patched) } : patched(cached)),
  );
}

/** Wherever the bot is shown. */
export function patchBot(client: QueryClient, id: number, patch: Partial<Bot>): void {
  patchShown(client, (bot) => (bot.id === id ? { ...bot, ...patch } : bot));
}

/**
 * The figures of bots, wherever they are shown. Returns false if what is known is not enough: the list of all bots has
 * another number of them than `total`, or one whose configuration is another by now.
 */
export function patchBotStates(client: QueryClient, states: readonly BotState[], total: number): boolean {
  const byId = new Map(states.map((state) => [state.id, state]));
  patchShown(client, (bot) => {
    const state = byId.get(bot.id);
    // Another configuration has to be read; what is older than an answer meanwhile is left.
    if (state?.version !== bot.version || state.updated_at < bot.updated_at) return bot;
    return { ...bot, ...state };
  });
  const all = client.getQueryData<BotList>(keys.bots);
  const isOutdated = (bot: Bot) => (byId.get(bot.id)?.version ?? 0) > bot.version;
  return !shownBots(client).some(isOutdated) && (all === undefined || all.count === total);
}

export type BotAction = 'start' | 'pause' | 'stop';

export interface BotCommand {
  id: number;
  action: BotAction;
  closePositions?: boolean;
}

/** The bot as it is shown anywhere. */
function shownBot(client: QueryClient, id: number): Bot | undefined {
  return shownBots(client).find((bot) => bot.id === id);
}

/** A pause is shown at once and taken back if it is refused; a start and a stop are shown when they are done. */
export function useBotCommand() {
  const client = useQueryClient();
  return useMutation({
    onMutate: ({ id, action }: BotCommand) => {
      const before = action === 'pause' ? shownBot(client, id) : undefined;
      if (before) patchBot(client, id, { status: 'paused' });
      return before;
    },
    onError: (_error, { id }, before) => {
      if (!before) return;
      // Where the socket has told something else meanwhile, that stays.
      if (shownBot(client, id)?.status === 'paused') patchBot(client, id, { status: before.status });
      void client.invalidateQueries({ queryKey: keys.bots });
    },
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

export interface BotsCommand {
  ids: readonly number[];
  action: BotAction;
  closePositions?: boolean;
}

/** So many are done with well before anybody gives up waiting for the answer. */
const BOTS_AT_ONCE = 25;

async function act({ ids, action, closePositions }: BotsCommand): Promise<BotActedList> {
  const results: BotActedList['results'] = [];
  for (let first = 0; first < ids.length; first += BOTS_AT_ONCE) {
    const bots = ids.slice(first, first + BOTS_AT_ONCE);
    try {
      const body = { action, bots, ...(closePositions ? { close_positions: true } : {}) };
      results.push(...(await api.post<BotActedList>('/api/bots/act', { body })).results);
    } catch (error) {
      // What was done before stays done; of each of the others it is said what is known of it.
      if (first === 0) throw error;
      const untold = (id: number, detail: string) => ({ id, name: `bot ${id}`, done: false, detail });
      const words = isUnknown(error) ? 'whether it was done is not known' : 'not done';
      results.push(...bots.map((id) => untold(id, `${words}: ${describeError(error)}`)));
      results.push(...ids.slice(first + BOTS_AT_ONCE).map((id) => untold(id, 'not asked for any more')));
      break;
    }
  }
  return { results };
}

/** One action for many bots; the answer tells of each. */
export function useBotsCommand() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSettled: () => {
      void client.invalidateQueries({ queryKey: keys.bots });
      void client.invalidateQueries({ queryKey: keys.summary });
    },
  });
}

export type BotConfig = Record<string, unknown>;

export function useCreateBot() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (config: BotConfig) => api.post<Bot>('/api/bots', { body: config }),
    onSuccess: (bot) => {
      client.setQueryData(keys.bot(bot.id), bot);
      void client.invalidateQueries({ queryKey: keys.bots });
      void client.invalidateQueries({ queryKey: keys.summary });
    },
  });
}

export function useRollBackBot(id: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { to: number; version: number }) =>
      api.post<Bot>(`/api/bots/${id}/rollback`, { body }),
    onSuccess: (bot) => {
      patchBot(client, id, bot);
      client.setQueryData(keys.bot(id), bot);
      void client.invalidateQueries({ queryKey: keys.bots });
    },
  });
}

export function useUpdateBot(id: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (config: BotConfig & { version: number }) =>
      api.put<Bot>(`/api/bots/${id}`, { body: config }),
    onSuccess: (bot) => {
      patchBot(client, id, bot);
      client.setQueryData(keys.bot(id), bot);
      // Not waited for: the one who saved has the answer already.
      void client.invalidateQueries({ queryKey: keys.bots });
      void client.invalidateQueries({ queryKey: keys.marketData });
    },
  });
}

export function useArchiveBot() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: number) => api.delete(`/api/bots/${id}`),
    onSuccess: (_, id) => {
      client.removeQueries({ queryKey: keys.bot(id) });
      void client.invalidateQueries({ queryKey: keys.bots });
      void client.invalidateQueries({ queryKey: keys.summary });
    },
  });
}
