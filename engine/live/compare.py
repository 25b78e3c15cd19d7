"""Bots + unassigned = broker, for every symbol.

A difference is never overwritten: the symbol only reduces and people see both numbers.
"""

from decimal import Decimal

from engine.brokers.port import Broker
from engine.core.orders import OrderState
from engine.live.fills import fills_collect
from engine.live.steps import step
from engine.services import difference_note, differences_resolve
from marketdata.clock import real_now
from positions.models import Position
from trades.models import ForeignFill, Trade

NOTHING = (Decimal(0), Decimal(0))


def shares_compare(broker: Broker) -> None:
    """Note where the shares do not add up, for every symbol in which nothing moved while we looked."""
    under_way = Trade.objects.filter(state__in=(OrderState.SUBMITTING, OrderState.UNKNOWN))
    moving = set(under_way.values_list("symbol", flat=True))
    before = shares_here()
    positions = broker.positions()
    brokers = {position.symbol: position.quantity for position in positions}
    unread = {row.symbol for row in positions.unread}
    fills_collect(broker)
    after = shares_here()
    differing = set()
    for symbol in {*before, *after, *brokers}:
        held, by_hand = after.get(symbol, NOTHING)
        there = brokers.get(symbol, Decimal(0))
        if symbol in unread or (unread and "" in unread and symbol not in brokers):
            # How many the broker has of it is not known.
            differing.add(symbol)
        elif symbol in moving or before.get(symbol, NOTHING) != (held, by_hand):
            # It moved: the next look will tell.
            differing.add(symbol)
        elif held + by_hand != there or held > there:
            # What a person sold of a bot's shares adds up (10 - 10 = 0), but the bot counts on shares that are gone.
            differing.add(symbol)
            step(difference_note, symbol=symbol, ours=held, unassigned=by_hand, brokers=there, now=real_now())
    differences_resolve(except_for=differing, now=real_now())


def shares_here(symbol: str | None = None) -> dict[str, tuple[Decimal, Decimal]]:
    """By symbol, or of one, the shares the bots hold and those that were traded by hand."""
    shares: dict[str, tuple[Decimal, Decimal]] = {}
    only = {"symbol": symbol} if symbol is not None else {}
    for position in Position.objects.held().filter(**only):
        held, by_hand = shares.get(position.symbol, NOTHING)
        shares[position.symbol] = (held + position.quantity, by_hand)
    for fill in ForeignFill.objects.filter(**only):
        held, by_hand = shares.get(fill.symbol, NOTHING)
        shares[fill.symbol] = (held, by_hand + (fill.quantity if fill.side == "buy" else -fill.quantity))
    return shares
