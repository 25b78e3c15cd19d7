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
from engine.models import Backtest as BacktestRow
from engine.selectors import ACTIONS
from notifications.models import Alert as AlertRow
from trades.models import Trade as TradeRow
from trades.ranges import RANGES

Shape = dict[str, Any]

WHOLE: Shape = {"type": "integer"}
NUMBER: Shape = {"type": "number"}
TEXT: Shape = {"type": "string"}
YES: Shape = {"type": "boolean"}
MONEY: Shape = {"type": "string", "format": "decimal"}
TIME: Shape = {"type": "string", "format": "date-time"}
DAY: Shape = {"type": "string", "format": "date"}
# Nothing is said of what is inside.
ANY: Shape = {}


def one_of(*words: str) -> Shape:
    return {"type": "string", "enum": list(words)}


def many(shape: Shape) -> Shape:
    return {"type": "array", "items": shape}


def by_name(shape: Shape) -> Shape:
    return {"type": "object", "additionalProperties": shape}


def maybe(shape: Shape) -> Shape:
    return {"nullable": True, "allOf": [shape]} if "$ref" in shape else shape | {"nullable": True}


def of(name: str) -> Shape:
    return {"$ref": f"#/components/schemas/{name}"}


def thing(optional: tuple[str, ...] = (), /, **keys: Shape) -> Shape:
    """An object with exactly these keys; a trailing underscore is for words of Python."""
    names = {name.rstrip("_"): shape for name, shape in keys.items()}
    required = [name for name in names if name not in optional]
    found = {"type": "object", "properties": names, "additionalProperties": False}
    return found | {"required": required} if required else found


def more(shape: Shape, **keys: Shape) -> Shape:
    """A thing with more keys."""
    return thing(**shape["properties"], **keys)


def _nullable_parts(schema: Shape) -> Shape:
    """A JSON schema's keywords as OpenAPI 3.0 knows them: `nullable` only where it is true."""
    if schema.get("nullable") is False:
        schema = {key: value for key, value in schema.items() if key != "nullable"}
    if "properties" in schema:
        schema = schema | {"properties": {name: _nullable_parts(part) for name, part in schema["properties"].items()}}
    return schema


PARAMETERS = by_name({"nullable": True, "oneOf": [NUMBER, TEXT, YES]})
CONFIG = _nullable_parts(bot_schema())
CONFIG["properties"]["indicators"] = CONFIG["properties"]["indicators"] | {"additionalProperties": PARAMETERS}
RISK = CONFIG["properties"]["risk_management"]
# As it is answered: money as text, everything there.
STORED = CONFIG["properties"] | {
    "capital": MONEY,
    "risk_management": RISK | {"required": list(RISK["properties"])},
}

TRADE = thing(
    id=WHOLE,
    bot=WHOLE,
    bot_name=TEXT,
    symbol=TEXT,
    type=one_of("buy", "sell"),
    role=one_of(*(role.value for role in Role)),
    quantity=MONEY,
    filled_quantity=MONEY,
    price=maybe(MONEY),
    decision_price=maybe(MONEY),
    stop_price=maybe(MONEY),
    limit_price=maybe(MONEY),
    timestamp=TIME,
    created_at=TIME,
    status=one_of(*TradeRow.Status.values),
    state=one_of(*(state.value for state in OrderState)),
    reason=TEXT,
    cause=TEXT,
    profit_loss=maybe(MONEY),
    commission=MONEY,
    slippage=maybe(MONEY),
    order_id=maybe(TEXT),
    client_order_id=TEXT,
    indicators_snapshot=by_name(by_name(NUMBER)),
)
POSITION = thing(
    id=WHOLE,
    bot=WHOLE,
    bot_name=TEXT,
    symbol=TEXT,
    quantity=MONEY,
    entry_price=MONEY,
    current_price=maybe(MONEY),
    price_at=maybe(TIME),
    cost=MONEY,
    market_value=maybe(MONEY),
    stop_loss_price=maybe(MONEY),
    take_profit_price=maybe(MONEY),
    unrealized_pnl=maybe(MONEY),
    unrealized_pnl_pct=maybe(MONEY),
    realized_pnl=MONEY,
    opened_at=TIME,
    closed_at=maybe(TIME),
    is_open=YES,
    protection=one_of("protected", "cancelling", "unprotected", "unmanaged", "closed"),
    closing=YES,
    version=WHOLE,
)
HALT = thing(id=WHOLE, bot=maybe(WHOLE), bot_name=maybe(TEXT), reason=TEXT, set_by=TEXT, set_at=TIME)
COSTS = thing(**dict.fromkeys(COST_NUMBERS, MONEY), within_bar=YES)
TIMEFRAME = one_of(*SECONDS)
BACKTEST = thing(
    id=WHOLE,
    name=TEXT,
    bot=maybe(WHOLE),
    asked_by=TEXT,
    symbols=many(TEXT),
    timeframe=TIMEFRAME,
    from_=DAY,
    to=DAY,
    status=one_of(*BacktestRow.Status.values),
    progress=NUMBER,
    error=TEXT,
    created_at=TIME,
    finished_at=maybe(TIME),
    net_profit=maybe(MONEY),
    total_return=maybe(NUMBER),
    closed_positions=maybe(WHOLE),
)
STATUS = one_of(*BotRow.Status.values)
PAGED = {"count": WHOLE, "next": maybe(TEXT), "previous": maybe(TEXT)}
RATES = {"win_rate": maybe(MONEY), "profit_factor": maybe(MONEY)}
RESULTS = {
    "closed_positions": WHOLE,
    "won": WHOLE,
    "lost": WHOLE,
    "expectancy": maybe(MONEY),
    "average_win": maybe(MONEY),
    "average_loss": maybe(MONEY),
}

