"""The shapes of what is answered and sent, as OpenAPI components. A test compares their keys with real answers.

Decimals are texts, times ISO 8601 in UTC, fractions texts such as "0.02". Every key is always there.
"""

from typing import Any

from bots.models import Bot as BotRow
from engine.backtest.result import COST_NUMBERS
from engine.core.orders import OrderState
from engine.core.schema import bot_schema
from engine.core.timeframes import SECONDS
from engine.core.types import Role
from engine.selectors import ACTIONS
from notifications.models import Alert as AlertRow
from research.models import Backtest as BacktestRow
from trades.models import Trade as TradeRow
from trades.ranges import RANGES

Shape = dict[str, Any]

INTEGER: Shape = {"type": "integer"}
NUMBER: Shape = {"type": "number"}
STRING: Shape = {"type": "string"}
BOOLEAN: Shape = {"type": "boolean"}
DECIMAL: Shape = {"type": "string", "format": "decimal"}
DATE_TIME: Shape = {"type": "string", "format": "date-time"}
DATE: Shape = {"type": "string", "format": "date"}
# Nothing is said of what is inside.
ANY: Shape = {}


def enum_of(*words: str) -> Shape:
    return {"type": "string", "enum": list(words)}


def array_of(shape: Shape) -> Shape:
    return {"type": "array", "items": shape}


def map_of(shape: Shape) -> Shape:
    return {"type": "object", "additionalProperties": shape}


def nullable(shape: Shape) -> Shape:
    return {"nullable": True, "allOf": [shape]} if "$ref" in shape else shape | {"nullable": True}


def ref(name: str) -> Shape:
    return {"$ref": f"#/components/schemas/{name}"}


def object_of(optional: tuple[str, ...] = (), /, **keys: Shape) -> Shape:
    """An object with exactly these keys; a trailing underscore is for words of Python."""
    names = {name.rstrip("_"): shape for name, shape in keys.items()}
    required = [name for name in names if name not in optional]
    found = {"type": "object", "properties": names, "additionalProperties": False}
    return found | {"required": required} if required else found


def extended(shape: Shape, **keys: Shape) -> Shape:
    """An object with more keys."""
    return object_of(**shape["properties"], **keys)


def _nullable_parts(schema: Shape) -> Shape:
    """A JSON schema's keywords as OpenAPI 3.0 knows them: `nullable` only where it is true."""
    if schema.get("nullable") is False:
        schema = {key: value for key, value in schema.items() if key != "nullable"}
    if "properties" in schema:
        schema = schema | {"properties": {name: _nullable_parts(part) for name, part in schema["properties"].items()}}
    return schema


PARAMETERS = map_of({"nullable": True, "oneOf": [NUMBER, STRING, BOOLEAN]})
CONFIG = _nullable_parts(bot_schema())
CONFIG["properties"]["indicators"] = CONFIG["properties"]["indicators"] | {"additionalProperties": PARAMETERS}
RISK = CONFIG["properties"]["risk_management"]
# As it is answered: money as text, everything there.
STORED = CONFIG["properties"] | {
    "capital": DECIMAL,
    "risk_management": RISK | {"required": list(RISK["properties"])},
}

