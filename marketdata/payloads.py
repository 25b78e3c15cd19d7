"""The shapes of what is answered about the market, symbols and bars."""

from typing_extensions import TypedDict

from engine.core.payloads import (
    DateText,
    DateTimeText,
    DecimalText,
    Mode,
    Pane,
    RoleText,
    Scalar,
    SideText,
    TimeframeText,
)


class MarketHoursPayload(TypedDict):
    """Whether the market is open, and what time it is there."""

    is_open: bool
    now: DateTimeText
    session_date: DateText | None
    session_open: DateTimeText | None
    session_close: DateTimeText | None
    next_open: DateTimeText | None
    next_close: DateTimeText | None
    early_close: bool
    speed: float
    frozen: bool
    jump_at: DateTimeText | None
    jump_to: DateTimeText | None
    real: float
    mode: Mode
    data_as_of: DateTimeText | None


class SymbolPayload(TypedDict):
    symbol: str
    name: str
    exchange: str
    tradable: bool


class MarketBar(TypedDict):
    """The start of a bar, its open, high, low and close in dollars, and its volume in shares."""

    t: DateTimeText
    o: float
    h: float
    l: float  # noqa: E741
    c: float
    v: float


class IndicatorLine(TypedDict):
    """One value a bar; drawn over the candles ("price"), or with others of its indicator in a pane of their own."""

    name: str
    pane: Pane
    values: list[float | None]


class IndicatorSeries(TypedDict):
    key: str
    name: str
    params: dict[str, Scalar]
    pane: Pane
    lines: list[IndicatorLine]
    levels: list[float]


class ChartTrade(TypedDict):
    id: int
    t: DateTimeText
    type: SideText
    role: RoleText
    price: float
    quantity: DecimalText
    bot_name: str


class MarketData(TypedDict):
    symbol: str
    timeframe: TimeframeText
    bars: list[MarketBar]
    indicators: list[IndicatorSeries]
    trades: list[ChartTrade]
    last_price: DecimalText | None
    last_price_at: DateTimeText | None


class MarketDay(TypedDict):
    """A weekday at the exchange; without hours where it is closed all day."""

    date: DateText
    open: DateTimeText | None
    close: DateTimeText | None
    early_close: bool


class MarketCalendar(TypedDict):
    """The weekdays from one to another, each with its hours."""

    today: DateText
    days: list[MarketDay]
