import type { BotConfig } from '@/features/bots/api/bots';
import type { BotField } from '@/types/domain';

/** What an answer of the API carries beside the configuration: it may come back and is left out. */
const ANSWER_ONLY = new Set([
  ...['id', 'status', 'status_reason', 'version', 'created_at', 'updated_at', 'last_tick_at', 'next_tick_at'],
  ...['today', 'total_pnl', 'open_positions', 'win_rate', 'last_decision', 'halted'],
]);

/** The settings in what the API has answered of a bot. */
export function settingsOf(answer: Record<string, unknown>): BotConfig {
  return Object.fromEntries(Object.entries(answer).filter(([key]) => !ANSWER_ONLY.has(key)));
}

export type ParsedConfig = { config: BotConfig; problem: null } | { config: null; problem: string };

function refuse(problem: string): ParsedConfig {
  return { config: null, problem };
}

function unknownKeys(value: Record<string, unknown>, known: ReadonlySet<string>, prefix = ''): string[] {
  return Object.keys(value)
    .map((key) => prefix + key)
    .filter((name) => !known.has(name));
}

/** A bot's JSON as it was typed, pasted or imported. Nothing in it is dropped without a word. */
export function parseConfig(text: string, fields: readonly BotField[]): ParsedConfig {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refuse(`This is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return refuse('A bot’s settings are one JSON object: { … }');
  }
  const given = value as Record<string, unknown>;
  const config = settingsOf(given);
  const names = fields.map(({ name }) => name);
  const known = new Set([...names, ...names.map((name) => name.split('.')[0] ?? name)]);
  const unknown = unknownKeys(config, known);
  for (const group of new Set(names.filter((name) => name.includes('.')).map((name) => name.split('.')[0]))) {
    const inner = group === undefined ? undefined : config[group];
    if (typeof inner === 'object' && inner !== null) {
      unknown.push(...unknownKeys(inner as Record<string, unknown>, known, `${group}.`));
    }
  }
  if (unknown.length > 0) {
    return refuse(`${unknown.join(', ')} ${unknown.length === 1 ? 'is' : 'are'} not among a bot’s settings`);
  }
  const { symbols, indicators } = config;
  if (symbols !== undefined && !Array.isArray(symbols)) return refuse('symbols must be a list');
  if (indicators !== undefined && (typeof indicators !== 'object' || Array.isArray(indicators))) {
    return refuse('indicators must be an object, such as {"RSI": {"period": 14}}');
  }
  return { config, problem: null };
}

export function configText(config: BotConfig): string {
  return JSON.stringify(config, null, 2);
}
