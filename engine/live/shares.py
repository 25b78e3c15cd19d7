"""How many of a bot's shares can be sold now: those the broker has, and that no other bot is just selling."""

from decimal import Decimal

from engine.brokers.port import Broker
from engine.core.orders import OrderState
from engine.core.types import Role
from trades.models import Trade

# The broker does not know of these yet, so it has reserved nothing for them.
NOT_THERE_YET = (OrderState.CREATED, OrderState.SUBMITTING, OrderState.UNKNOWN)


def shares_free(bot_id: int, symbol: str, broker: Broker) -> Decimal:
    """Shares that neither an order at the broker has reserved nor another bot's exit is about to sell.

    The broker is asked first: whose legs were cancelled before that has its exit's row already. An exit that waits (it
    says for what) waits for shares that are gone and claims none.
    """
    free = broker.shares_free(symbol)
    claims = Trade.objects.filter(symbol=symbol, role=Role.EXIT, state__in=NOT_THERE_YET).exclude(bot=bot_id)
    claimed = claims.filter(error="") | claims.exclude(state=OrderState.CREATED)
    return max(Decimal(0), free - sum((trade.remaining for trade in claimed), Decimal(0)))
