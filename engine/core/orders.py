"""The life of an order as we know it, whoever tells us about it and in whatever sequence."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class OrderState(StrEnum):
    """How far an order has come.

    Attributes:
        CREATED: We have committed to it and not sent it.
        SUBMITTING: It is on its way.
        UNKNOWN: It was sent, and nobody knows the outcome.
        OPEN: It is at the broker.
        PARTIAL: It is at the broker, filled in part.
        FILLED: It is filled.
        CANCELED: It was cancelled at the broker.
        EXPIRED: It expired at the broker.
        REJECTED: The broker rejected it.
        UNSENT: It ended here, before it was sent.
        ABSENT: It was sent, and the broker has never heard of it; any evidence of the contrary brings it back to life.
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
    """Combine what is known with what is told, in any sequence and as often as it is told.

    Filled shares only grow and a state only moves on, so merging is commutative, associative and idempotent.
    """
    state = max(known.state, told.state, key=_RANK.__getitem__)
    return Progress(state, max(known.filled, told.filled))


def public_status(state: OrderState, filled: Decimal) -> str:
    """Return the word people see: pending, filled, cancelled or failed."""
    if state in WORKING:
        return "pending"
    if filled > 0:
        return "filled"
    return "failed" if state in (OrderState.REJECTED, OrderState.ABSENT) else "cancelled"
