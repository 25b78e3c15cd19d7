/**
 * The HTTP contract, in the shape openapi-typescript generates, so that the generated file can take this one's place.
 * Decimals are strings, percentages are fractions as strings, times are ISO-8601 UTC.
 */
export interface components {
  schemas: {
    Role: 'viewer' | 'trader' | 'admin';
    Session: { username: string; role: components['schemas']['Role'] };
    Mode: 'simulator' | 'paper';

    Summary: {
      equity: string | null;
      cash: string | null;
      day_pnl: string | null;
      day_pnl_pct: string | null;
      open_pnl: string | null;
      exposure: string | null;
      exposure_pct: string | null;
      buying_power: string | null;
      bots: { running: number; paused: number; stopped: number; error: number; total: number };
      trades_today: number;
      win_rate: string | null;
      closed_positions: number;
      open_positions: number;
      account_number: string | null;
      mode: components['schemas']['Mode'];
      as_of: string | null;
      event_id: number;
    };

    MarketStatus: {
      is_open: boolean;
      now: string;
      session_date: string | null;
      session_open: string | null;
      session_close: string | null;
      next_open: string | null;
      next_close: string | null;
      early_close: boolean;
      speed: number;
      frozen: boolean;
      jump_at: string | null;
      jump_to: string | null;
      mode: components['schemas']['Mode'];
      broker_connected: boolean;
      data_as_of: string | null;
      trading_ready: boolean;
      error: string | null;
      /** Epoch seconds at which `now` was read. */
      real: number;
    };

    BotStatus: 'stopped' | 'running' | 'paused' | 'error';
    SignalMode: 'any' | 'majority' | 'all';
    Timeframe: '1Min' | '5Min' | '15Min' | '1Hour' | '1Day';
    IndicatorParams: Record<string, number | string | boolean | null>;
    RiskManagement: {
      stop_loss: number;
      take_profit: number | null;
      trailing_stop: number | null;
      max_position_size: number;
      max_daily_loss: number;
      max_positions: number;
      cooldown_minutes: number;
      max_orders_per_minute: number;
    };
    DecisionSummary: { symbol: string; at: string; action: string; reason: string; sentence: string };
    Bot: {
      id: number;
      name: string;
      status: components['schemas']['BotStatus'];
      status_reason: string;
      capital: string;
      trading_frequency: number;
      timeframe: components['schemas']['Timeframe'];
      symbols: string[];
      indicators: Record<string, components['schemas']['IndicatorParams']>;
      signal_mode: components['schemas']['SignalMode'];
      min_votes: number;
      risk_management: components['schemas']['RiskManagement'];
      start_hour: number;
      start_minute: number;
      end_hour: number;
      end_minute: number;
      close_at_window_end: boolean;
      version: number;
      created_at: string;
      updated_at: string;
      last_tick_at: string | null;
      next_tick_at: string | null;
      today: { pnl: string | null; trades: number };
      total_pnl: string | null;
      open_positions: number;
      win_rate: string | null;
      last_decision: components['schemas']['DecisionSummary'] | null;
    };
    BotList: { count: number; results: components['schemas']['Bot'][] };

    TradeType: 'buy' | 'sell';
    TradeRole: 'entry' | 'exit' | 'stop' | 'target';
    TradeStatus: 'pending' | 'filled' | 'cancelled' | 'failed';
    Trade: {
      id: number;
      bot: number;
      bot_name: string;
      symbol: string;
      type: components['schemas']['TradeType'];
      role: components['schemas']['TradeRole'];
      quantity: string;
      filled_quantity: string;
      price: string | null;
      decision_price: string | null;
      timestamp: string;
      created_at: string;
      status: components['schemas']['TradeStatus'];
      state: string;
      reason: string;
      profit_loss: string | null;
      commission: string | null;
      slippage: string | null;
      order_id: string | null;
      client_order_id: string;
      indicators_snapshot: Record<string, unknown>;
    };
    TradePage: { next: string | null; previous: string | null; results: components['schemas']['Trade'][] };

    Protection: 'protected' | 'unprotected' | 'unmanaged' | 'closed';
    Position: {
      id: number;
      bot: number;
      bot_name: string;
      symbol: string;
      quantity: string;
      entry_price: string;
      current_price: string | null;
      price_at: string | null;
      cost: string;
      market_value: string | null;
      stop_loss_price: string | null;
      take_profit_price: string | null;
      unrealized_pnl: string | null;
      unrealized_pnl_pct: string | null;
      realized_pnl: string;
      opened_at: string;
      closed_at: string | null;
      is_open: boolean;
      protection: components['schemas']['Protection'];
      closing: boolean;
      version: number;
    };
    PositionList: { count: number; results: components['schemas']['Position'][] };

    MarketBar: { t: string; o: number; h: number; l: number; c: number; v: number };
    IndicatorLine: { name: string; values: (number | null)[] };
    IndicatorSeries: {
      key: string;
      name: string;
      params: components['schemas']['IndicatorParams'];
      pane: 'price' | 'own';
      lines: components['schemas']['IndicatorLine'][];
      levels: number[];
    };
    ChartTrade: {
      id: number;
      t: string;
      type: components['schemas']['TradeType'];
      role: components['schemas']['TradeRole'];
      price: number;
      quantity: string;
      bot_name: string;
    };
    MarketData: {
      symbol: string;
      timeframe: components['schemas']['Timeframe'];
      bars: components['schemas']['MarketBar'][];
      indicators: components['schemas']['IndicatorSeries'][];
      trades: components['schemas']['ChartTrade'][];
      last_price: string | null;
      last_price_at: string | null;
    };

    FieldProblem: {
      field: string;
      message: string;
      value?: unknown;
      range?: unknown;
      nearest?: string | null;
    };
    Problem: {
      type: string;
      title: string;
      status: number;
      detail: string;
      errors: components['schemas']['FieldProblem'][];
    };
  };
}