TRADE = object_of(
    id=INTEGER,
    bot=INTEGER,
    bot_name=STRING,
    symbol=STRING,
    type=enum_of("buy", "sell"),
    role=enum_of(*(role.value for role in Role)),
    quantity=DECIMAL,
    filled_quantity=DECIMAL,
    price=nullable(DECIMAL),
    decision_price=nullable(DECIMAL),
    stop_price=nullable(DECIMAL),
    limit_price=nullable(DECIMAL),
    timestamp=DATE_TIME,
    created_at=DATE_TIME,
    status=enum_of(*TradeRow.Status.values),
    state=enum_of(*(state.value for state in OrderState)),
    reason=STRING,
    cause=STRING,
    profit_loss=nullable(DECIMAL),
    commission=DECIMAL,
    slippage=nullable(DECIMAL),
    order_id=nullable(STRING),
    client_order_id=STRING,
    indicators_snapshot=map_of(map_of(NUMBER)),
)
POSITION = object_of(
    id=INTEGER,
    bot=INTEGER,
    bot_name=STRING,
    symbol=STRING,
    quantity=DECIMAL,
    entry_price=DECIMAL,
    current_price=nullable(DECIMAL),
    price_at=nullable(DATE_TIME),
    cost=DECIMAL,
    market_value=nullable(DECIMAL),
    stop_loss_price=nullable(DECIMAL),
    take_profit_price=nullable(DECIMAL),
    unrealized_pnl=nullable(DECIMAL),
    unrealized_pnl_pct=nullable(DECIMAL),
    realized_pnl=DECIMAL,
    opened_at=DATE_TIME,
    closed_at=nullable(DATE_TIME),
    is_open=BOOLEAN,
    protection=enum_of("protected", "cancelling", "unprotected", "unmanaged", "closed"),
    closing=BOOLEAN,
    version=INTEGER,
)
HALT = object_of(
    id=INTEGER, bot=nullable(INTEGER), bot_name=nullable(STRING), reason=STRING, set_by=STRING, set_at=DATE_TIME
)
COSTS = object_of(**dict.fromkeys(COST_NUMBERS, DECIMAL), within_bar=BOOLEAN)
TIMEFRAME = enum_of(*SECONDS)
BACKTEST = object_of(
    id=INTEGER,
    name=STRING,
    bot=nullable(INTEGER),
    asked_by=STRING,
    symbols=array_of(STRING),
    timeframe=TIMEFRAME,
    from_=DATE,
    to=DATE,
    status=enum_of(*BacktestRow.Status.values),
    progress=NUMBER,
    error=STRING,
    created_at=DATE_TIME,
    finished_at=nullable(DATE_TIME),
    net_profit=nullable(DECIMAL),
    total_return=nullable(NUMBER),
    closed_positions=nullable(INTEGER),
)
STATUS = enum_of(*BotRow.Status.values)
PAGED = {"count": INTEGER, "next": nullable(STRING), "previous": nullable(STRING)}
RATES = {"win_rate": nullable(DECIMAL), "profit_factor": nullable(DECIMAL)}
RESULTS = {
    "closed_positions": INTEGER,
    "won": INTEGER,
    "lost": INTEGER,
    "expectancy": nullable(DECIMAL),
    "average_win": nullable(DECIMAL),
    "average_loss": nullable(DECIMAL),
}

