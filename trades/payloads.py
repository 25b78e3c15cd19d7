"""The shapes of what is answered about trades, and about positions with their trades."""

from typing import Annotated, NotRequired

from typing_extensions import TypedDict

from engine.core.orders import OrderState
from engine.core.payloads import DateTimeText, DecimalText, IndicatorValues, RoleText, SideText, one_of
from engine.payloads import DecisionCheck
from positions.payloads import PositionPayload
from trades.models import Trade


class TradePayload(TypedDict):
    id: int
    bot: int
    bot_name: str
    symbol: str
    type: SideText
    role: RoleText
    quantity: DecimalText
    filled_quantity: DecimalText
    price: DecimalText | None
    decision_price: DecimalText | None
    stop_price: DecimalText | None
    limit_price: DecimalText | None
    timestamp: DateTimeText
    created_at: DateTimeText
    status: Annotated[str, one_of(Trade.Status.values)]
    state: Annotated[str, one_of(OrderState)]
    reason: str
    cause: str
    profit_loss: DecimalText | None
    commission: DecimalText
    slippage: DecimalText | None
    order_id: str | None
    client_order_id: str
    indicators_snapshot: IndicatorValues


class WorkingOrder(TradePayload):
    """An order that may still fill: an entry, an exit, or a stop or target that rests.

    `stays` says why a person cannot cancel it; it is empty where they can.
    """

    cancelling: bool
    stays: str


class ExecutionPayload(TypedDict):
    id: int
    activity_id: str
    quantity: DecimalText
    price: DecimalText
    profit_loss: DecimalText | None
    at: DateTimeText


class TradeDecision(TypedDict):
    """What a trade was decided from."""

    sentence: str
    values: IndicatorValues
    votes: dict[str, int]
    checks: list[DecisionCheck]
    bar_end: DateTimeText | None


class TradeNotePayload(TypedDict):
    """What a person noted about a trade; at: real time, None while nothing is noted."""

    text: str
    tags: list[str]
    by: str
    at: DateTimeText | None


class TradeNoteWanted(TypedDict):
    text: NotRequired[str]
    tags: NotRequired[list[str]]


class TradeDetail(TradePayload):
    executions: list[ExecutionPayload]
    version: int | None
    decision: TradeDecision | None
    parent_id: int | None
    legs: list[TradePayload]
    note: TradeNotePayload


class PositionDetail(PositionPayload):
    trades: list[TradePayload]


class PositionSummary(TypedDict):
    """The open positions in figures, and what was realised today."""

    open_positions: int
    market_value: DecimalText
    cost: DecimalText
    unrealized_pnl: DecimalText
    unrealized_pnl_pct: DecimalText | None
    realized_today: DecimalText
    unprotected: int
