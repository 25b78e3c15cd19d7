"""The shapes of the API's answers about what a backtest found."""

from typing import Annotated, Any

from pydantic import WithJsonSchema
from typing_extensions import TypedDict

from engine.backtest.result import COST_NUMBERS
from engine.core.config_payloads import StoredConfig
from engine.core.payloads import (
    DECIMAL,
    DateText,
    DateTimeText,
    DecimalText,
    RoleText,
    SideText,
    TimeframeText,
    object_of,
    one_of,
)

CostsPayload = Annotated[
    dict[str, Any],
    WithJsonSchema(object_of({**dict.fromkeys(COST_NUMBERS, DECIMAL), "within_bar": {"type": "boolean"}})),
]
EXIT_REASONS = ("stop", "target", "trailing_stop", "signal", "window_end", "still_held")


class BacktestMetrics(TypedDict):
    """A backtest's figures; fractions are of the capital, and a figure is null where there is too little for it."""

    total_return: float
    annual_return: float | None
    net_profit: DecimalText
    sharpe: float | None
    sortino: float | None
    calmar: float | None
    max_drawdown: DecimalText
    max_drawdown_fraction: float
    profit_factor: float | None
    expectancy: DecimalText | None
    win_rate: float | None
    closed_positions: int
    still_held: int
    won: int
    lost: int
    best: DecimalText | None
    worst: DecimalText | None
    average_win: DecimalText | None
    average_loss: DecimalText | None
    exposure: float
    turnover: float
    average_holding_minutes: float | None
    commission: DecimalText
    slippage: DecimalText | None
    slippage_bps: float | None
    mae: float | None
    mfe: float | None
    buy_and_hold_return: float | None
    spy_return: float | None


class BacktestPoint(TypedDict):
    """The worth of the bot, of buy and hold and of SPY at one time, in dollars; `drawdown` is below the peak."""

    at: DateTimeText
    equity: DecimalText
    drawdown: DecimalText
    buy_and_hold: DecimalText
    spy: DecimalText | None


# This form is needed because `return` is a keyword of Python.
BacktestTrade = TypedDict(
    "BacktestTrade",
    {
        "symbol": str,
        "quantity": DecimalText,
        "entry_at": DateTimeText,
        "entry_price": DecimalText,
        "entry_reason": str,
        "exit_at": DateTimeText | None,
        "exit_price": DecimalText,
        "exit_reason": Annotated[str, one_of(EXIT_REASONS)],
        "exit_sentence": str,
        "stop_price": DecimalText,
        "target_price": DecimalText | None,
        "profit_loss": DecimalText,
        "return": float,
        "commission": DecimalText,
        "mae": float,
        "mfe": float,
        "bars": int,
    },
)


class BacktestFill(TypedDict):
    """A fill; `market_price` is the price without slippage and spread. Money is in dollars."""

    symbol: str
    at: DateTimeText
    side: SideText
    role: RoleText
    quantity: DecimalText
    price: DecimalText
    market_price: DecimalText
    commission: DecimalText


class DecisionCount(TypedDict):
    """How often a backtest decided an action for a reason."""

    action: str
    reason: str
    count: int


# So is `from`.
BacktestReport = TypedDict(
    "BacktestReport",
    {
        "config": StoredConfig,
        "from": DateText,
        "to": DateText,
        "timeframe": TimeframeText,
        "costs": CostsPayload,
        "bars": int,
        "ticks": int,
        "seconds": float,
        "notes": list[str],
        "metrics": BacktestMetrics,
        "equity": list[BacktestPoint],
        "trades": list[BacktestTrade],
        "fills": list[BacktestFill],
        "decisions": list[DecisionCount],
    },
)
