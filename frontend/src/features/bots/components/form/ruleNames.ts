import type { IndicatorCatalogue } from '@/types/domain';
import { functionOf, type IndicatorDraft } from './indicatorDraft';

const PRICES = ['open', 'high', 'low', 'close', 'volume'];
const WORDS = new Set(['and', 'or', 'not', 'crosses_above', 'crosses_below', ...PRICES]);
/** A column may be written as the library writes it (BBL_20_2.0), or with an underscore for the point. */
const NAME = /(?<![\w.])[A-Za-z_]\w*(?:\.\d+\w*)*/g;

/** The columns of a custom indicator; null where only the server knows them, since its parameters are not the defaults. */
export function knownColumns(
  { pandasTa, params }: Pick<IndicatorDraft, 'pandasTa' | 'params'>,
  catalogue: IndicatorCatalogue,
): readonly string[] | null {
  const found = functionOf(pandasTa, catalogue);
  if (!found) return null;
  const isDefault = Object.entries(found.parameters).every(
    ([name, value]) => (params[name] ?? '').trim() === '' || Number(params[name]) === value,
  );
  return isDefault ? found.outputs : null;
}

/** The first name in a rule that is neither a column nor a price, as it was typed. */
export function unknownName(rule: string, columns: readonly string[]): string | null {
  const known = new Set([...WORDS, ...columns]);
  const names = rule.match(NAME) ?? [];
  return names.find((name) => !known.has(name.replaceAll('.', '_'))) ?? null;
}
