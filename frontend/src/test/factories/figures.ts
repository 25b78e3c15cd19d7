import type { Analytics, Exposure, Summary, TradeStats } from '@/types/domain';

export function makeSummary(change: Partial<Summary> = {}): Summary {
  return {
    equity: '100000',
    cash: '97780',
    day_pnl: '100',
    day_pnl_pct: '0.001001',
    day_parts: { bots: '80', by_hand: '15', unattributed: '5' },
    open_pnl: '48',
    exposure: '2268',
    exposure_pct: '0.02268',
    buying_power: '190000',
    bots: { running: 1, paused: 0, stopped: 0, error: 0, total: 1 },
    trades_today: 1,
    win_rate: null,
    closed_positions: 0,
    open_positions: 1,
    account_number: 'SIM1',
    mode: 'simulator',
    as_of: '2026-11-20T15:00:00Z',
    event_id: 7,
    halt: null,
    ...change,
  };
}

export function makeTradeStats(change: Partial<TradeStats> = {}): TradeStats {
  return {
    trades: 4,
    filled: 4,
    buys: 2,
    sells: 2,
    closed_positions: 2,
    won: 1,
    lost: 1,
    win_rate: '0.5',
    profit_factor: '1.5',
    expectancy: '5',
    total_pnl: '10',
    gross_profit: '30',
    gross_loss: '-20',
    average_win: '30',
    average_loss: '-20',
    best: '30',
    worst: '-20',
    commission: '0',
    average_slippage: null,
    volume: '4200',
    by_day: [],
    by_symbol: [],
    by_hour: [],
    distribution: [],
    ...change,
  };
}

export function makeAnalytics(change: Partial<Analytics> = {}): Analytics {
  return {
    range: '1M',
    from: '2026-10-20',
    to: '2026-11-20',
    marked_to_market: true,
    capital: '10000',
    metrics: {
      total_pnl: '58',
      realized_pnl: '10',
      unrealized_pnl: '48',
      return_pct: '0.0058',
      closed_positions: 2,
      won: 1,
      lost: 1,
      win_rate: '0.5',
      profit_factor: '1.5',
      expectancy: '5',
      sharpe: null,
      max_drawdown: '20',
      max_drawdown_pct: '0.002',
      average_win: '30',
      average_loss: '-20',
      best_day: '30',
      worst_day: '-20',
      trades: 4,
      fees: '0',
      dividends: '0',
    },
    equity: [
      { date: '2026-11-19', pnl: '30', cumulative: '30', equity: '10030', drawdown: '0', realized: '28' },
      { date: '2026-11-20', pnl: '-20', cumulative: '10', equity: '10010', drawdown: '20', realized: '8' },
    ],
    bots: [
      {
        bot: 1,
        name: 'Momentum',
        status: 'running',
        capital: '10000',
        pnl: '10',
        realized_pnl: '8',
        unrealized_pnl: '2',
        return_pct: '0.001',
        trades: 4,
        closed_positions: 2,
        win_rate: '0.5',
        profit_factor: '1.5',
        max_drawdown: '20',
        sharpe: null,
      },
    ],
    symbols: [
      {
        symbol: 'AAPL',
        pnl: '10',
        realized_pnl: '8',
        unrealized_pnl: '2',
        trades: 4,
        closed_positions: 2,
        win_rate: '0.5',
        volume: '4200',
        average_pnl: '5',
      },
    ],
    ...change,
  };
}

export function makeExposure(change: Partial<Exposure> = {}): Exposure {
  return {
    range: '1M',
    from: '2026-11-19',
    to: '2026-11-20',
    symbols: ['AAPL', 'MSFT'],
    others: 0,
    days: [
      { date: '2026-11-19', at: '2026-11-19T15:30:00Z', total: '1500', costs: ['1000', '500'], others: '0' },
      { date: '2026-11-20', at: '2026-11-20T05:00:00Z', total: '1000', costs: ['1000', '0'], others: '0' },
    ],
    ...change,
  };
}