COMPONENTS: dict[str, Shape] = {
    "Session": thing(username=TEXT, role=one_of("viewer", "trader", "admin")),
    "Credentials": thing(username=TEXT, password=TEXT),
    "Tokens": thing(access=TEXT, refresh=TEXT),
    "TokenRefresh": thing(refresh=TEXT),
    "AccessToken": thing(access=TEXT),
    "Summary": thing(
        equity=maybe(MONEY),
        cash=maybe(MONEY),
        day_pnl=maybe(MONEY),
        day_pnl_pct=maybe(MONEY),
        day_parts=maybe(of("DayParts")),
        open_pnl=MONEY,
        exposure=MONEY,
        exposure_pct=maybe(MONEY),
        buying_power=maybe(MONEY),
        bots=thing(running=WHOLE, paused=WHOLE, stopped=WHOLE, error=WHOLE, total=WHOLE),
        trades_today=WHOLE,
        win_rate=maybe(MONEY),
        closed_positions=WHOLE,
        open_positions=WHOLE,
        halt=maybe(of("GlobalHalt")),
        account_number=maybe(TEXT),
        mode=of("Mode"),
        as_of=maybe(TIME),
        event_id=WHOLE,
    ),
    "DayParts": thing(bots=MONEY, by_hand=MONEY, unattributed=maybe(MONEY)),
    "GlobalHalt": thing(id=WHOLE, reason=TEXT, set_by=TEXT, set_at=TIME),
    "Mode": one_of("simulator", "paper"),
    "MarketStatus": thing(
        is_open=YES,
        now=TIME,
        session_date=maybe(DAY),
        session_open=maybe(TIME),
        session_close=maybe(TIME),
        next_open=maybe(TIME),
        next_close=maybe(TIME),
        early_close=YES,
        speed=NUMBER,
        frozen=YES,
        jump_at=maybe(TIME),
        jump_to=maybe(TIME),
        real=NUMBER,
        mode=of("Mode"),
        data_as_of=maybe(TIME),
        broker_connected=YES,
        trading_ready=YES,
        error=maybe(TEXT),
    ),
    "BotConfig": CONFIG,
    "BotUpdate": CONFIG
    | {
        "properties": CONFIG["properties"] | {"version": WHOLE | {"description": "The version that was edited"}},
        "required": [*CONFIG["required"], "version"],
    },
    "Bot": thing(
        **STORED,
        id=WHOLE,
        status=STATUS,
        status_reason=TEXT,
        version=WHOLE,
        created_at=TIME,
        updated_at=TIME,
        last_tick_at=maybe(TIME),
        next_tick_at=maybe(TIME),
        today=thing(pnl=MONEY, trades=WHOLE),
        total_pnl=MONEY,
        open_positions=WHOLE,
        win_rate=maybe(MONEY),
        last_decision=maybe(of("DecisionSummary")),
        halted=TEXT,
    ),
    "DecisionSummary": thing(symbol=TEXT, at=TIME, action=TEXT, reason=TEXT, sentence=TEXT),
    "BotList": thing(**PAGED, results=many(of("Bot"))),
    "BotStop": thing(("close_positions",), close_positions=YES),
    "BotVersion": thing(
        number=WHOLE,
        changed_by=maybe(TEXT),
        created_at=TIME,
        config={"type": "object", "properties": STORED},
        changes=many(thing(field=TEXT, before=ANY, after=ANY)),
    ),
    "BotRollback": thing(to=WHOLE, version=WHOLE | {"description": "The version that was seen"}),
    "BotVersionList": thing(results=many(of("BotVersion"))),
    "BotField": thing(
        name=TEXT,
        label=TEXT,
        group=one_of("basics", "window", "signal", "risk", "symbols", "indicators"),
        unit=maybe(TEXT),
        help=TEXT,
        type=one_of("number", "integer", "boolean", "string", "enum", "symbols", "indicators"),
        minimum=maybe(NUMBER),
        maximum=maybe(NUMBER),
        default={"nullable": True, "oneOf": [NUMBER, TEXT, YES]},
        choices=maybe(many(TEXT)),
        choices_said=maybe(by_name(thing(title=TEXT, help=TEXT, needs=TEXT, short=TEXT))),
        required=YES,
        nullable=YES,
    ),
    "BotTemplate": thing(
        name=TEXT,
        description=TEXT,
        config=thing(**{name: part for name, part in STORED.items() if name not in ("name", "symbols")}),
    ),
    "BotSchema": thing(schema=by_name(ANY), fields=many(of("BotField")), templates=many(of("BotTemplate"))),
    "ParameterSchema": thing(
        ("minimum", "maximum"),
        type=TEXT,
        description=TEXT,
        minimum=NUMBER,
        maximum=NUMBER,
        nullable=YES,
        default={"nullable": True, "oneOf": [NUMBER, TEXT, YES]},
    ),
    "Indicator": thing(
        name=TEXT,
        title=TEXT,
        group=one_of("momentum", "trend", "volume"),
        help=TEXT,
        votes=YES,
        pane=of("Pane"),
        lines=many(TEXT),
        warmup=WHOLE,
        asks=many(thing(buys=TEXT, stands=TEXT, given=maybe(TEXT))),
        parameters=thing(type=one_of("object"), properties=by_name(of("ParameterSchema")), additionalProperties=YES),
    ),
    "Pane": one_of("price", "own"),
    "CustomFunction": thing(name=TEXT, title=TEXT, group=TEXT, parameters=by_name(NUMBER), outputs=many(TEXT)),
    "IndicatorCatalogue": thing(
        indicators=many(of("Indicator")),
        custom=thing(help=TEXT, functions=many(of("CustomFunction")), example=by_name(PARAMETERS)),
    ),
    "Trade": TRADE,
    "TradePage": thing(next=maybe(TEXT), previous=maybe(TEXT), results=many(of("Trade"))),
    "Execution": thing(id=WHOLE, activity_id=TEXT, quantity=MONEY, price=MONEY, profit_loss=maybe(MONEY), at=TIME),
    "Decision": thing(
        id=WHOLE,
        bot=WHOLE,
        bot_name=TEXT,
        version=WHOLE,
        symbol=TEXT,
        action=one_of(*ACTIONS),
        reason=TEXT,
        sentence=TEXT,
        bar_end=maybe(TIME),
        values=by_name(by_name(NUMBER)),
        votes=by_name(WHOLE),
        checks=many(thing(name=TEXT, allowed=YES, reason=TEXT)),
        count=WHOLE,
        first_at=TIME,
        last_at=TIME,
    ),
    "DecisionPage": thing(next=maybe(TEXT), previous=maybe(TEXT), results=many(of("Decision"))),
    "TradeDecision": thing(
        sentence=TEXT,
        values=by_name(by_name(NUMBER)),
        votes=by_name(WHOLE),
        checks=many(thing(name=TEXT, allowed=YES, reason=TEXT)),
        bar_end=maybe(TIME),
    ),
    "TradeDetail": more(
        TRADE,
        executions=many(of("Execution")),
        version=maybe(WHOLE),
        decision=maybe(of("TradeDecision")),
        parent_id=maybe(WHOLE),
        legs=many(of("Trade")),
    ),
    "TradeStats": thing(
        trades=WHOLE,
        filled=WHOLE,
        buys=WHOLE,
        sells=WHOLE,
        **RESULTS,
        **RATES,
        total_pnl=MONEY,
        gross_profit=MONEY,
        gross_loss=MONEY,
        best=maybe(MONEY),
        worst=maybe(MONEY),
        commission=MONEY,
        average_slippage=maybe(MONEY),
        volume=MONEY,
        by_day=many(thing(date=DAY, pnl=MONEY, cumulative=MONEY, trades=WHOLE)),
        by_symbol=many(thing(symbol=TEXT, pnl=MONEY, trades=WHOLE)),
        distribution=many(thing(from_=MONEY, to=MONEY, count=WHOLE)),
    ),
    "Position": POSITION,
    "PositionList": thing(**PAGED, results=many(of("Position"))),
    "PositionDetail": more(POSITION, trades=many(of("Trade"))),
    "PositionSummary": thing(
        open_positions=WHOLE,
        market_value=MONEY,
        cost=MONEY,
        unrealized_pnl=MONEY,
        unrealized_pnl_pct=maybe(MONEY),
        realized_today=MONEY,
        unprotected=WHOLE,
    ),
    "Symbol": thing(symbol=TEXT, name=TEXT, exchange=TEXT, tradable=YES),
    "SymbolList": thing(results=many(of("Symbol"))),
    "MarketBar": thing(t=TIME, o=NUMBER, h=NUMBER, l=NUMBER, c=NUMBER, v=NUMBER),
    "IndicatorLine": thing(name=TEXT, values=many(maybe(NUMBER))),
    "IndicatorSeries": thing(
        key=TEXT, name=TEXT, params=PARAMETERS, pane=of("Pane"), lines=many(of("IndicatorLine")), levels=many(NUMBER)
    ),
    "ChartTrade": thing(
        id=WHOLE,
        t=TIME,
        type=one_of("buy", "sell"),
        role=one_of(*(role.value for role in Role)),
        price=NUMBER,
        quantity=MONEY,
        bot_name=TEXT,
    ),
    "MarketData": thing(
        symbol=TEXT,
        timeframe=TIMEFRAME,
        bars=many(of("MarketBar")),
        indicators=many(of("IndicatorSeries")),
        trades=many(of("ChartTrade")),
        last_price=maybe(MONEY),
        last_price_at=maybe(TIME),
    ),
    "AnalyticsMetrics": thing(
        total_pnl=MONEY,
        realized_pnl=MONEY,
        unrealized_pnl=MONEY,
        return_pct=maybe(MONEY),
        **RESULTS,
        **RATES,
        sharpe=maybe(MONEY),
        max_drawdown=MONEY,
        max_drawdown_pct=maybe(MONEY),
        best_day=maybe(MONEY),
        worst_day=maybe(MONEY),
        trades=WHOLE,
        fees=MONEY,
        dividends=MONEY,
    ),
    "EquityPoint": thing(date=DAY, pnl=MONEY, cumulative=MONEY, equity=MONEY, drawdown=MONEY),
    "AccountEquity": thing(
        range=one_of(*RANGES),
        from_=maybe(DAY),
        to=DAY,
        equity=many(of("EquityPoint")),
        metrics=maybe(
            thing(
                pnl=MONEY,
                return_pct=MONEY,
                transfers=MONEY,
                max_drawdown=MONEY,
                max_drawdown_pct=MONEY,
                sharpe=maybe(MONEY),
            )
        ),
    ),
    "BotPerformance": thing(
        bot=WHOLE,
        name=TEXT,
        status=STATUS,
        capital=MONEY,
        pnl=MONEY,
        realized_pnl=MONEY,
        unrealized_pnl=MONEY,
        return_pct=maybe(MONEY),
        trades=WHOLE,
        closed_positions=WHOLE,
        **RATES,
        max_drawdown=MONEY,
        sharpe=maybe(MONEY),
    ),
    "SymbolPerformance": thing(
        symbol=TEXT,
        pnl=MONEY,
        realized_pnl=MONEY,
        unrealized_pnl=MONEY,
        trades=WHOLE,
        closed_positions=WHOLE,
        win_rate=maybe(MONEY),
        volume=MONEY,
        average_pnl=maybe(MONEY),
    ),
    "Analytics": thing(
        range=one_of(*RANGES),
        from_=maybe(DAY),
        to=DAY,
        marked_to_market=YES,
        capital=MONEY,
        metrics=of("AnalyticsMetrics"),
        equity=many(of("EquityPoint")),
        bots=many(of("BotPerformance")),
        symbols=many(of("SymbolPerformance")),
    ),
    "Backtest": BACKTEST,
    "BacktestList": thing(**PAGED, results=many(of("Backtest"))),
    "BacktestWanted": thing(
        ("bot", "config", *COST_NUMBERS, "within_bar"),
        bot=maybe(WHOLE) | {"description": "A bot as it is now; or send `config`"},
        config={"nullable": True, "allOf": [of("BotConfig")]},
        from_=DAY,
        to=DAY,
        **dict.fromkeys(COST_NUMBERS, maybe(TEXT)),
        within_bar=maybe(YES),
    ),
    "BacktestDetail": more(
        BACKTEST,
        config={"type": "object", "properties": STORED},
        costs=COSTS,
        report=maybe(of("BacktestReport")),
    ),
    "BacktestReport": thing(
        config={"type": "object", "properties": STORED},
        from_=DAY,
        to=DAY,
        timeframe=TIMEFRAME,
        costs=COSTS,
        bars=WHOLE,
        ticks=WHOLE,
        seconds=NUMBER,
        notes=many(TEXT),
        metrics=of("BacktestMetrics"),
        equity=many(of("BacktestPoint")),
        trades=many(of("BacktestTrade")),
        fills=many(of("BacktestFill")),
        decisions=many(thing(action=TEXT, reason=TEXT, count=WHOLE)),
    ),
    "BacktestMetrics": thing(
        total_return=NUMBER,
        annual_return=maybe(NUMBER),
        net_profit=MONEY,
        sharpe=maybe(NUMBER),
        sortino=maybe(NUMBER),
        calmar=maybe(NUMBER),
        max_drawdown=MONEY,
        max_drawdown_fraction=NUMBER,
        profit_factor=maybe(NUMBER),
        expectancy=maybe(MONEY),
        win_rate=maybe(NUMBER),
        closed_positions=WHOLE,
        still_held=WHOLE,
        won=WHOLE,
        lost=WHOLE,
        best=maybe(MONEY),
        worst=maybe(MONEY),
        average_win=maybe(MONEY),
        average_loss=maybe(MONEY),
        exposure=NUMBER,
        turnover=NUMBER,
        average_holding_minutes=maybe(NUMBER),
        commission=MONEY,
        slippage=maybe(MONEY),
        slippage_bps=maybe(NUMBER),
        mae=maybe(NUMBER),
        mfe=maybe(NUMBER),
        buy_and_hold_return=maybe(NUMBER),
        spy_return=maybe(NUMBER),
    ),
    "BacktestPoint": thing(at=TIME, equity=MONEY, drawdown=MONEY, buy_and_hold=MONEY, spy=maybe(MONEY)),
    "BacktestTrade": thing(
        symbol=TEXT,
        quantity=MONEY,
        entry_at=TIME,
        entry_price=MONEY,
        entry_reason=TEXT,
        exit_at=maybe(TIME),
        exit_price=MONEY,
        exit_reason=one_of("stop", "target", "trailing_stop", "signal", "window_end", "still_held"),
        exit_sentence=TEXT,
        stop_price=MONEY,
        target_price=maybe(MONEY),
        profit_loss=MONEY,
        return_=NUMBER,
        commission=MONEY,
        mae=NUMBER,
        mfe=NUMBER,
        bars=WHOLE,
    ),
    "BacktestFill": thing(
        symbol=TEXT,
        at=TIME,
        side=one_of("buy", "sell"),
        role=one_of(*(role.value for role in Role)),
        quantity=MONEY,
        price=MONEY,
        market_price=MONEY,
        commission=MONEY,
    ),
    "Alert": thing(
        alert=WHOLE,
        kind=TEXT,
        level=one_of(*AlertRow.Level.values),
        message=TEXT,
        words=TEXT,
        bot=maybe(WHOLE),
        symbol=maybe(TEXT),
        began_at=TIME,
        ended_at=maybe(TIME),
    ),
    "AlertPage": thing(next=maybe(TEXT), previous=maybe(TEXT), results=many(of("Alert"))),
    "Halt": HALT,
    "HaltList": thing(results=many(of("Halt"))),
    "HaltWanted": thing(("bot",), bot=maybe(WHOLE), reason=TEXT | {"minLength": 1, "maxLength": 300}),
    "SymbolRename": thing(old=TEXT, new=TEXT, day=DAY, before=MONEY, after=MONEY, by=TEXT),
    "SymbolRenameWanted": thing(
        ("ratio",),
        old=TEXT,
        new=TEXT,
        ratio={"oneOf": [NUMBER, TEXT], "default": 1, "description": "New shares for each old one: 1, 0.5 or 1/3"},
    ),
    "Health": thing(status=one_of("ok", "degraded"), components=by_name(TEXT)),
    "FieldProblem": thing(
        field=TEXT,
        message=TEXT,
        value={"nullable": True, "oneOf": [NUMBER, TEXT, YES]},
        range=maybe(TEXT),
        nearest=maybe(TEXT),
    ),
    "Problem": thing(type=TEXT, title=TEXT, status=WHOLE, detail=TEXT, errors=many(of("FieldProblem"))),
}
