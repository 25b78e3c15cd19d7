import { createContext, useContext } from 'react';
import { useFormContext } from 'react-hook-form';
import type { BotConfig } from '@/features/bots/api/bots';
import type { BotSchema, IndicatorCatalogue } from '@/types/domain';
import type { BotDraft } from './draft';

export interface BotFormSurroundings {
  schema: BotSchema;
  catalogue: IndicatorCatalogue;
  /** Why it cannot be changed; null when it can. */
  readOnly: string | null;
  /** Puts a whole configuration into the form, as if it had been typed. */
  takeOver: (config: BotConfig) => void;
}

export const BotFormContext = createContext<BotFormSurroundings | null>(null);

export function useBotForm(): BotFormSurroundings {
  const surroundings = useContext(BotFormContext);
  if (!surroundings) throw new Error('useBotForm was called outside of a BotForm');
  return surroundings;
}

export const useDraft = () => useFormContext<BotDraft>();
