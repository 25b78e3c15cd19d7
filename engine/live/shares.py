"""How many of a bot's shares can be sold now: those the broker has, and that no other bot is just selling."""

from decimal import Decimal

from django.db.models import Q

from engine.brokers.port import Broker
from engine.core.orders import AT_BROKER, OrderState
from engine.core.types import Role
from positions.models import Position
from trades.models import Trade, TradeQuerySet

# The broker does not know of these yet, so it has reserved nothing for them.
NOT_THERE_YET = (OrderState.CREATED, OrderState.SUBMITTING, OrderState.UNKNOWN)


def shares_free(bot_id: int, symbol: str, broker: Broker) -> Decimal:
    """Shares that neither an order at the broker has reserved nor another bot's exit is about to sell.

    The broker is asked first: whose legs were cancelled before that has its exit's row already. An exit that waits (it
    says for what) waits for shares that are gone and claims none.
    """
    free = broker.shares(symbol).free
    claimed = sum((_wanted(trade) for trade in _claims(bot_id, symbol)), Decimal(0))
    return max(Decimal(0), free - claimed)


def shares_are_claimed(bot_id: int, symbol: str) -> bool:
    """Another bot's exit is about to sell shares of the symbol: how many are free is another number in a second."""
    return _claims(bot_id, symbol).exists()


def _claims(bot_id: int, symbol: str) -> TradeQuerySet:
    claims = Trade.objects.filter(symbol=symbol, role=Role.EXIT, state__in=NOT_THERE_YET).exclude(bot=bot_id)
    return claims.filter(error="") | claims.exclude(state=OrderState.CREATED)


def _wanted(trade: Trade) -> Decimal:
    """Free shares that an exit is about to sell: those it is of less those that stops still reserve for it."""
    reserved = _reserved(trade.bot_id, trade.symbol)
    if not trade.is_part:
        return max(Decimal(0), trade.remaining - reserved)
    # Beside the sale of a part the stop of the rest goes on.
    held = Position.objects.held().filter(bot=trade.bot_id, symbol=trade.symbol).first()
    return min(trade.remaining, max(Decimal(0), held.quantity - reserved)) if held is not None else Decimal(0)


def _reserved(bot_id: int, symbol: str) -> Decimal:
    """Shares the broker keeps for a bot's stops and targets, so that they are not among the free ones.

    Both of a pair keep the same shares. A pair of which one was cancelled, or is to be, may keep none any more.
    """
    resting = Trade.objects.filter(bot=bot_id, symbol=symbol).resting()
    rests = Q(state__in=AT_BROKER, cancel_requested_at=None)
    broken = resting.exclude(rests).filter(parent__isnull=False).values("parent")
    pairs: dict[int, Decimal] = {}
    for leg in resting.filter(rests).exclude(parent__in=broken):
        pair = leg.parent_id or leg.pk
        pairs[pair] = max(pairs.get(pair, Decimal(0)), leg.remaining)
    return sum(pairs.values(), Decimal(0))
