import type { BotField, IndicatorCatalogue } from '@/types/domain';
import type { BotDraft } from './draft';
import { indicatorKey, isCustom, kindOf, votes, type IndicatorDraft } from './indicatorDraft';

/** What a bot as it is drafted would need to buy. */
export interface SignalNeeds {
  rule: string;
  /** One for each indicator that can vote. */
  conditions: string[];
  /** Each keeps an entry from being made. */
  vetoes: string[];
  /** Why it never buys, null where it may. */
  never: string | null;
}

interface Asked {
  buys: string;
  stands: string;
}

export function countsVotes(mode: string | undefined): boolean {
  return mode !== 'all' && mode !== 'every';
}

function fill(words: string, values: Readonly<Record<string, string>>): string {
  return words.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}

function askedOf(draft: IndicatorDraft, catalogue: IndicatorCatalogue): Asked | null {
  const name = indicatorKey(draft);
  if (isCustom(draft, catalogue)) {
    const rule = draft.buy.trim();
    return rule ? { buys: `${name}: ${rule}`, stands: '' } : null;
  }
  const given = kindOf(draft.name, catalogue)?.asks.find(
    (asked) => asked.given === null || (draft.params[asked.given] ?? '').trim() !== '',
  );
  const values = { ...draft.params, name };
  return given ? { buys: fill(given.buys, values), stands: fill(given.stands, values) } : null;
}

function conditionOf(draft: IndicatorDraft, mode: string, catalogue: IndicatorCatalogue): string {
  const asked = askedOf(draft, catalogue);
  if (asked === null) return `${indicatorKey(draft)} never votes to buy: it has no rule to`;
  return mode === 'all' && asked.stands
    ? `${asked.buys}; on the side to buy where ${asked.stands}`
    : asked.buys;
}

export function signalNeeds(
  draft: BotDraft,
  modes: BotField['choices_said'],
  catalogue: IndicatorCatalogue,
): SignalNeeds | null {
  const mode = draft.fields.signal_mode ?? '';
  const voting = draft.indicators.filter((each) => votes(each, catalogue));
  const needs = modes?.[mode]?.needs;
  if (voting.length === 0 || needs === undefined) return null;
  const least = draft.fields.min_votes ?? '';
  const buyers = voting.filter((each) => askedOf(each, catalogue) !== null).length;
  const needed = countsVotes(mode) ? Number(least) : mode === 'every' ? voting.length : 1;
  // A rule of one's own stands on the side it votes for, so that where all must stand there it has to vote.
  const short = mode === 'all' ? buyers < voting.length : buyers < needed;
  return {
    rule:
      voting.length === 1
        ? 'On the last closed bar this must hold:'
        : fill(needs, { voting: String(voting.length), min_votes: least }),
    conditions: voting.map((each) => conditionOf(each, mode, catalogue)),
    vetoes: draft.indicators
      .filter((each) => !votes(each, catalogue))
      .map((each) => askedOf(each, catalogue)?.buys ?? indicatorKey(each)),
    never: short ? `It never buys: ${buyers} of ${voting.length} can vote to buy.` : null,
  };
}
