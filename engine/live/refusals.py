"""Orders that the product places by itself, and that the broker refuses: tried again, but not at once."""

from datetime import timedelta

from engine.core.orders import OrderState
from engine.core.types import Role
from marketdata.clock import real_now
from positions.models import Position
from trades.models import Trade

# Real time. A refused order is tried again after the first of these, then twice as late each time up to the second.
# Shares without a stop may not wait for long: what refused it may be over. A target is only had by taking off the stop.
TRY_AGAIN_AFTER = {Role.STOP: timedelta(seconds=1), Role.TARGET: timedelta(seconds=30)}
TRY_AGAIN_AT_LATEST = timedelta(minutes=10)
FORGOTTEN_AFTER = timedelta(hours=1)


def was_refused(position: Position, role: Role) -> bool:
    """The broker refused such an order for this position a moment ago: asked again at once it would say the same.

    Orders that a tick decided do not count: the next tick decides anew.
    """
    orders = Trade.objects.own().filter(bot=position.bot_id, symbol=position.symbol, role=role, tick=None)
    refused = orders.filter(state=OrderState.REJECTED, timestamp__gte=position.opened_at)
    if role == Role.STOP and position.stop_loss_price is not None:
        # At another price it was another order, of shares before a split.
        refused = refused.filter(stop_price=position.stop_loss_price)
    recent = list(refused.filter(sent_at__gt=real_now() - FORGOTTEN_AFTER).order_by("sent_at"))
    if not recent or recent[-1].sent_at is None:
        return False
    wait = min(TRY_AGAIN_AFTER[role] * 2 ** (len(recent) - 1), TRY_AGAIN_AT_LATEST)
    return real_now() - recent[-1].sent_at < wait
