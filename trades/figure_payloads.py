"""The shapes of statistics and analytics."""

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from bots.payloads import BotStatus
from engine.core.payloads import DateText, DateTimeText, DecimalText, one_of
from trades.ranges import RANGES

RangeText = Annotated[str, one_of(RANGES)]


class Outcomes(TypedDict):
    """What closed positions came to."""

    closed_positions: int
    won: int
    lost: int
    expectancy: DecimalText | None
    average_win: DecimalText | None
    average_loss: DecimalText | None


class Rates(TypedDict):
    win_rate: DecimalText | None
    profit_factor: DecimalText | None


class TradeCounts(TypedDict):
    trades: int
    filled: int
    buys: int
    sells: int


class DayStats(TypedDict):
    date: DateText
    pnl: DecimalText
    cumulative: DecimalText
    trades: int


class SymbolStats(TypedDict):
    symbol: str
    pnl: DecimalText
    trades: int


class HourStats(TypedDict):
    """What was realised in one hour of one weekday, in New York; Monday is 0."""

    weekday: int
    hour: int
    pnl: DecimalText
    sales: int


# In this form because `from` is a word of Python.
DistributionPart = TypedDict("DistributionPart", {"from": DecimalText, "to": DecimalText, "count": int})


class TradeStats(TradeCounts, Outcomes, Rates):
    """Figures of the trades that a filter finds."""

    total_pnl: DecimalText
    gross_profit: DecimalText
    gross_loss: DecimalText
    best: DecimalText | None
    worst: DecimalText | None
    commission: DecimalText
    average_slippage: DecimalText | None
    volume: DecimalText
    by_day: list[DayStats]
    by_symbol: list[SymbolStats]
    by_hour: list[HourStats]
    distribution: list[DistributionPart]


class Gains(TypedDict):
    total_pnl: DecimalText
    realized_pnl: DecimalText
    unrealized_pnl: DecimalText
    return_pct: DecimalText | None


class AnalyticsMetrics(Gains, Outcomes, Rates):
    sharpe: DecimalText | None
    max_drawdown: DecimalText
    max_drawdown_pct: DecimalText | None
    best_day: DecimalText | None
    worst_day: DecimalText | None
    trades: int
    fees: DecimalText
    dividends: DecimalText


class EquityPoint(TypedDict):
    date: DateText
    pnl: DecimalText
    cumulative: DecimalText
    equity: DecimalText
    drawdown: DecimalText


class ResultPoint(EquityPoint):
    """realized: what sales, fees and dividends have brought since the range began, by the end of the day."""

    realized: DecimalText


class BotPerformance(TypedDict):
    bot: int
    name: str
    status: BotStatus
    capital: DecimalText
    pnl: DecimalText
    realized_pnl: DecimalText
    unrealized_pnl: DecimalText
    return_pct: DecimalText | None
    trades: int
    closed_positions: int
    win_rate: DecimalText | None
    profit_factor: DecimalText | None
    max_drawdown: DecimalText
    sharpe: DecimalText | None


class SymbolPerformance(TypedDict):
    symbol: str
    pnl: DecimalText
    realized_pnl: DecimalText
    unrealized_pnl: DecimalText
    trades: int
    closed_positions: int
    win_rate: DecimalText | None
    volume: DecimalText
    average_pnl: DecimalText | None


Analytics = TypedDict(
    "Analytics",
    {
        "range": RangeText,
        "from": DateText | None,
        "to": DateText,
        "marked_to_market": bool,
        "capital": DecimalText,
        "metrics": AnalyticsMetrics,
        "equity": list[ResultPoint],
        "bots": list[BotPerformance],
        "symbols": list[SymbolPerformance],
    },
)


class ExposureDay(TypedDict):
    """What the shares held had cost at the moment `at`, when it was most on that New York day; dollars."""

    date: DateText
    at: DateTimeText
    total: DecimalText
    costs: Annotated[list[DecimalText], Field(description="Of each symbol, in their sequence")]
    others: Annotated[DecimalText, Field(description="Of all symbols that are not named")]


Exposure = TypedDict(
    "Exposure",
    {
        "range": RangeText,
        "from": DateText | None,
        "to": DateText,
        "symbols": Annotated[list[str], Field(description="At most eight, those with most over all days first")],
        "others": Annotated[int, Field(description="How many symbols are not named")],
        "days": list[ExposureDay],
    },
)


class AccountMetrics(TypedDict):
    pnl: DecimalText
    return_pct: DecimalText
    transfers: DecimalText
    max_drawdown: DecimalText
    max_drawdown_pct: DecimalText
    sharpe: DecimalText | None


AccountEquity = TypedDict(
    "AccountEquity",
    {
        "range": RangeText,
        "from": DateText | None,
        "to": DateText,
        "equity": list[EquityPoint],
        "metrics": AccountMetrics | None,
    },
)
