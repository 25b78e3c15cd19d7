import type { IndicatorCatalogue } from '@/types/domain';
import { functionOf, indicatorKey, kindOf, type IndicatorDraft } from './indicatorDraft';

/** As many characters as the server allows a name. */
const LONGEST = 20;

/** The name a function gives its indicator: supertrend, and where that is taken supertrend_2. */
function nameOf(pandasTa: string, count: number): string {
  const ending = count > 1 ? `_${count}` : '';
  return pandasTa.slice(0, LONGEST - ending.length) + ending;
}

/** Whether a name follows the function: a person has typed no other one. */
export function followsFunction({ name, pandasTa }: Pick<IndicatorDraft, 'name' | 'pandasTa'>): boolean {
  const given = name.trim();
  const count = Number(/_(\d+)$/.exec(given)?.[1] ?? 1);
  return given === '' || given === nameOf(pandasTa, 1) || given === nameOf(pandasTa, count);
}

/** The first name of this function that no other indicator has. */
export function freeName(
  { pandasTa, label }: Pick<IndicatorDraft, 'pandasTa' | 'label'>,
  others: readonly IndicatorDraft[],
  catalogue: IndicatorCatalogue,
): string {
  const taken = new Set(others.map(indicatorKey));
  const isTaken = (name: string) => taken.has(indicatorKey({ name, label })) || !!kindOf(name, catalogue);
  let count = 1;
  while (isTaken(nameOf(pandasTa, count))) count += 1;
  return nameOf(pandasTa, count);
}

/** The indicator after another function was chosen: its parameters, a name that follows, no rule that is only the example. */
export function withFunction(
  draft: IndicatorDraft,
  pandasTa: string,
  others: readonly IndicatorDraft[],
  catalogue: IndicatorCatalogue,
): IndicatorDraft {
  const defaults = Object.entries(functionOf(pandasTa, catalogue)?.parameters ?? {});
  const params = Object.fromEntries(defaults.map(([parameter, value]) => [parameter, String(value)]));
  const examples = Object.values(catalogue.custom.example).flatMap(({ buy, sell }) => [buy, sell]);
  const typed = (rule: string) => (pandasTa !== draft.pandasTa && examples.includes(rule) ? '' : rule);
  const changed = { ...draft, pandasTa, params, buy: typed(draft.buy), sell: typed(draft.sell) };
  return followsFunction(draft) ? { ...changed, name: freeName(changed, others, catalogue) } : changed;
}
