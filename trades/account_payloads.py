"""The shapes of what is answered about the account."""

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from engine.core.payloads import DateText, DateTimeText, DecimalText


class CashKind(TypedDict):
    """All activities of one kind."""

    kind: Annotated[str, Field(description="As the broker calls it: FEE, DIV, INT, CSD")]
    amount: DecimalText
    count: int


class AccountPayload(TypedDict):
    """What the broker last said of the account, and what our own rows add up to. Dollars.

    borrowed: what cash is below zero. reserved: what entries under way may still spend. read_at: real time.
    """

    number: str
    equity: DecimalText | None
    last_equity: DecimalText | None
    cash: DecimalText | None
    buying_power: DecimalText | None
    borrowed: DecimalText | None
    reserved: DecimalText
    read_at: DateTimeText | None
    error: str
    money: list[CashKind]


class ActivityOwner(TypedDict):
    """The part of an activity that belongs to one bot, or to none."""

    bot: int | None
    bot_name: str | None
    amount: DecimalText


class ActivityPayload(TypedDict):
    """Money that came to the account or left it without a trade.

    transfer: people brought or took it, so that it is no result. attributed: it is known whose it is.
    """

    id: int
    activity_id: str
    kind: str
    sub_kind: str
    amount: DecimalText
    symbol: str
    description: str
    day: DateText
    at: DateTimeText
    transfer: bool
    attributed: bool
    owners: list[ActivityOwner]
