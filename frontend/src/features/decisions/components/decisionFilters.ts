import type { QueryPart } from '@/hooks/queries/keys';
import { idsOf, momentOf, oneOf, symbolsOf } from '@/lib/urlFilters';
import type { Decision } from '@/types/domain';

export type DecisionAction = Decision['action'];
export const ACTION_WORDS: Record<DecisionAction, string> = {
  buy: 'Buy',
  sell: 'Sell',
  hold: 'Hold',
  refused: 'Refused',
};
const ACTIONS = Object.keys(ACTION_WORDS) as DecisionAction[];

export interface DecisionFilters {
  since: string | null;
  until: string | null;
  bots: number[];
  symbols: string[];
  action: DecisionAction | null;
  cursor: string | null;
}

export function readDecisionFilters(search: URLSearchParams): DecisionFilters {
  return {
    since: momentOf(search.get('since')),
    until: momentOf(search.get('until')),
    bots: idsOf(search.get('bot')),
    symbols: symbolsOf(search.get('symbol')),
    action: oneOf(search.get('action'), ACTIONS),
    cursor: search.get('cursor'),
  };
}

export function decisionScope({ since, until, bots, symbols, action }: DecisionFilters): QueryPart {
  return { since, until, bot: bots.join() || null, symbol: symbols.join() || null, action };
}

export const NO_DECISION_FILTERS = {
  ...{ since: null, until: null, bot: null, symbol: null, action: null, cursor: null },
} as const;
