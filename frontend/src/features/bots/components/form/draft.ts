import { fractionToPercent, percentToFraction, plainNumber } from '@/lib/percent';
import type { BotConfig } from '@/features/bots/api/bots';
import type { BotField, IndicatorCatalogue } from '@/types/domain';
import { asText } from './asText';
import { indicatorDrafts, indicatorsConfig, type IndicatorDraft } from './indicatorDraft';

/** What the form holds: text as it is typed, so that nothing is rounded or guessed before it is checked. */
export interface BotDraft {
  /** By `fieldKey`; percentages as per cent, booleans as "true" and "false", nothing as "". */
  fields: Record<string, string>;
  symbols: string[];
  /** In the box of symbols, not chosen yet. */
  typedSymbols: string;
  indicators: IndicatorDraft[];
}

/** A dot would be a step into an object for the form's library. */
export function fieldKey(name: string): string {
  return name.replaceAll('.', '/');
}

export function isScalar({ type }: BotField): boolean {
  return type !== 'symbols' && type !== 'indicators';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function valueAt(config: BotConfig, name: string): unknown {
  return name
    .split('.')
    .reduce<unknown>((value, part) => (isRecord(value) ? value[part] : undefined), config);
}

/** A value as JSON carries it, as a person reads it. What is no number stays as it is, to be complained about. */
export function toText(value: unknown, field: Pick<BotField, 'type' | 'unit'>): string {
  const text = asText(value);
  if (text === '') return text;
  if (field.type !== 'number' && field.type !== 'integer') return text;
  try {
    return field.unit === '%' ? fractionToPercent(text) : plainNumber(text);
  } catch {
    return text;
  }
}

export function draftFrom(
  config: BotConfig,
  fields: readonly BotField[],
  catalogue: IndicatorCatalogue,
): BotDraft {
  const scalars = fields.filter(isScalar).map((field) => {
    const given = valueAt(config, field.name);
    return [fieldKey(field.name), toText(given === undefined ? field.default : given, field)];
  });
  const { symbols, indicators } = config;
  return {
    fields: Object.fromEntries(scalars) as Record<string, string>,
    symbols: Array.isArray(symbols) ? symbols.map((symbol) => String(symbol).toUpperCase()) : [],
    typedSymbols: '',
    indicators: isRecord(indicators) ? indicatorDrafts(indicators, catalogue) : [],
  };
}

function fromText(text: string, field: BotField): unknown {
  if (text.trim() === '') return field.type === 'string' ? '' : null;
  if (field.type === 'boolean') return text === 'true';
  if (field.type !== 'number' && field.type !== 'integer') return text;
  try {
    return Number(field.unit === '%' ? percentToFraction(text) : text);
  } catch {
    return text;
  }
}

export function configFrom(
  draft: BotDraft,
  fields: readonly BotField[],
  catalogue: IndicatorCatalogue,
): BotConfig {
  const config: BotConfig = {};
  for (const field of fields) {
    if (field.type === 'symbols') config[field.name] = draft.symbols;
    else if (field.type === 'indicators') config[field.name] = indicatorsConfig(draft.indicators, catalogue);
    else {
      const value = fromText(draft.fields[fieldKey(field.name)] ?? '', field);
      // Left empty and not meant to be: the server's default, or its complaint.
      if (value === null && !field.nullable) continue;
      const path = field.name.split('.');
      const last = path.pop() ?? field.name;
      const owner = path.reduce<Record<string, unknown>>((at, part) => {
        const inner = isRecord(at[part]) ? at[part] : {};
        at[part] = inner;
        return inner;
      }, config);
      owner[last] = value;
    }
  }
  return config;
}
