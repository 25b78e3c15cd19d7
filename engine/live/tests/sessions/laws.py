"""What must be true of every session, whatever has gone wrong in it."""

from collections import Counter
from decimal import Decimal

from django.db import connection
from django.db.models import Sum

from engine.live.tests.sessions.world import World
from positions.models import Position
from trades.models import Execution, ForeignFill, Trade

# Seconds without a stop at most: with the broker answering, in trouble, after a kill, and after a person has cancelled
# the stop at the broker without the stream's telling, which the next comparison of the books finds.
NAKED_AT_MOST = {"answering": 10.0, "troubled": 20.0, "killed": 20.0, "unseen": 75.0}


class Broken(AssertionError):
    """A law does not hold."""


def never_short(world: World) -> None:
    for symbol, holding in world.simulation.exchange.ledger.holdings.items():
        if holding.qty < 0:
            raise Broken(f"short of {-holding.qty} {symbol}")


def no_order_twice(world: World) -> None:
    """One entry for each bot, grid time and symbol, whatever was sent again."""
    names = [order.client_order_id for order in world.simulation.exchange.book.orders.values()]
    stems = Counter(name.rstrip("0123456789") for name in names if "-entry" in name)
    doubled = [stem for stem, count in stems.items() if count > 1]
    if doubled:
        raise Broken(f"ordered twice: {doubled}")


def no_step_failed(errors: list[BaseException | None]) -> None:
    """errors: what steps of a sweep raised, and the product only logs"""
    for error in errors:
        raise Broken(f"a step failed: {error!r}") from error


def no_request_in_a_transaction(depth: int) -> None:
    if len(connection.savepoint_ids) > depth:
        raise Broken("a request was made inside a transaction")


def the_books_agree(world: World) -> None:
    """Bots and people together hold what the exchange says, by fills that are each booked once, for that money."""
    ledger = world.simulation.exchange.ledger
    held: Counter[str] = Counter()
    for position in Position.objects.held():
        held[position.symbol] += position.quantity  # type: ignore[assignment]
    for fill in ForeignFill.objects.all():
        held[fill.symbol] += fill.quantity if fill.side == "buy" else -fill.quantity  # type: ignore[assignment]
    there = {symbol: holding.qty for symbol, holding in ledger.holdings.items() if holding.qty}
    here = {symbol: quantity for symbol, quantity in held.items() if quantity}
    if here != there:
        raise Broken(f"shares: {here} here, {there} at the exchange")
    booked = Execution.objects.count() + ForeignFill.objects.count()
    if booked != len(ledger.fills):
        raise Broken(f"{booked} fills booked, {len(ledger.fills)} happened")
    for trade in Trade.objects.exclude(booked_quantity=0):
        total = trade.executions.aggregate(total=Sum("quantity"))["total"] or Decimal(0)
        if total != trade.booked_quantity or total > trade.quantity:
            raise Broken(f"{trade.client_order_id}: {total} booked of {trade.quantity}")


def nothing_is_naked(world: World) -> None:
    for symbol, missing in unprotected(world).items():
        raise Broken(f"{missing} {symbol} of the bots have no stop")


def not_naked_for_long(seconds: dict[str, list[float]]) -> None:
    """seconds: by what went on, for how long shares had no stop each time"""
    for name, found in seconds.items():
        if found and max(found) > NAKED_AT_MOST[name]:
            raise Broken(f"{name}: shares had no stop for {max(found):.1f} s")


def nothing_is_left_over(world: World) -> None:
    """No stop rests for shares that are gone, and nothing a person asked to be sold is still there."""
    stops: Counter[str] = Counter()
    for order in world.simulation.exchange.book.open_orders():
        if order.side == "sell" and order.type == "stop" and _is_ours(order.client_order_id, order.parent_id, world):
            stops[order.symbol] += order.qty - order.filled_qty  # type: ignore[assignment]
    held: Counter[str] = Counter()
    for position in Position.objects.held():
        held[position.symbol] += position.quantity  # type: ignore[assignment]
    for symbol, shares in stops.items():
        if shares > held[symbol]:
            raise Broken(f"stops for {shares} {symbol}, of which the bots hold {held[symbol]}")


def nothing_is_wanted_for_ever() -> None:
    """What a person wanted moved was moved, or the person was told that it was not."""
    wanted = Position.objects.held().exclude(wanted_stop_price=None, wanted_target_price=None)
    for position in wanted:
        raise Broken(f"{position} of {position.bot} is still to be moved")


def unprotected(world: World) -> dict[str, Decimal]:
    """By symbol, the bots' shares at the exchange that no stop rests for and no market order is about to sell."""
    exchange = world.simulation.exchange
    bots: Counter[str] = Counter()
    for fill in exchange.ledger.fills:
        order = exchange.book.orders[fill.order_id]
        if _is_ours(order.client_order_id, order.parent_id, world):
            bots[fill.symbol] += fill.qty if fill.side == "buy" else -fill.qty  # type: ignore[assignment]
    covered: Counter[str] = Counter()
    for order in exchange.book.open_orders():
        parent = exchange.book.orders.get(order.parent_id or "")
        # The legs of an entry that has bought nothing yet protect nothing either.
        waits = parent is not None and parent.side == "buy" and not parent.filled_qty
        if order.side == "sell" and order.type in ("stop", "market") and not waits:
            covered[order.symbol] += order.qty - order.filled_qty  # type: ignore[assignment]
    short = {symbol: Decimal(held) - Decimal(covered[symbol]) for symbol, held in bots.items()}
    return {symbol: shares for symbol, shares in short.items() if shares > 0}


def _is_ours(name: str, parent: str | None, world: World) -> bool:
    while parent is not None:
        order = world.simulation.exchange.book.orders[parent]
        name, parent = order.client_order_id, order.parent_id
    return name.count("-") >= 4 and not name.startswith("person-")
