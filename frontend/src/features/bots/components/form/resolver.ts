import { set, type FieldErrors, type Resolver } from 'react-hook-form';
import type { BotSchema, IndicatorCatalogue } from '@/types/domain';
import type { BotDraft } from './draft';
import { validateDraft } from './validate';

export function draftResolver(schema: BotSchema, catalogue: IndicatorCatalogue): Resolver<BotDraft> {
  return (draft) => {
    const problems = Object.entries(validateDraft(draft, schema, catalogue));
    if (problems.length === 0) return { values: draft, errors: {} };
    const errors: FieldErrors<BotDraft> = {};
    for (const [path, message] of problems) set(errors, path, { type: 'check', message });
    return { values: {}, errors };
  };
}
