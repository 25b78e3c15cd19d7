import type { Alert, BacktestStatus, Bot, BotStatus, MarketStatus, Position, Summary, Trade } from './domain';

export interface BotStatusChange {
  id: number;
  name: string;
  status: BotStatus;
  status_reason: string;
}

export type AlertLevel = Alert['level'];

export interface PriceTick {
  price: string;
  /** Market time of the price. */
  at: string;
}

export interface BacktestChange {
  id: number;
  status: BacktestStatus;
  /** From 0 to 1. */
  progress: number;
}

interface Envelope<T extends string, D> {
  type: T;
  id: number;
  at: string;
  data: D;
}

/** Events with a rising id: in order, never dropped. */
export type StateEvent =
  | Envelope<'trade_executed', Trade>
  | Envelope<'position_updated', Position>
  | Envelope<'bot_status_changed', BotStatusChange>
  | Envelope<'market_status_changed', MarketStatus>
  | Envelope<'alert_raised', Alert>
  | Envelope<'backtest_changed', BacktestChange>;

/** A bot without its configuration; a new `version` means that this has changed. */
export type BotState = Pick<
  Bot,
  | 'id'
  | 'status'
  | 'status_reason'
  | 'version'
  | 'created_at'
  | 'updated_at'
  | 'last_tick_at'
  | 'next_tick_at'
  | 'today'
  | 'total_pnl'
  | 'open_positions'
  | 'win_rate'
  | 'last_decision'
  | 'halted'
>;

/** The account, the market and those bots whose figures have changed. */
export interface Figures {
  summary: Summary;
  market_status: MarketStatus;
  bots: BotState[];
}

export type FiguresFrame = { type: 'figures'; data: Figures };

export type PriceFrame = { type: 'price_update'; data: Record<string, PriceTick> };

export type ServerFrame =
  | Envelope<'hello', unknown>
  | { type: 'reload'; id: number }
  | { type: 'pong' }
  | PriceFrame
  | FiguresFrame
  | StateEvent;

const STATE_TYPES: ReadonlySet<string> = new Set<StateEvent['type']>([
  'trade_executed',
  'position_updated',
  'bot_status_changed',
  'market_status_changed',
  'alert_raised',
  'backtest_changed',
]);

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A frame of a known type with the envelope it needs, or null: what a newer server adds is not ours to understand. */
export function parseFrame(text: string): ServerFrame | null {
  let frame: unknown;
  try {
    frame = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isRecord(frame) || typeof frame.type !== 'string') return null;
  if (frame.type === 'pong') return { type: 'pong' };
  if (frame.type === 'price_update') {
    return isRecord(frame.data) ? (frame as unknown as PriceFrame) : null;
  }
  if (frame.type === 'figures') {
    return isRecord(frame.data) && Array.isArray(frame.data.bots) ? (frame as unknown as FiguresFrame) : null;
  }
  if (typeof frame.id !== 'number') return null;
  if (frame.type === 'hello' || frame.type === 'reload') return frame as unknown as ServerFrame;
  return STATE_TYPES.has(frame.type) && isRecord(frame.data) ? (frame as unknown as StateEvent) : null;
}

export function isStateEvent(frame: ServerFrame): frame is StateEvent {
  return STATE_TYPES.has(frame.type);
}
