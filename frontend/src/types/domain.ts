import type { components } from './api.gen';

/** The types of the API under the names this app uses. They are generated from docs/openapi.yaml; nothing is said twice. */
type Schemas = components['schemas'];

export type Session = Schemas['Session'];
export type Role = Session['role'];
export type Mode = Schemas['Mode'];
export type Summary = Schemas['Summary'];
export type MarketStatus = Schemas['MarketStatus'];
export type Account = Schemas['Account'];
export type Activity = Schemas['Activity'];
export type ActivityPage = Schemas['ActivityPage'];
export type MarketCalendar = Schemas['MarketCalendar'];
export type MarketDay = MarketCalendar['days'][number];
export type Alert = Schemas['Alert'];
export type AlertsRead = Schemas['AlertsRead'];
export type AlertPage = Schemas['AlertPage'];
export type Halt = Schemas['Halt'];
export type HaltWanted = Schemas['HaltWanted'];
export type HaltList = Schemas['HaltList'];
export type SymbolRename = Schemas['SymbolRename'];
export type SymbolRenameWanted = Schemas['SymbolRenameWanted'];

export type Bot = Schemas['Bot'];
export type BotList = Schemas['BotList'];
export type BotActedList = Schemas['BotActedList'];
export type BotStatus = Bot['status'];
export type Timeframe = Bot['timeframe'];
export type BotVersions = Schemas['BotVersionList'];
export type BotField = Schemas['BotField'];
export type BotSchema = Schemas['BotSchema'];
export type SavedTemplate = Schemas['SavedTemplate'];
export type SavedTemplateList = Schemas['SavedTemplateList'];
/** The parameters of one indicator in a bot's configuration. */
export type IndicatorParams = Bot['indicators'][string];
export type IndicatorParameter = Schemas['ParameterSchema'];
export type IndicatorKind = Schemas['Indicator'];
export type CustomFunction = Schemas['CustomFunction'];
export type IndicatorCatalogue = Schemas['IndicatorCatalogue'];
export type StockSymbol = Schemas['Symbol'];
export type SymbolList = Schemas['SymbolList'];

export type Trade = Schemas['Trade'];
export type TradePage = Schemas['TradePage'];
export type WorkingOrder = Schemas['WorkingOrder'];
export type WorkingOrderList = Schemas['WorkingOrderList'];
export type TradeDetail = Schemas['TradeDetail'];
export type TradeNote = Schemas['TradeNote'];
export type TradeStats = Schemas['TradeStats'];
export type HourStats = TradeStats['by_hour'][number];
export type TradeType = Trade['type'];
export type TradeRole = Trade['role'];
export type TradeStatus = Trade['status'];
export type Execution = Schemas['Execution'];
export type PnlBin = TradeStats['distribution'][number];

export type Position = Schemas['Position'];
export type PositionLevelsWanted = Schemas['PositionLevelsWanted'];
export type PositionList = Schemas['PositionList'];
export type PositionDetail = Schemas['PositionDetail'];
export type PositionSummary = Schemas['PositionSummary'];
export type Protection = Position['protection'];

export type MarketBar = Schemas['MarketBar'];
export type IndicatorSeries = Schemas['IndicatorSeries'];
export type ChartTrade = Schemas['ChartTrade'];
export type MarketData = Schemas['MarketData'];

export type Analytics = Schemas['Analytics'];
export type AnalyticsRange = Analytics['range'];
export type Exposure = Schemas['Exposure'];
export type AccountEquity = Schemas['AccountEquity'];
export type EquityPoint = Schemas['EquityPoint'];
export type ResultPoint = Schemas['ResultPoint'];
export type BotPerformance = Schemas['BotPerformance'];
export type SymbolPerformance = Schemas['SymbolPerformance'];

export type Decision = Schemas['Decision'];
export type DecisionPage = Schemas['DecisionPage'];

export type Backtest = Schemas['Backtest'];
export type BacktestList = Schemas['BacktestList'];
export type BacktestDetail = Schemas['BacktestDetail'];
export type BacktestReport = Schemas['BacktestReport'];
export type BacktestStatus = Backtest['status'];
export type BacktestTrade = Schemas['BacktestTrade'];
export type BacktestPoint = Schemas['BacktestPoint'];

export type Problem = Schemas['Problem'];
export type FieldProblem = Schemas['FieldProblem'];

export const TIMEFRAMES: readonly Timeframe[] = ['1Min', '5Min', '15Min', '1Hour', '1Day'];
