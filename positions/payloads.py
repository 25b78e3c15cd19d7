"""The shapes of what is answered about positions."""

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from engine.core.payloads import DateText, DateTimeText, DecimalText

Protection = Literal["protected", "cancelling", "unprotected", "unmanaged", "closed"]


class PositionPayload(TypedDict):
    id: int
    bot: int
    bot_name: str
    symbol: str
    quantity: DecimalText
    entry_price: DecimalText
    current_price: DecimalText | None
    price_at: DateTimeText | None
    cost: DecimalText
    market_value: DecimalText | None
    stop_loss_price: DecimalText | None
    take_profit_price: DecimalText | None
    wanted_stop_price: DecimalText | None
    wanted_target_price: DecimalText | None
    unrealized_pnl: DecimalText | None
    unrealized_pnl_pct: DecimalText | None
    realized_pnl: DecimalText
    opened_at: DateTimeText
    closed_at: DateTimeText | None
    is_open: bool
    protection: Protection
    closing: bool
    version: int


class PositionCloseWanted(TypedDict):
    """quantity: whole shares to sell, fewer than are held; without it all of them."""

    quantity: NotRequired[DecimalText]


class PositionLevelsWanted(TypedDict):
    """Where the stop, the target or both are to be moved."""

    stop_loss_price: NotRequired[DecimalText]
    take_profit_price: NotRequired[DecimalText]


class SymbolRename(TypedDict):
    """Shares of the whole account, before and after."""

    old: str
    new: str
    day: DateText
    before: DecimalText
    after: DecimalText
    by: str
