import type { QueryPart } from '@/hooks/queries/keys';
import { idsOf, oneOf, symbolsOf } from '@/lib/urlFilters';
import type { Alert } from '@/types/domain';

export const STATE_WORDS = { unread: 'Unread', standing: 'Going on', ended: 'Over' } as const;
export const LEVEL_WORDS: Record<Alert['level'], string> = {
  error: 'Errors',
  warning: 'Warnings',
  info: 'Information',
};
/** The sorts of trouble, as docs/alerts.md names them. */
export const KIND_WORDS = {
  news: 'News',
  account: 'Account',
  health: 'Health',
  exit: 'Cannot get out',
  cancellation: 'Cancellation',
  difference: 'Books differ',
  rename: 'Symbol changed',
  'silent market': 'Silent market',
  'market hours': 'Market hours',
  'fill not booked': 'Fill not booked',
  'order size': 'Order size',
  'cash not attributed': 'Money in no books',
} as const;

export interface AlertFilters {
  state: keyof typeof STATE_WORDS | null;
  level: Alert['level'] | null;
  kind: keyof typeof KIND_WORDS | null;
  bots: number[];
  symbols: string[];
  cursor: string | null;
}

const names = <T extends object>(words: T) => Object.keys(words) as (keyof T & string)[];

export function readAlertFilters(search: URLSearchParams): AlertFilters {
  return {
    state: oneOf(search.get('state'), names(STATE_WORDS)),
    level: oneOf(search.get('level'), names(LEVEL_WORDS)),
    kind: oneOf(search.get('kind'), names(KIND_WORDS)),
    bots: idsOf(search.get('bot')),
    symbols: symbolsOf(search.get('symbol')),
    cursor: search.get('cursor'),
  };
}

export function alertScope({ state, level, kind, bots, symbols }: AlertFilters): QueryPart {
  return { state, level, kind, bot: bots.join() || null, symbol: symbols.join() || null };
}

export const NO_ALERT_FILTERS = {
  ...{ state: null, level: null, kind: null, bot: null, symbol: null, cursor: null },
} as const;