COMPONENTS: dict[str, Shape] = {
    "Session": object_of(username=STRING, role=enum_of("viewer", "trader", "admin")),
    "Credentials": object_of(username=STRING, password=STRING),
    "Tokens": object_of(access=STRING, refresh=STRING),
    "TokenRefresh": object_of(refresh=STRING),
    "AccessToken": object_of(access=STRING),
    "Summary": object_of(
        equity=nullable(DECIMAL),
        cash=nullable(DECIMAL),
        day_pnl=nullable(DECIMAL),
        day_pnl_pct=nullable(DECIMAL),
        day_parts=nullable(ref("DayParts")),
        open_pnl=DECIMAL,
        exposure=DECIMAL,
        exposure_pct=nullable(DECIMAL),
        buying_power=nullable(DECIMAL),
        bots=object_of(running=INTEGER, paused=INTEGER, stopped=INTEGER, error=INTEGER, total=INTEGER),
        trades_today=INTEGER,
        win_rate=nullable(DECIMAL),
        closed_positions=INTEGER,
        open_positions=INTEGER,
        halt=nullable(ref("GlobalHalt")),
        account_number=nullable(STRING),
        mode=ref("Mode"),
        as_of=nullable(DATE_TIME),
        event_id=INTEGER,
    ),
    "DayParts": object_of(bots=DECIMAL, by_hand=DECIMAL, unattributed=nullable(DECIMAL)),
    "GlobalHalt": object_of(id=INTEGER, reason=STRING, set_by=STRING, set_at=DATE_TIME),
    "Mode": enum_of("simulator", "paper"),
    "MarketStatus": object_of(
        is_open=BOOLEAN,
        now=DATE_TIME,
        session_date=nullable(DATE),
        session_open=nullable(DATE_TIME),
        session_close=nullable(DATE_TIME),
        next_open=nullable(DATE_TIME),
        next_close=nullable(DATE_TIME),
        early_close=BOOLEAN,
        speed=NUMBER,
        frozen=BOOLEAN,
        jump_at=nullable(DATE_TIME),
        jump_to=nullable(DATE_TIME),
        real=NUMBER,
        mode=ref("Mode"),
        data_as_of=nullable(DATE_TIME),
        broker_connected=BOOLEAN,
        trading_ready=BOOLEAN,
        error=nullable(STRING),
    ),
    "BotConfig": CONFIG,
    "BotUpdate": CONFIG
    | {
        "properties": CONFIG["properties"] | {"version": INTEGER | {"description": "The version that was edited"}},
        "required": [*CONFIG["required"], "version"],
    },
    "Bot": object_of(
        **STORED,
        id=INTEGER,
        status=STATUS,
        status_reason=STRING,
        version=INTEGER,
        created_at=DATE_TIME,
        updated_at=DATE_TIME,
        last_tick_at=nullable(DATE_TIME),
        next_tick_at=nullable(DATE_TIME),
        today=object_of(pnl=DECIMAL, trades=INTEGER),
        total_pnl=DECIMAL,
        open_positions=INTEGER,
        win_rate=nullable(DECIMAL),
        last_decision=nullable(ref("DecisionSummary")),
        halted=STRING,
    ),
    "DecisionSummary": object_of(symbol=STRING, at=DATE_TIME, action=STRING, reason=STRING, sentence=STRING),
    "BotList": object_of(**PAGED, results=array_of(ref("Bot"))),
    "BotStop": object_of(("close_positions",), close_positions=BOOLEAN),
    "BotVersion": object_of(
        number=INTEGER,
        changed_by=nullable(STRING),
        created_at=DATE_TIME,
        config={"type": "object", "properties": STORED},
        changes=array_of(object_of(field=STRING, before=ANY, after=ANY)),
    ),
    "BotRollback": object_of(to=INTEGER, version=INTEGER | {"description": "The version that was seen"}),
    "BotVersionList": object_of(results=array_of(ref("BotVersion"))),
    "BotField": object_of(
        name=STRING,
        label=STRING,
        group=enum_of("basics", "window", "signal", "risk", "symbols", "indicators"),
        unit=nullable(STRING),
        help=STRING,
        type=enum_of("number", "integer", "boolean", "string", "enum", "symbols", "indicators"),
        minimum=nullable(NUMBER),
        maximum=nullable(NUMBER),
        default={"nullable": True, "oneOf": [NUMBER, STRING, BOOLEAN]},
        choices=nullable(array_of(STRING)),
        choices_said=nullable(map_of(object_of(title=STRING, help=STRING, needs=STRING, short=STRING))),
        required=BOOLEAN,
        nullable=BOOLEAN,
    ),
    "BotTemplate": object_of(
        name=STRING,
        description=STRING,
        config=object_of(**{name: part for name, part in STORED.items() if name not in ("name", "symbols")}),
    ),
    "BotSchema": object_of(
        schema=map_of(ANY), fields=array_of(ref("BotField")), templates=array_of(ref("BotTemplate"))
    ),
    "ParameterSchema": object_of(
        ("minimum", "maximum"),
        type=STRING,
        description=STRING,
        minimum=NUMBER,
        maximum=NUMBER,
        nullable=BOOLEAN,
        default={"nullable": True, "oneOf": [NUMBER, STRING, BOOLEAN]},
    ),
    "Indicator": object_of(
        name=STRING,
        title=STRING,
        group=enum_of("momentum", "trend", "volume"),
        help=STRING,
        votes=BOOLEAN,
        pane=ref("Pane"),
        lines=array_of(STRING),
        warmup=INTEGER,
        asks=array_of(object_of(buys=STRING, stands=STRING, given=nullable(STRING))),
        parameters=object_of(
            type=enum_of("object"), properties=map_of(ref("ParameterSchema")), additionalProperties=BOOLEAN
        ),
    ),
    "Pane": enum_of("price", "own"),
    "CustomFunction": object_of(
        name=STRING, title=STRING, group=STRING, parameters=map_of(NUMBER), outputs=array_of(STRING)
    ),
    "IndicatorCatalogue": object_of(
        indicators=array_of(ref("Indicator")),
        custom=object_of(help=STRING, functions=array_of(ref("CustomFunction")), example=map_of(PARAMETERS)),
    ),
    "Trade": TRADE,
    "TradePage": object_of(next=nullable(STRING), previous=nullable(STRING), results=array_of(ref("Trade"))),
    "Execution": object_of(
        id=INTEGER, activity_id=STRING, quantity=DECIMAL, price=DECIMAL, profit_loss=nullable(DECIMAL), at=DATE_TIME
    ),
    "Decision": object_of(
        id=INTEGER,
        bot=INTEGER,
        bot_name=STRING,
        version=INTEGER,
        symbol=STRING,
        action=enum_of(*ACTIONS),
        reason=STRING,
        sentence=STRING,
        bar_end=nullable(DATE_TIME),
        values=map_of(map_of(NUMBER)),
        votes=map_of(INTEGER),
        checks=array_of(object_of(name=STRING, allowed=BOOLEAN, reason=STRING)),
        count=INTEGER,
        first_at=DATE_TIME,
        last_at=DATE_TIME,
    ),
    "DecisionPage": object_of(next=nullable(STRING), previous=nullable(STRING), results=array_of(ref("Decision"))),
    "TradeDecision": object_of(
        sentence=STRING,
        values=map_of(map_of(NUMBER)),
        votes=map_of(INTEGER),
        checks=array_of(object_of(name=STRING, allowed=BOOLEAN, reason=STRING)),
        bar_end=nullable(DATE_TIME),
    ),
    "TradeDetail": extended(
        TRADE,
        executions=array_of(ref("Execution")),
        version=nullable(INTEGER),
        decision=nullable(ref("TradeDecision")),
        parent_id=nullable(INTEGER),
        legs=array_of(ref("Trade")),
    ),
    "TradeStats": object_of(
        trades=INTEGER,
        filled=INTEGER,
        buys=INTEGER,
        sells=INTEGER,
        **RESULTS,
        **RATES,
        total_pnl=DECIMAL,
        gross_profit=DECIMAL,
        gross_loss=DECIMAL,
        best=nullable(DECIMAL),
        worst=nullable(DECIMAL),
        commission=DECIMAL,
        average_slippage=nullable(DECIMAL),
        volume=DECIMAL,
        by_day=array_of(object_of(date=DATE, pnl=DECIMAL, cumulative=DECIMAL, trades=INTEGER)),
        by_symbol=array_of(object_of(symbol=STRING, pnl=DECIMAL, trades=INTEGER)),
        distribution=array_of(object_of(from_=DECIMAL, to=DECIMAL, count=INTEGER)),
    ),
    "Position": POSITION,
    "PositionList": object_of(**PAGED, results=array_of(ref("Position"))),
    "PositionDetail": extended(POSITION, trades=array_of(ref("Trade"))),
    "PositionSummary": object_of(
        open_positions=INTEGER,
        market_value=DECIMAL,
        cost=DECIMAL,
        unrealized_pnl=DECIMAL,
        unrealized_pnl_pct=nullable(DECIMAL),
        realized_today=DECIMAL,
        unprotected=INTEGER,
    ),
    "Symbol": object_of(symbol=STRING, name=STRING, exchange=STRING, tradable=BOOLEAN),
    "SymbolList": object_of(results=array_of(ref("Symbol"))),
    "MarketBar": object_of(t=DATE_TIME, o=NUMBER, h=NUMBER, l=NUMBER, c=NUMBER, v=NUMBER),
    "IndicatorLine": object_of(name=STRING, values=array_of(nullable(NUMBER))),
    "IndicatorSeries": object_of(
        key=STRING,
        name=STRING,
        params=PARAMETERS,
        pane=ref("Pane"),
        lines=array_of(ref("IndicatorLine")),
        levels=array_of(NUMBER),
    ),
    "ChartTrade": object_of(
        id=INTEGER,
        t=DATE_TIME,
        type=enum_of("buy", "sell"),
        role=enum_of(*(role.value for role in Role)),
        price=NUMBER,
        quantity=DECIMAL,
        bot_name=STRING,
    ),
    "MarketData": object_of(
        symbol=STRING,
        timeframe=TIMEFRAME,
        bars=array_of(ref("MarketBar")),
        indicators=array_of(ref("IndicatorSeries")),
        trades=array_of(ref("ChartTrade")),
        last_price=nullable(DECIMAL),
        last_price_at=nullable(DATE_TIME),
    ),
    "AnalyticsMetrics": object_of(
        total_pnl=DECIMAL,
        realized_pnl=DECIMAL,
        unrealized_pnl=DECIMAL,
        return_pct=nullable(DECIMAL),
        **RESULTS,
        **RATES,
        sharpe=nullable(DECIMAL),
        max_drawdown=DECIMAL,
        max_drawdown_pct=nullable(DECIMAL),
        best_day=nullable(DECIMAL),
        worst_day=nullable(DECIMAL),
        trades=INTEGER,
        fees=DECIMAL,
        dividends=DECIMAL,
    ),
    "EquityPoint": object_of(date=DATE, pnl=DECIMAL, cumulative=DECIMAL, equity=DECIMAL, drawdown=DECIMAL),
    "AccountEquity": object_of(
        range=enum_of(*RANGES),
        from_=nullable(DATE),
        to=DATE,
        equity=array_of(ref("EquityPoint")),
        metrics=nullable(
            object_of(
                pnl=DECIMAL,
                return_pct=DECIMAL,
                transfers=DECIMAL,
                max_drawdown=DECIMAL,
                max_drawdown_pct=DECIMAL,
                sharpe=nullable(DECIMAL),
            )
        ),
    ),
    "BotPerformance": object_of(
        bot=INTEGER,
        name=STRING,
        status=STATUS,
        capital=DECIMAL,
        pnl=DECIMAL,
        realized_pnl=DECIMAL,
        unrealized_pnl=DECIMAL,
        return_pct=nullable(DECIMAL),
        trades=INTEGER,
        closed_positions=INTEGER,
        **RATES,
        max_drawdown=DECIMAL,
        sharpe=nullable(DECIMAL),
    ),
    "SymbolPerformance": object_of(
        symbol=STRING,
        pnl=DECIMAL,
        realized_pnl=DECIMAL,
        unrealized_pnl=DECIMAL,
        trades=INTEGER,
        closed_positions=INTEGER,
        win_rate=nullable(DECIMAL),
        volume=DECIMAL,
        average_pnl=nullable(DECIMAL),
    ),
    "Analytics": object_of(
        range=enum_of(*RANGES),
        from_=nullable(DATE),
        to=DATE,
        marked_to_market=BOOLEAN,
        capital=DECIMAL,
        metrics=ref("AnalyticsMetrics"),
        equity=array_of(ref("EquityPoint")),
        bots=array_of(ref("BotPerformance")),
        symbols=array_of(ref("SymbolPerformance")),
    ),
    "Backtest": BACKTEST,
    "BacktestList": object_of(**PAGED, results=array_of(ref("Backtest"))),
    "BacktestWanted": object_of(
        ("bot", "config", *COST_NUMBERS, "within_bar"),
        bot=nullable(INTEGER) | {"description": "A bot as it is now; or send `config`"},
        config={"nullable": True, "allOf": [ref("BotConfig")]},
        from_=DATE,
        to=DATE,
        **dict.fromkeys(COST_NUMBERS, nullable(STRING)),
        within_bar=nullable(BOOLEAN),
    ),
    "BacktestDetail": extended(
        BACKTEST,
        config={"type": "object", "properties": STORED},
        costs=COSTS,
        report=nullable(ref("BacktestReport")),
    ),
    "BacktestReport": object_of(
        config={"type": "object", "properties": STORED},
        from_=DATE,
        to=DATE,
        timeframe=TIMEFRAME,
        costs=COSTS,
        bars=INTEGER,
        ticks=INTEGER,
        seconds=NUMBER,
        notes=array_of(STRING),
        metrics=ref("BacktestMetrics"),
        equity=array_of(ref("BacktestPoint")),
        trades=array_of(ref("BacktestTrade")),
        fills=array_of(ref("BacktestFill")),
        decisions=array_of(object_of(action=STRING, reason=STRING, count=INTEGER)),
    ),
    "BacktestMetrics": object_of(
        total_return=NUMBER,
        annual_return=nullable(NUMBER),
        net_profit=DECIMAL,
        sharpe=nullable(NUMBER),
        sortino=nullable(NUMBER),
        calmar=nullable(NUMBER),
        max_drawdown=DECIMAL,
        max_drawdown_fraction=NUMBER,
        profit_factor=nullable(NUMBER),
        expectancy=nullable(DECIMAL),
        win_rate=nullable(NUMBER),
        closed_positions=INTEGER,
        still_held=INTEGER,
        won=INTEGER,
        lost=INTEGER,
        best=nullable(DECIMAL),
        worst=nullable(DECIMAL),
        average_win=nullable(DECIMAL),
        average_loss=nullable(DECIMAL),
        exposure=NUMBER,
        turnover=NUMBER,
        average_holding_minutes=nullable(NUMBER),
        commission=DECIMAL,
        slippage=nullable(DECIMAL),
        slippage_bps=nullable(NUMBER),
        mae=nullable(NUMBER),
        mfe=nullable(NUMBER),
        buy_and_hold_return=nullable(NUMBER),
        spy_return=nullable(NUMBER),
    ),
    "BacktestPoint": object_of(
        at=DATE_TIME, equity=DECIMAL, drawdown=DECIMAL, buy_and_hold=DECIMAL, spy=nullable(DECIMAL)
    ),
    "BacktestTrade": object_of(
        symbol=STRING,
        quantity=DECIMAL,
        entry_at=DATE_TIME,
        entry_price=DECIMAL,
        entry_reason=STRING,
        exit_at=nullable(DATE_TIME),
        exit_price=DECIMAL,
        exit_reason=enum_of("stop", "target", "trailing_stop", "signal", "window_end", "still_held"),
        exit_sentence=STRING,
        stop_price=DECIMAL,
        target_price=nullable(DECIMAL),
        profit_loss=DECIMAL,
        return_=NUMBER,
        commission=DECIMAL,
        mae=NUMBER,
        mfe=NUMBER,
        bars=INTEGER,
    ),
    "BacktestFill": object_of(
        symbol=STRING,
        at=DATE_TIME,
        side=enum_of("buy", "sell"),
        role=enum_of(*(role.value for role in Role)),
        quantity=DECIMAL,
        price=DECIMAL,
        market_price=DECIMAL,
        commission=DECIMAL,
    ),
    "Alert": object_of(
        alert=INTEGER,
        kind=STRING,
        level=enum_of(*AlertRow.Level.values),
        message=STRING,
        words=STRING,
        bot=nullable(INTEGER),
        symbol=nullable(STRING),
        began_at=DATE_TIME,
        ended_at=nullable(DATE_TIME),
    ),
    "AlertPage": object_of(next=nullable(STRING), previous=nullable(STRING), results=array_of(ref("Alert"))),
    "Halt": HALT,
    "HaltList": object_of(results=array_of(ref("Halt"))),
    "HaltWanted": object_of(("bot",), bot=nullable(INTEGER), reason=STRING | {"minLength": 1, "maxLength": 300}),
    "SymbolRename": object_of(old=STRING, new=STRING, day=DATE, before=DECIMAL, after=DECIMAL, by=STRING),
    "SymbolRenameWanted": object_of(
        ("ratio",),
        old=STRING,
        new=STRING,
        ratio={"oneOf": [NUMBER, STRING], "default": 1, "description": "New shares for each old one: 1, 0.5 or 1/3"},
    ),
    "Health": object_of(status=enum_of("ok", "degraded"), components=map_of(STRING)),
    "FieldProblem": object_of(
        field=STRING,
        message=STRING,
        value={"nullable": True, "oneOf": [NUMBER, STRING, BOOLEAN]},
        range=nullable(STRING),
        nearest=nullable(STRING),
    ),
    "Problem": object_of(
        type=STRING, title=STRING, status=INTEGER, detail=STRING, errors=array_of(ref("FieldProblem"))
    ),
}
