import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from '@/services/api';
import type { IndicatorCatalogue, SymbolList } from '@/types/domain';
import { keys } from '@/hooks/queries/keys';

const SYMBOLS_KNOWN_MS = 300_000;

export function indicatorsOptions() {
  return queryOptions({
    queryKey: keys.indicators,
    queryFn: ({ signal }) => api.get<IndicatorCatalogue>('/api/indicators', { signal }),
    staleTime: Infinity,
  });
}

export function symbolsOptions(search: string) {
  return queryOptions({
    queryKey: keys.symbols(search),
    queryFn: ({ signal }) => api.get<SymbolList>('/api/symbols', { query: { search }, signal }),
    staleTime: SYMBOLS_KNOWN_MS,
    placeholderData: keepPreviousData,
  });
}
