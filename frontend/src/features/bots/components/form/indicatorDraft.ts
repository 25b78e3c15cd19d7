import { asText } from './asText';
import type { CustomFunction, IndicatorCatalogue, IndicatorKind, IndicatorParams } from '@/types/domain';
import type { IndicatorChoice } from '@/hooks/queries/market';

/** One indicator of the form. Parameters are text as it is typed. */
export interface IndicatorDraft {
  /** A built-in's name, or the name a person gave a custom one. */
  name: string;
  /** Tells two of one kind apart: SMA:fast. */
  label: string;
  /** Of a custom indicator: the pandas-ta function. Empty for the built-in ones. */
  pandasTa: string;
  buy: string;
  sell: string;
  params: Record<string, string>;
}

const RULES = ['pandas_ta', 'buy', 'sell'];

export function indicatorKey({ name, label }: Pick<IndicatorDraft, 'name' | 'label'>): string {
  const words = label.trim();
  return words ? `${name.trim()}:${words}` : name.trim();
}

export function kindOf(name: string, { indicators }: IndicatorCatalogue): IndicatorKind | undefined {
  return indicators.find((kind) => kind.name === name);
}

export function functionOf(name: string, { custom }: IndicatorCatalogue): CustomFunction | undefined {
  return custom.functions.find((each) => each.name === name);
}

export function isCustom(draft: Pick<IndicatorDraft, 'name' | 'pandasTa'>, catalogue: IndicatorCatalogue) {
  return draft.pandasTa !== '' || kindOf(draft.name, catalogue) === undefined;
}

/** It may say buy or sell; the others only forbid entries. */
export function votes(draft: IndicatorDraft, catalogue: IndicatorCatalogue): boolean {
  return kindOf(draft.name, catalogue)?.votes ?? true;
}

function textOfAll(values: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, asText(value)]));
}

export function newBuiltIn(kind: IndicatorKind): IndicatorDraft {
  const defaults = Object.entries(kind.parameters.properties).map(([name, { default: value }]) => [
    name,
    value,
  ]);
  const params = textOfAll(Object.fromEntries(defaults) as Record<string, unknown>);
  return { name: kind.name, label: '', pandasTa: '', buy: '', sell: '', params };
}

/** The catalogue's example, under the name of its function. */
export function newCustom(catalogue: IndicatorCatalogue): IndicatorDraft {
  const [draft] = indicatorDrafts(catalogue.custom.example, catalogue);
  if (!draft) return { name: '', label: '', pandasTa: '', buy: '', sell: '', params: {} };
  return { ...draft, name: draft.pandasTa };
}

/** As a bot's configuration has them. Unknown parameters come along, to be complained about rather than lost. */
export function indicatorDrafts(
  indicators: Record<string, unknown>,
  catalogue: IndicatorCatalogue,
): IndicatorDraft[] {
  return Object.entries(indicators).map(([key, value]) => {
    const [name = '', ...rest] = key.split(':');
    const given = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
    const kind = kindOf(name, catalogue);
    const start = kind ? newBuiltIn(kind) : { name, label: '', pandasTa: '', buy: '', sell: '', params: {} };
    if (kind) {
      return { ...start, label: rest.join(':'), params: { ...start.params, ...textOfAll(given) } };
    }
    const pandasTa = asText(given.pandas_ta);
    const params = Object.entries(given).filter(([parameter]) => !RULES.includes(parameter));
    const defaults = functionOf(pandasTa, catalogue)?.parameters ?? {};
    return {
      ...start,
      ...{ label: rest.join(':'), pandasTa, buy: asText(given.buy), sell: asText(given.sell) },
      params: { ...textOfAll(defaults), ...textOfAll(Object.fromEntries(params)) },
    };
  });
}

function typed(value: string, isText: boolean): number | string | boolean {
  if (isText) return value;
  if (value === 'true' || value === 'false') return value === 'true';
  return value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : value;
}

function paramsConfig(draft: IndicatorDraft, catalogue: IndicatorCatalogue): IndicatorParams {
  const kind = kindOf(draft.name, catalogue);
  const known = functionOf(draft.pandasTa, catalogue)?.parameters ?? {};
  const params: IndicatorParams = {};
  for (const [name, value] of Object.entries(draft.params)) {
    if (value.trim() === '') continue;
    const property = draft.pandasTa ? undefined : kind?.parameters.properties[name];
    params[name] = typed(value, (property?.type ?? typeof known[name]) === 'string');
  }
  return params;
}

export function indicatorsConfig(
  drafts: readonly IndicatorDraft[],
  catalogue: IndicatorCatalogue,
): IndicatorChoice {
  return Object.fromEntries(
    drafts.map((draft) => {
      const params = paramsConfig(draft, catalogue);
      if (!isCustom(draft, catalogue)) return [indicatorKey(draft), params];
      const rules = Object.entries({ buy: draft.buy.trim(), sell: draft.sell.trim() });
      return [
        indicatorKey(draft),
        { pandas_ta: draft.pandasTa, ...params, ...Object.fromEntries(rules.filter(([, rule]) => rule)) },
      ];
    }),
  );
}
