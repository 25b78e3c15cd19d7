"""The shapes of what is answered about the account, the market and bots at work."""

from typing_extensions import TypedDict

from bots.payloads import BotStatus
from engine.core.payloads import DateTimeText, DecimalText, Mode
from engine.payloads import DecisionSummary, GlobalHalt
from marketdata.payloads import MarketHoursPayload


class BotToday(TypedDict):
    pnl: DecimalText
    trades: int


class BotPayload(TypedDict):
    """A bot's state and results; its configuration stands beside them, as `BotConfig` names it."""

    id: int
    status: BotStatus
    status_reason: str
    version: int
    created_at: DateTimeText
    updated_at: DateTimeText
    last_tick_at: DateTimeText | None
    next_tick_at: DateTimeText | None
    today: BotToday
    total_pnl: DecimalText
    open_positions: int
    win_rate: DecimalText | None
    last_decision: DecisionSummary | None
    halted: str


class BotActed(TypedDict):
    """What became of an action for one bot; `detail` says why it was not done."""

    id: int
    name: str
    done: bool
    detail: str


class DayParts(TypedDict):
    """Where the account's result of the day comes from."""

    bots: DecimalText
    by_hand: DecimalText
    unattributed: DecimalText | None


class BotCounts(TypedDict):
    running: int
    paused: int
    stopped: int
    error: int
    total: int


class Summary(TypedDict):
    """The account and all bots in figures."""

    equity: DecimalText | None
    cash: DecimalText | None
    day_pnl: DecimalText | None
    day_pnl_pct: DecimalText | None
    day_parts: DayParts | None
    open_pnl: DecimalText
    exposure: DecimalText
    exposure_pct: DecimalText | None
    buying_power: DecimalText | None
    bots: BotCounts
    trades_today: int
    win_rate: DecimalText | None
    closed_positions: int
    open_positions: int
    halt: GlobalHalt | None
    account_number: str | None
    mode: Mode
    as_of: DateTimeText | None
    event_id: int


class MarketStatus(MarketHoursPayload):
    broker_connected: bool
    trading_ready: bool
    error: str | None
