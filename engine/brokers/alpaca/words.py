"""Alpaca's words for the state of an order, in ours."""

from engine.core.orders import OrderState

REPLACED = "replaced"
_STATES = {
    "partially_filled": OrderState.PARTIAL,
    "filled": OrderState.FILLED,
    "canceled": OrderState.CANCELED,
    REPLACED: OrderState.CANCELED,
    "expired": OrderState.EXPIRED,
    "rejected": OrderState.REJECTED,
}


def state_of(status: str) -> OrderState:
    """Return our state for Alpaca's word; a word we do not know means that the order may still fill."""
    return _STATES.get(status, OrderState.OPEN)
