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
      /** The halt of all entries, while there is one. */
      halt?: Pick<components['schemas']['Halt'], 'id' | 'reason' | 'set_by' | 'set_at'> | null;
    };

    Halt: {
      id: number;
      /** Null: all bots. */
      bot: number | null;
      bot_name: string | null;
      reason: string;
      set_by: string;
      set_at: string;
    };
    HaltList: { results: components['schemas']['Halt'][] };

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
      /** Why it may not enter, by its own halt or everybody's; empty when it may. */
      halted?: string;
    };
    BotList: {
      count: number;
      next?: string | null;
      previous?: string | null;
      results: components['schemas']['Bot'][];
    };

    BotVersion: {
      number: number;
      changed_by: string | null;
      created_at: string;
      config: Record<string, unknown>;
    };
    BotVersions: { results: components['schemas']['BotVersion'][] };

    BotField: {
      name: string;
      label: string;
      group: 'basics' | 'window' | 'signal' | 'risk' | 'symbols' | 'indicators';
      unit: 'USD' | 's' | '%' | 'min' | null;
      help: string;
      type: 'number' | 'integer' | 'boolean' | 'string' | 'enum' | 'symbols' | 'indicators';
      minimum?: number | null;
      maximum?: number | null;
      default?: unknown;
      choices?: string[] | null;
      required: boolean;
      nullable: boolean;
    };
    BotTemplate: { name: string; description: string; config: Record<string, unknown> };
    BotSchema: {
      schema: Record<string, unknown>;
      fields: components['schemas']['BotField'][];
      templates: components['schemas']['BotTemplate'][];
    };

    IndicatorParameter: {
      type: 'integer' | 'number' | 'boolean' | 'string';
      default?: number | string | boolean | null;
      minimum?: number;
      maximum?: number;
      description?: string;
      nullable?: boolean;
      enum?: string[];
    };
    IndicatorKind: {
      name: string;
      title: string;
      group: 'momentum' | 'trend' | 'volume';
      help: string;
      votes: boolean;
      pane: 'price' | 'own';
      lines: string[];
      warmup: number;
      parameters: { properties: Record<string, components['schemas']['IndicatorParameter']> };
    };
    CustomFunction: {
      name: string;
      title: string;
      group: string;
      parameters: Record<string, number | string | boolean | null>;
      outputs: string[];
    };
    IndicatorCatalogue: {
      indicators: components['schemas']['IndicatorKind'][];
      custom: {
        help: string;
        functions: components['schemas']['CustomFunction'][];
        example: Record<string, components['schemas']['IndicatorParams']>;
      };
    };
    Symbol: { symbol: string; name: string; exchange: string; tradable: boolean };
    SymbolList: { results: components['schemas']['Symbol'][] };

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
    Execution: { id: number; activity_id: string; quantity: string; price: string; at: string };
    TradeDecision: {
      sentence: string;
      /** Indicator, line, value. */
      values: Record<string, Record<string, number | null>>;
      votes: Record<string, number>;
      checks: { name: string; allowed: boolean; reason: string }[];
      bar_end: string | null;
    };
    TradeDetail: components['schemas']['Trade'] & {
      executions: components['schemas']['Execution'][];
      version: number | null;
      decision: components['schemas']['TradeDecision'] | null;
      parent_id: number | null;
      legs: components['schemas']['Trade'][];
      stop_price: string | null;
      limit_price: string | null;
    };
    DayPnl: { date: string; pnl: string; cumulative: string; trades: number };
    SymbolPnl: { symbol: string; pnl: string; trades: number };
    PnlBin: { from: string; to: string; count: number };
    TradeStats: {
      trades: number;
      filled: number;
      buys: number;
      sells: number;
      closed_positions: number;
      won: number;
      lost: number;
      win_rate: string | null;
      profit_factor: string | null;
      expectancy: string | null;
      total_pnl: string;
      gross_profit: string;
      gross_loss: string;
      average_win: string | null;
      average_loss: string | null;
      best: string | null;
      worst: string | null;
      commission: string;
      average_slippage: string | null;
      volume: string;
      by_day: components['schemas']['DayPnl'][];
      by_symbol: components['schemas']['SymbolPnl'][];
      distribution: components['schemas']['PnlBin'][];
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
    PositionList: {
      count: number;
      next?: string | null;
      previous?: string | null;
      results: components['schemas']['Position'][];
    };
    PositionDetail: components['schemas']['Position'] & { trades: components['schemas']['Trade'][] };
    PositionSummary: {
      open_positions: number;
      market_value: string;
      cost: string;
      unrealized_pnl: string;
      unrealized_pnl_pct: string | null;
      realized_today: string;
      unprotected: number;
    };

    AnalyticsRange: '1W' | '1M' | '3M' | '6M' | '1Y' | 'ALL';
    AnalyticsMetrics: {
      total_pnl: string;
      realized_pnl: string;
      unrealized_pnl: string;
      return_pct: string | null;
      closed_positions: number;
      won: number;
      lost: number;
      win_rate: string | null;
      profit_factor: string | null;
      expectancy: string | null;
      sharpe: string | null;
      max_drawdown: string;
      max_drawdown_pct: string | null;
      average_win: string | null;
      average_loss: string | null;
      best_day: string | null;
      worst_day: string | null;
      trades: number;
    };
    EquityPoint: { date: string; pnl: string; cumulative: string; equity: string; drawdown: string };
    BotPerformance: {
      bot: number;
      name: string;
      status: components['schemas']['BotStatus'];
      capital: string;
      pnl: string;
      return_pct: string | null;
      trades: number;
      closed_positions: number;
      win_rate: string | null;
      profit_factor: string | null;
      max_drawdown: string;
      sharpe: string | null;
    };
    SymbolPerformance: {
      symbol: string;
      pnl: string;
      trades: number;
      closed_positions: number;
      win_rate: string | null;
      volume: string;
      average_pnl: string | null;
    };
    Analytics: {
      range: components['schemas']['AnalyticsRange'];
      from: string | null;
      to: string;
      capital: string;
      metrics: components['schemas']['AnalyticsMetrics'];
      equity: components['schemas']['EquityPoint'][];
      bots: components['schemas']['BotPerformance'][];
      symbols: components['schemas']['SymbolPerformance'][];
    };

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
