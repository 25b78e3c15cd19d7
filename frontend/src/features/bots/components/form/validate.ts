import { fractionToPercent } from '@/lib/percent';
import type { BotField, BotSchema, IndicatorCatalogue } from '@/types/domain';
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
  if (field.type === 'enum' && field.choices && !field.choices.includes(text)) {
    return `must be one of ${field.choices.join(', ')}`;
  }
  return null;
}

/** A bound that only the JSON schema has: characters of a text, entries of a list. */
function schemaBound({ schema }: BotSchema, field: string, bound: 'maxLength' | 'maxItems'): number {
  const properties = schema.properties as Record<string, Record<string, unknown>> | undefined;
  const value = properties?.[field]?.[bound];
  return typeof value === 'number' ? value : Infinity;
}

function minuteOfDay(draft: BotDraft, name: 'start' | 'end'): number {
  return Number(draft.fields[`${name}_hour`]) * 60 + Number(draft.fields[`${name}_minute`]);
}

/** The checks the schema can express, before the server makes them all. */
export function validateDraft(draft: BotDraft, schema: BotSchema, catalogue: IndicatorCatalogue): Problems {
  const problems: Problems = {};
  for (const field of schema.fields.filter(isScalar)) {
    const key = fieldKey(field.name);
    const text = draft.fields[key] ?? '';
    const longest = schemaBound(schema, field.name, 'maxLength');
    const problem =
      text.trim().length > longest ? `must have at most ${longest} characters` : scalarProblem(text, field);
    if (problem) problems[`fields.${key}`] = problem;
  }
  const most = schemaBound(schema, 'symbols', 'maxItems');
  const typed = draft.typedSymbols.trim();
  if (typed) problems.symbols = `“${typed}” is typed, but not chosen: press Enter, or delete it`;
  else if (draft.symbols.length === 0) problems.symbols = 'name at least one symbol';
  else if (draft.symbols.length > most) problems.symbols = `name at most ${most} symbols`;
  if (minuteOfDay(draft, 'start') >= minuteOfDay(draft, 'end')) {
    problems['fields.end_hour'] = 'the window must end after it starts';
  }
  return { ...problems, ...indicatorProblems(draft, catalogue) };
}
