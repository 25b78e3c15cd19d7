import type { components } from './api';

type Schemas = components['schemas'];

export type Role = Schemas['Role'];
export type Session = Schemas['Session'];
export type Mode = Schemas['Mode'];
export type Summary = Schemas['Summary'];
export type MarketStatus = Schemas['MarketStatus'];
export type Bot = Schemas['Bot'];
export type BotList = Schemas['BotList'];
export type BotStatus = Schemas['BotStatus'];
export type IndicatorParams = Schemas['IndicatorParams'];
export type Timeframe = Schemas['Timeframe'];
export type Trade = Schemas['Trade'];
export type TradePage = Schemas['TradePage'];
export type TradeRole = Schemas['TradeRole'];
export type TradeStatus = Schemas['TradeStatus'];
export type Position = Schemas['Position'];
export type PositionList = Schemas['PositionList'];
export type Protection = Schemas['Protection'];
export type MarketBar = Schemas['MarketBar'];
export type IndicatorSeries = Schemas['IndicatorSeries'];
export type ChartTrade = Schemas['ChartTrade'];
export type MarketData = Schemas['MarketData'];
export type Problem = Schemas['Problem'];
export type FieldProblem = Schemas['FieldProblem'];

export const TIMEFRAMES: readonly Timeframe[] = ['1Min', '5Min', '15Min', '1Hour', '1Day'];
