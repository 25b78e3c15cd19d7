"""Bots + unassigned = broker, for every symbol.

A difference is never overwritten: the symbol only reduces and people see both numbers.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from engine.brokers.port import Broker
from engine.core.orders import OrderState
from engine.live.fills import fills_collect
from engine.live.steps import step
from engine.services import difference_note, differences_resolve
from marketdata.clock import real_now
from positions.models import Position
from trades.models import ForeignFill, Trade

NOTHING = (Decimal(0), Decimal(0))


class Row(NamedTuple):
    """A position of a bot, or a fill by hand; shares, negative where sold."""

    whose: str
    pk: int
    quantity: Decimal


def shares_compare(broker: Broker) -> None:
    """Note where the shares do not add up, for every symbol in which nothing moved while we looked."""
    under_way = Trade.objects.filter(state__in=(OrderState.SUBMITTING, OrderState.UNKNOWN))
    moving = set(under_way.values_list("symbol", flat=True))
    before = _rows_here()
    positions = broker.positions()
    brokers = {position.symbol: position.quantity for position in positions}
    unread = {row.symbol for row in positions.unread}
    fills_collect(broker)
    after = _rows_here()
    differing = set()
    for symbol in {*before, *after, *brokers}:
        held, by_hand = _added_up(after.get(symbol, ()))
        there = brokers.get(symbol, Decimal(0))
        if symbol in unread or (unread and "" in unread and symbol not in brokers):
            # How many the broker has of it is not known.
            differing.add(symbol)
        elif symbol in moving or before.get(symbol) != after.get(symbol):
            # It moved: the next look will tell. One bot may have bought as many as another has sold.
            differing.add(symbol)
        elif held + by_hand != there or held > there:
            # What a person sold of a bot's shares adds up (10 - 10 = 0), but the bot counts on shares that are gone.
            differing.add(symbol)
            step(difference_note, symbol=symbol, ours=held, unassigned=by_hand, brokers=there, now=real_now())
    differences_resolve(except_for=differing, now=real_now())


def shares_here(symbol: str | None = None) -> dict[str, tuple[Decimal, Decimal]]:
    """By symbol, or of one, the shares the bots hold and those that were traded by hand."""
    return {name: _added_up(rows) for name, rows in _rows_here(symbol).items()}


def _rows_here(symbol: str | None = None) -> dict[str, set[Row]]:
    """By symbol, or of one, what its shares are made of: positions, and fills by hand."""
    rows: dict[str, set[Row]] = {}
    only = {"symbol": symbol} if symbol is not None else {}
    for position in Position.objects.held().filter(**only):
        rows.setdefault(position.symbol, set()).add(Row("bot", position.pk, position.quantity))
    for fill in ForeignFill.objects.filter(**only):
        quantity = fill.quantity if fill.side == "buy" else -fill.quantity
        rows.setdefault(fill.symbol, set()).add(Row("hand", fill.pk, quantity))
    return rows


def _added_up(rows: Iterable[Row]) -> tuple[Decimal, Decimal]:
    """The shares of the bots, and those by hand."""
    held = sum((row.quantity for row in rows if row.whose == "bot"), Decimal(0))
    by_hand = sum((row.quantity for row in rows if row.whose == "hand"), Decimal(0))
    return held, by_hand
