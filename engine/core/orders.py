"""The life of an order as we know it, whoever tells us about it and in whatever sequence."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class OrderState(StrEnum):
    """created: committed, not sent. submitting: on its way. unknown: sent, outcome not known. open: at the broker.

    canceled, expired, rejected: ended at the broker. unsent: ended here, before it was sent. absent: sent, and the
    broker has never heard of it; comes back to life on any evidence of the contrary.
    """

    CREATED = "created"
    SUBMITTING = "submitting"
    UNKNOWN = "unknown"
    OPEN = "open"
    PARTIAL = "partial"
    FILLED = "filled"
    CANCELED = "canceled"
    EXPIRED = "expired"
    REJECTED = "rejected"
    UNSENT = "unsent"
    ABSENT = "absent"


WORKING = (
    OrderState.CREATED,
    OrderState.SUBMITTING,
    OrderState.UNKNOWN,
    OrderState.OPEN,
    OrderState.PARTIAL,
)
AT_BROKER = (OrderState.OPEN, OrderState.PARTIAL)

_RANK = {
    state: rank
    for rank, state in enumerate(
        (
            OrderState.CREATED,
            OrderState.SUBMITTING,
            OrderState.UNKNOWN,
            OrderState.UNSENT,
            OrderState.ABSENT,
            OrderState.OPEN,
            OrderState.PARTIAL,
            OrderState.REJECTED,
            OrderState.EXPIRED,
            OrderState.CANCELED,
            OrderState.FILLED,
        )
    )
}


@dataclass(frozen=True)
class Progress:
    """How far an order has come: its state and the shares filled."""

    state: OrderState
    filled: Decimal


def merge(known: Progress, told: Progress) -> Progress:
    """What is known after being told something, in any sequence and as often as it is told.

    Shares filled only grow, a state only moves on; commutative, associative and idempotent.
    """
    state = max(known.state, told.state, key=_RANK.__getitem__)
    return Progress(state, max(known.filled, told.filled))


def public_status(state: OrderState, filled: Decimal) -> str:
    """The four words people see: pending, filled, cancelled, failed."""
    if state in WORKING:
        return "pending"
    if filled > 0:
        return "filled"
    return "failed" if state in (OrderState.REJECTED, OrderState.ABSENT) else "cancelled"
