import type {
  Alert,
  Analytics,
  Backtest,
  BacktestDetail,
  Decision,
  Exposure,
  Bot,
  Halt,
  MarketBar,
  MarketData,
  MarketStatus,
  Position,
  SavedTemplate,
  Summary,
  Trade,
  TradeStats,
} from '@/types/domain';

export function makeBot(change: Partial<Bot> = {}): Bot {
  return {
    id: 1,
    name: 'Momentum',
    status: 'running',
    status_reason: '',
    capital: '10000.000000',
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
    today: { pnl: '42.180000', trades: 3 },
    total_pnl: '-318.440000',
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
    ...changes,
  };
}

export function makePosition(change: Partial<Position> = {}): Position {
  return {
    id: 1,
    bot: 1,
    bot_name: 'Momentum',
    symbol: 'AAPL',
    quantity: '12.000000000',
    entry_price: '185.000000',
    current_price: '189.000000',
    price_at: '2026-11-20T15:00:00Z',
    cost: '2220.000000',
    market_value: '2268.000000',
    stop_loss_price: '181.300000',
    take_profit_price: '194.250000',
    unrealized_pnl: '48.000000',
    unrealized_pnl_pct: '0.021622',
    realized_pnl: '0.000000',
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
    quantity: '12.000000000',
    filled_quantity: '12.000000000',
    price: '185.000000',
    decision_price: '185.000000',
    stop_price: null,
    limit_price: null,
    timestamp: '2026-11-20T14:45:00Z',
    created_at: '2026-11-20T14:45:00Z',
    status: 'filled',
    state: 'filled',
    cause: 'signal',
    reason: 'MACD crossed its signal upwards',
    profit_loss: null,
    commission: '0.000000',
    slippage: null,
    order_id: 'o-1',
    client_order_id: 'c-1',
    indicators_snapshot: {},
    ...change,
  };
}

export function makeMarketStatus(change: Partial<MarketStatus> = {}): MarketStatus {
  return {
    is_open: true,
    now: '2026-11-20T15:00:00Z',
    session_date: '2026-11-20',
    session_open: '2026-11-20T14:30:00Z',
    session_close: '2026-11-20T21:00:00Z',
    next_open: '2026-11-23T14:30:00Z',
    next_close: '2026-11-20T21:00:00Z',
    early_close: false,
    speed: 10,
    frozen: false,
    jump_at: null,
    jump_to: null,
    mode: 'simulator',
    broker_connected: true,
    data_as_of: '2026-11-20T15:00:00Z',
    trading_ready: true,
    error: null,
    real: 1000,
    ...change,
  };
}

export function makeSummary(change: Partial<Summary> = {}): Summary {
  return {
    equity: '100000.000000',
    cash: '97780.000000',
    day_pnl: '100.000000',
    day_pnl_pct: '0.001001',
    day_parts: { bots: '80', by_hand: '15', unattributed: '5' },
    open_pnl: '48.000000',
    exposure: '2268.000000',
    exposure_pct: '0.022680',
    buying_power: '190000.000000',
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

/** One-minute bars from 09:30 New York on 2026-11-20. */
export function makeBars(count: number, first = 0): MarketBar[] {
  return Array.from({ length: count }, (_, index) => {
    const minute = first + index;
    const price = 100 + minute;
    return {
      t: new Date(Date.parse('2026-11-20T14:30:00Z') + minute * 60_000).toISOString(),
      o: price,
      h: price + 2,
      l: price - 1,
      c: price + 1,
      v: 1000 + minute,
    };
  });
}

export function makeMarketData(change: Partial<MarketData> = {}): MarketData {
  return {
    symbol: 'AAPL',
    timeframe: '1Min',
    bars: makeBars(3),
    indicators: [],
    trades: [],
    last_price: null,
    last_price_at: null,
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

export function makeHalt(change: Partial<Halt> = {}): Halt {
  return {
    id: 3,
    bot: null,
    bot_name: null,
    reason: 'a strange market',
    set_by: 'bea',
    set_at: '2026-11-20T15:00:00Z',
    ...change,
  };
}

export function makeBacktest(change: Partial<Backtest> = {}): Backtest {
  return {
    id: 1,
    name: 'Momentum',
    bot: 1,
    asked_by: 'ada',
    symbols: ['AAPL'],
    timeframe: '1Min',
    from: '2026-05-25',
    to: '2026-06-01',
    status: 'done',
    progress: 1,
    error: '',
    created_at: '2026-06-02T14:00:00Z',
    finished_at: '2026-06-02T14:00:05Z',
    net_profit: '12.5',
    total_return: 0.00125,
    closed_positions: 1,
    ...change,
  };
}

const NO_COSTS = {
  commission_per_order: '0',
  commission_per_share: '0',
  commission_fraction: '0',
  commission_minimum: '0',
  slippage: '0',
  spread: '0',
  volume_cap: '0',
  within_bar: false,
};

export function makeBacktestDetail(change: Partial<BacktestDetail> = {}): BacktestDetail {
  const config = makeBot({ name: 'Momentum', capital: '10000' });
  return {
    ...makeBacktest(),
    config,
    costs: NO_COSTS,
    report: {
      config,
      from: '2026-05-25',
      to: '2026-06-01',
      timeframe: '1Min',
      costs: NO_COSTS,
      bars: 1950,
      ticks: 1950,
      seconds: 0.02,
      notes: ['There are no bars of SPY.'],
      metrics: {
        total_return: 0.00125,
        annual_return: null,
        net_profit: '12.5',
        sharpe: null,
        sortino: null,
        calmar: null,
        max_drawdown: '4',
        max_drawdown_fraction: 0.0004,
        profit_factor: null,
        expectancy: '12.5',
        win_rate: 1,
        closed_positions: 1,
        still_held: 0,
        won: 1,
        lost: 0,
        best: '12.5',
        worst: '12.5',
        average_win: '12.5',
        average_loss: null,
        exposure: 0.1,
        turnover: 0.076,
        average_holding_minutes: 30,
        commission: '0',
        slippage: '0',
        slippage_bps: null,
        mae: -0.001,
        mfe: 0.02,
        buy_and_hold_return: 0.01,
        spy_return: null,
      },
      equity: [
        { at: '2026-05-26T13:31:00Z', equity: '10000', drawdown: '0', buy_and_hold: '10000', spy: null },
        { at: '2026-06-01T20:00:00Z', equity: '10012.5', drawdown: '4', buy_and_hold: '10100', spy: null },
      ],
      trades: [
        {
          symbol: 'AAPL',
          quantity: '4',
          entry_at: '2026-05-26T13:35:00Z',
          entry_price: '190',
          entry_reason: 'Buy 4 at about $190.00: RSI 28.4 is below 30.',
          exit_at: '2026-05-26T14:05:00Z',
          exit_price: '193.125',
          exit_reason: 'target',
          exit_sentence: 'Sell: the take profit at $193.12 was reached.',
          stop_price: '186.2',
          target_price: '193.12',
          profit_loss: '12.5',
          return: 0.0164,
          commission: '0',
          mae: -0.001,
          mfe: 0.02,
          bars: 30,
        },
      ],
      fills: [],
      decisions: [
        { action: 'hold', reason: 'no_signal', count: 1200 },
        { action: 'buy', reason: 'signal', count: 1 },
      ],
    },
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
