import type { Bot, Decision, SavedTemplate } from '@/types/domain';

export function makeBot(change: Partial<Bot> = {}): Bot {
  return {
    id: 1,
    name: 'Momentum',
    status: 'running',
    status_reason: '',
    capital: '10000',
    trading_frequency: 60,
    timeframe: '1Min',
    symbols: ['AAPL', 'MSFT'],
    indicators: { RSI: { period: 14, oversold: 30, overbought: 70 }, SMA: { period: 50 } },
    signal_mode: 'majority',
    min_votes: 1,
    risk_management: {
      stop_loss: 0.02,
      take_profit: 0.05,
      trailing_stop: null,
      max_position_size: 0.1,
      max_daily_loss: 0.1,
      max_positions: 5,
      cooldown_minutes: 0,
      max_orders_per_minute: 10,
    },
    start_hour: 9,
    start_minute: 30,
    end_hour: 12,
    end_minute: 0,
    close_at_window_end: false,
    version: 1,
    created_at: '2026-11-20T14:00:00Z',
    updated_at: '2026-11-20T14:00:00Z',
    last_tick_at: null,
    next_tick_at: null,
    today: { pnl: '42.18', trades: 3 },
    total_pnl: '-318.44',
    open_positions: 1,
    win_rate: null,
    last_decision: null,
    halted: '',
    ...change,
  };
}

export function makeTemplate(change: Partial<SavedTemplate> = {}): SavedTemplate {
  return {
    id: 3,
    name: 'Calm',
    description: 'Few trades.',
    config: { capital: '7000', indicators: { RSI: { period: 14 } }, risk_management: { stop_loss: 0.03 } },
    problems: [],
    by: 'ada',
    updated_at: '2026-11-20T15:00:00Z',
    ...change,
  };
}

export function makeDecision(change: Partial<Decision> = {}): Decision {
  return {
    id: 1,
    bot: 1,
    bot_name: 'Momentum',
    version: 2,
    symbol: 'AAPL',
    action: 'hold',
    reason: 'no_signal',
    sentence: 'No entry: RSI 43.1 is above 30; window open.',
    bar_end: '2026-06-02T14:00:00Z',
    values: { RSI: { rsi: 43.1 } },
    votes: { RSI: 0 },
    checks: [],
    count: 1,
    first_at: '2026-06-02T14:00:00Z',
    last_at: '2026-06-02T14:00:00Z',
    ...change,
  };
}
