import type { QueryPart } from '@/hooks/queries/keys';
import { idsOf, momentOf, oneOf, symbolsOf } from '@/lib/urlFilters';
import type { TradeRole, TradeStatus, TradeType } from '@/types/domain';

export const TRADE_TYPES: readonly TradeType[] = ['buy', 'sell'];
export const TRADE_ROLES: readonly TradeRole[] = ['entry', 'exit', 'stop', 'target'];
export const TRADE_STATUSES: readonly TradeStatus[] = ['filled', 'pending', 'cancelled', 'failed'];

export const NEWEST_FIRST = '-timestamp';
const FIELDS = ['timestamp', 'symbol', 'type', 'quantity', 'price', 'profit_loss', 'status', 'bot'];
const ORDERINGS = FIELDS.flatMap((field) => [field, `-${field}`]);

export interface TradeFilters {
  from: string | null;
  to: string | null;
  bots: number[];
  symbols: string[];
  type: TradeType | null;
  role: TradeRole | null;
  status: TradeStatus | null;
  tag: string;
  ordering: string;
  cursor: string | null;
}

export function readTradeFilters(search: URLSearchParams): TradeFilters {
  return {
    from: momentOf(search.get('from')),
    to: momentOf(search.get('to')),
    bots: idsOf(search.get('bot')),
    symbols: symbolsOf(search.get('symbol')),
    type: oneOf(search.get('type'), TRADE_TYPES),
    role: oneOf(search.get('role'), TRADE_ROLES),
    status: oneOf(search.get('status'), TRADE_STATUSES),
    tag: search.get('tag')?.slice(0, 24) ?? '',
    ordering: oneOf(search.get('ordering'), ORDERINGS) ?? NEWEST_FIRST,
    cursor: search.get('cursor'),
  };
}

/** Which trades are meant: the same for the list, the figures and the file. */
export function tradeScope({ from, to, bots, symbols, type, role, status, tag }: TradeFilters): QueryPart {
  const some = { bot: bots.join() || null, symbol: symbols.join() || null };
  return { from, to, ...some, type, role, status, tag: tag || null };
}

export function tradeQuery(filters: TradeFilters): QueryPart {
  return { ...tradeScope(filters), ordering: filters.ordering, cursor: filters.cursor };
}

export function activeFilters(filters: TradeFilters): number {
  return Object.values(tradeScope(filters)).filter((value) => value !== null).length;
}

/** The names to take out of the address so that nothing is filtered. */
export const NO_FILTERS = {
  ...{
    from: null,
    to: null,
    bot: null,
    symbol: null,
    type: null,
    role: null,
    status: null,
    tag: null,
    cursor: null,
  },
} as const;
