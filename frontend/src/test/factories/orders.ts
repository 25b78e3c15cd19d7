import type { Alert, Halt, Position, Trade } from '@/types/domain';

export function makePosition(change: Partial<Position> = {}): Position {
  return {
    id: 1,
    bot: 1,
    bot_name: 'Momentum',
    symbol: 'AAPL',
    quantity: '12',
    entry_price: '185',
    current_price: '189',
    price_at: '2026-11-20T15:00:00Z',
    cost: '2220',
    market_value: '2268',
    stop_loss_price: '181.3',
    take_profit_price: '194.25',
    wanted_stop_price: null,
    wanted_target_price: null,
    unrealized_pnl: '48',
    unrealized_pnl_pct: '0.021622',
    realized_pnl: '0',
    opened_at: '2026-11-20T14:45:00Z',
    closed_at: null,
    is_open: true,
    protection: 'protected',
    closing: false,
    version: 3,
    ...change,
  };
}

export function makeTrade(change: Partial<Trade> = {}): Trade {
  return {
    id: 1,
    bot: 1,
    bot_name: 'Momentum',
    symbol: 'AAPL',
    type: 'buy',
    role: 'entry',
    quantity: '12',
    filled_quantity: '12',
    price: '185',
    decision_price: '185',
    stop_price: null,
    limit_price: null,
    timestamp: '2026-11-20T14:45:00Z',
    created_at: '2026-11-20T14:45:00Z',
    status: 'filled',
    state: 'filled',
    cause: 'signal',
    reason: 'MACD crossed its signal upwards',
    profit_loss: null,
    commission: '0',
    slippage: null,
    order_id: 'o-1',
    client_order_id: 'c-1',
    indicators_snapshot: {},
    ...change,
  };
}

export function makeHalt(change: Partial<Halt> = {}): Halt {
  return {
    id: 3,
    bot: null,
    bot_name: null,
    reason: 'a strange market',
    set_by: 'bea',
    set_at: '2026-11-20T15:00:00Z',
    close_positions: false,
    positions_left: 0,
    flat_at: null,
    ...change,
  };
}

export function makeAlert(changes: Partial<Alert> = {}): Alert {
  return {
    alert: 1,
    kind: 'news',
    level: 'error',
    message: 'an order was refused',
    words: 'an order was refused',
    bot: null,
    symbol: null,
    began_at: '2026-11-20T15:00:00Z',
    ended_at: null,
    changed_at: '2026-11-20T15:00:00Z',
    ...changes,
  };
}
