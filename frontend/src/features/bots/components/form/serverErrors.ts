import type { FieldProblem } from '@/types/domain';
import { fieldKey, type BotDraft } from './draft';
import { indicatorKey } from './indicatorDraft';

export interface PlacedError {
  /** Path in the form; null when it belongs to none of its fields. */
  path: string | null;
  message: string;
}

const OWN_INPUT: Record<string, string> = { pandas_ta: 'pandasTa', buy: 'buy', sell: 'sell' };

function indicatorPath(field: string, draft: BotDraft): string | null {
  const about = field.slice('indicators.'.length);
  // A label may contain a dot: the longest key that fits is meant.
  const found = draft.indicators
    .map((indicator, index) => ({ key: indicatorKey(indicator), index, isCustom: indicator.pandasTa !== '' }))
    .filter(({ key }) => about === key || about.startsWith(`${key}.`))
    .sort((a, b) => b.key.length - a.key.length)[0];
  if (!found) return 'indicators.root';
  const parameter = about.slice(found.key.length + 1);
  const path = `indicators.${found.index}`;
  if (!parameter) return found.isCustom ? `${path}.name` : `${path}.label`;
  const own = found.isCustom ? OWN_INPUT[parameter] : undefined;
  return own ? `${path}.${own}` : `${path}.params.${parameter}`;
}

function pathOf(field: string, draft: BotDraft): string | null {
  if (field === 'indicators') return 'indicators.root';
  if (field.startsWith('indicators.')) return indicatorPath(field, draft);
  if (field === 'symbols' || field.startsWith('symbols.')) return 'symbols';
  const key = fieldKey(field);
  return key in draft.fields ? `fields.${key}` : null;
}

/** Puts each of the server's complaints where it can be mended; what has no place is said above the form. */
export function placeErrors(problems: readonly FieldProblem[], draft: BotDraft): PlacedError[] {
  return problems.map(({ field, message, nearest }) => {
    const hint = nearest && !message.includes(nearest) ? ` (did you mean ${nearest}?)` : '';
    const path = pathOf(field, draft);
    const where = path === null && field ? `${field} ` : '';
    return { path, message: `${where}${message}${hint}` };
  });
}
