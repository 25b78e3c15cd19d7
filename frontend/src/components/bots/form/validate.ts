import { fractionToPercent } from '@/lib/percent';
import type { BotField, IndicatorCatalogue } from '@/types/domain';
import { numberProblem, type Bounds, type Problems } from './numberProblem';
import { fieldKey, isScalar, type BotDraft } from './draft';
import { indicatorProblems } from './validateIndicators';

const UNIT: Record<string, string> = { '%': ' %', USD: ' dollars', s: ' seconds', min: ' minutes' };

/** The bounds of a field in the unit a person types. */
export function typedBounds({ unit, minimum, maximum }: BotField): Bounds {
  const shown = (bound: number | null | undefined) =>
    unit === '%' && typeof bound === 'number' ? Number(fractionToPercent(bound)) : (bound ?? null);
  return { minimum: shown(minimum), maximum: shown(maximum) };
}

function scalarProblem(text: string, field: BotField): string | null {
  if (text.trim() === '') {
    return field.nullable || (!field.required && field.type !== 'string') ? null : 'is required';
  }
  if (field.type === 'number' || field.type === 'integer') {
    return numberProblem(text, field.type === 'integer', typedBounds(field), UNIT[field.unit ?? ''] ?? '');
  }
  if (field.type === 'string' && typeof field.maximum === 'number' && text.trim().length > field.maximum) {
    return `must have at most ${field.maximum} characters`;
  }
  if (field.type === 'enum' && field.choices && !field.choices.includes(text)) {
    return `must be one of ${field.choices.join(', ')}`;
  }
  return null;
}

function minuteOfDay(draft: BotDraft, name: 'start' | 'end'): number {
  return Number(draft.fields[`${name}_hour`]) * 60 + Number(draft.fields[`${name}_minute`]);
}

/** The checks the schema can express, before the server makes them all. */
export function validateDraft(
  draft: BotDraft,
  fields: readonly BotField[],
  catalogue: IndicatorCatalogue,
): Problems {
  const problems: Problems = {};
  for (const field of fields.filter(isScalar)) {
    const key = fieldKey(field.name);
    const problem = scalarProblem(draft.fields[key] ?? '', field);
    if (problem) problems[`fields.${key}`] = problem;
  }
  const most = fields.find(({ type }) => type === 'symbols')?.maximum ?? 50;
  if (draft.symbols.length === 0) problems.symbols = 'name at least one symbol';
  else if (draft.symbols.length > most) problems.symbols = `name at most ${most} symbols`;
  if (minuteOfDay(draft, 'start') >= minuteOfDay(draft, 'end')) {
    problems['fields.end_hour'] = 'the window must end after it starts';
  }
  return { ...problems, ...indicatorProblems(draft, catalogue) };
}
