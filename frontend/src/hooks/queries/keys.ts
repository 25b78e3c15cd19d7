import type { AnalyticsRange, Timeframe } from '@/types/domain';

/** The part of an address or request that picks rows: names and their values. */
export type QueryPart = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Everything under `live` is kept up to date by the socket and read again after whatever it missed. */
export const keys = {
  session: ['session'] as const,
  botSchema: ['bot-schema'] as const,
  templates: ['templates'] as const,
  indicators: ['indicators'] as const,
  pastBars: (symbol: string, timeframe: Timeframe, indicators: object, day: string) =>
    ['past-bars', symbol, timeframe, indicators, day] as const,
  symbols: (search: string) => ['symbols', search] as const,
  live: ['live'] as const,
  summary: ['live', 'summary'] as const,
  account: ['live', 'account'] as const,
  activities: (query: QueryPart) => ['live', 'activities', query] as const,
  calendar: (today: string) => ['calendar', today] as const,
  accountEquity: (range: AnalyticsRange) => ['live', 'account-equity', range] as const,
  alerts: ['live', 'alerts'] as const,
  halts: ['live', 'halts'] as const,
  marketStatus: ['live', 'market-status'] as const,
  bots: ['live', 'bots'] as const,
  botLists: ['live', 'bots', 'list'] as const,
  botList: (query: QueryPart) => ['live', 'bots', 'list', query] as const,
  bot: (id: number) => ['live', 'bots', 'one', id] as const,
  botVersions: (id: number, newest: number) => ['live', 'bots', 'versions', id, newest] as const,
  trades: ['live', 'trades'] as const,
  recentTrades: ['live', 'trades', 'recent'] as const,
  tradePages: ['live', 'trades', 'page'] as const,
  tradePage: (query: QueryPart) => ['live', 'trades', 'page', query] as const,
  allTradeStats: ['live', 'trades', 'stats'] as const,
  tradeStats: (query: QueryPart) => ['live', 'trades', 'stats', query] as const,
  workingOrders: ['live', 'trades', 'working'] as const,
  tradeDetails: ['live', 'trades', 'one'] as const,
  trade: (id: number) => ['live', 'trades', 'one', id] as const,
  positions: ['live', 'positions'] as const,
  openPositions: ['live', 'positions', 'open'] as const,
  positionLists: ['live', 'positions', 'list'] as const,
  positionList: (query: QueryPart) => ['live', 'positions', 'list', query] as const,
  positionSummaries: ['live', 'positions', 'summary'] as const,
  positionSummary: (query: QueryPart) => ['live', 'positions', 'summary', query] as const,
  positionDetails: ['live', 'positions', 'one'] as const,
  position: (id: number) => ['live', 'positions', 'one', id] as const,
  marketData: ['live', 'market-data'] as const,
  barsOf: (symbol: string) => ['live', 'market-data', symbol] as const,
  bars: (symbol: string, timeframe: Timeframe, overlay: number | object | null) =>
    ['live', 'market-data', symbol, timeframe, overlay] as const,
  decisionPage: (query: QueryPart) => ['live', 'decisions', query] as const,
  backtests: ['live', 'backtests'] as const,
  backtestLists: ['live', 'backtests', 'list'] as const,
  backtestList: (query: QueryPart) => ['live', 'backtests', 'list', query] as const,
  backtest: (id: number) => ['live', 'backtests', 'one', id] as const,
  analytics: ['live', 'analytics'] as const,
  exposure: (range: AnalyticsRange, query: QueryPart) =>
    ['live', 'analytics', 'exposure', range, query] as const,
  analyticsOf: (range: AnalyticsRange, query: QueryPart) => ['live', 'analytics', range, query] as const,
};
