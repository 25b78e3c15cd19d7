import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '@/services/api';
import type { SavedTemplate, SavedTemplateList } from '@/types/domain';
import { keys } from '@/hooks/queries/keys';
import type { BotConfig } from './bots';

/** The templates people keep; the built-in ones come with the schema of the form. */
export function templatesOptions() {
  return queryOptions({
    queryKey: keys.templates,
    queryFn: ({ signal }) => api.get<SavedTemplateList>('/api/templates', { signal }),
    staleTime: 10_000,
  });
}

/** What every bot has of its own. */
const OWN = new Set(['name', 'symbols']);

export function templateConfig(config: BotConfig): BotConfig {
  return Object.fromEntries(Object.entries(config).filter(([key]) => !OWN.has(key)));
}

export interface TemplateWanted {
  name: string;
  description: string;
  config: BotConfig;
}

/** Without an id a new one; with it whatever is named is put in its place. */
export type TemplateSaving = ({ id: null } & TemplateWanted) | ({ id: number } & Partial<TemplateWanted>);

export function useSaveTemplate() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, ...body }: TemplateSaving) =>
      id === null
        ? api.post<SavedTemplate>('/api/templates', { body })
        : api.patch<SavedTemplate>(`/api/templates/${id}`, { body }),
    // Also after a refusal: somebody else may have taken the name, or deleted it.
    onSettled: () => client.invalidateQueries({ queryKey: keys.templates }),
  });
}

export function useDeleteTemplate() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: number) => api.delete(`/api/templates/${id}`),
    onSettled: () => client.invalidateQueries({ queryKey: keys.templates }),
  });
}
