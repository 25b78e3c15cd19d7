import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '@/services/api';
import type { SymbolRename, SymbolRenameWanted } from '@/types/domain';
import { keys } from './keys';

/** A stock goes on under another symbol. Whatever shows the old one is read again. */
export function useRenameSymbol() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (wanted: SymbolRenameWanted) =>
      api.post<SymbolRename>('/api/symbols/rename', { body: wanted }),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.live }),
  });
}
