"""Reading what many orders have come to with one request, not one for each."""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from engine.brokers.port import Broker
from engine.brokers.values import BrokerOrder, BrokerShares
from engine.live.orders import order_cancel_ask, order_refresh
from engine.live.steps import each
from trades.booking import trade_observe
from trades.models import Trade

log = logging.getLogger(__name__)

# As many are asked for by their ids; more of them by a list.
FEW = 2
# Of orders that a list does not tell of, so many are asked for by their ids in one go; the others take turns.
SINGLY_AT_MOST = 10
# An order's decision is a little older than what the broker says of when it came.
EARLIER = timedelta(minutes=2)


def orders_read(trades: Sequence[Trade], broker: Broker) -> None:
    """Take over what the broker says of orders that were sent not long ago. Raises BrokerError."""
    if len(trades) <= FEW:
        each(trades, lambda trade: order_refresh(trade, broker))
        return
    told = broker.orders_since(min(trade.timestamp for trade in trades) - EARLIER)
    _singly(_observe(trades, told), broker, turn=0)


def orders_read_resting(trades: Sequence[Trade], broker: Broker, now: datetime) -> None:
    """Take over what the broker says of orders however old; those that are open it tells with one list.

    `now`, real time, says whose turn it is among those it does not tell of.
    """
    if len(trades) <= FEW:
        each(trades, lambda trade: order_refresh(trade, broker))
        return
    _singly(_observe(trades, broker.orders_open()), broker, turn=int(now.timestamp()) // 60)


def legs_cancel(trades: Iterable[Trade], broker: Broker) -> None:
    """Ask for the cancellation of what protects the shares of many exits, then read once what came of it."""
    legs: list[Trade] = []
    for trade in trades:
        resting = Trade.objects.filter(bot=trade.bot_id, symbol=trade.symbol).resting().working()
        pairs: set[int] = set()
        for leg in resting.filter(order_id__isnull=False).select_related("bot"):
            pair = leg.parent_id or leg.pk
            if pair not in pairs:
                # With one of a pair the broker cancels the other.
                pairs.add(pair)
                each([leg], lambda leg: order_cancel_ask(leg, broker))
            legs.append(leg)
    if legs:
        orders_read_resting(legs, broker, legs[0].created_at)


class SharesRead:
    """A broker whose shares were all read at once, for one pass over many exits; everything else is asked as ever.

    Each symbol is told once: whoever asks again may have sold some of them meanwhile.
    """

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        positions = broker.positions()
        self._unread = bool(positions.unread)
        # Of shares that something has reserved more may be free a moment later: those are asked for when it matters.
        self._reserved = {row.symbol for row in positions if row.free < row.quantity}
        self._shares = {row.symbol: BrokerShares(max(Decimal(0), row.quantity), row.free) for row in positions}
        self._told: set[str] = set()

    def __getattr__(self, name: str) -> object:
        return getattr(self._broker, name)

    def shares(self, symbol: str) -> BrokerShares:
        """Raises BrokerError."""
        if symbol in self._told | self._reserved or (self._unread and symbol not in self._shares):
            return self._broker.shares(symbol)
        self._told.add(symbol)
        return self._shares.get(symbol, BrokerShares())


def _observe(trades: Sequence[Trade], orders: Iterable[BrokerOrder]) -> list[Trade]:
    """Take over what is told; the orders that nothing was told of, or not everything."""
    told = {order.id: order for parent in orders for order in (parent, *parent.legs)}
    left = []
    for trade in trades:
        order = told.get(trade.order_id or "")
        if order is None or not order.legs_complete or order.replaced_by:
            left.append(trade)
        else:
            each([order], lambda order, trade=trade: trade_observe(trade, order))  # type: ignore[misc]
    return left


def _singly(trades: Sequence[Trade], broker: Broker, *, turn: int) -> None:
    first = turn * SINGLY_AT_MOST % len(trades) if trades else 0
    due = [*trades[first:], *trades[:first]][:SINGLY_AT_MOST]
    each(due, lambda trade: order_refresh(trade, broker))
