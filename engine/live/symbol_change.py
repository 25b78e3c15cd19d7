"""A stock goes on under another symbol: what the bots hold of it, and trade, follows.

Taken over is what the account bears out: the shares are gone under the old symbol, and as many are there under the new
one. Who says that it is so, the broker's list or a person, makes no difference to that.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from django.db import IntegrityError, transaction

from bots.models import Bot
from bots.services import StaleVersion, bot_symbol_rename
from engine.brokers.connect import broker_connect
from engine.brokers.port import Broker
from engine.brokers.values import AssetInfo
from engine.core.money import SHARE
from engine.core.orders import WORKING, OrderState
from engine.core.renaming import Renaming
from engine.core.schedule import NEW_YORK
from engine.core.types import Role
from engine.live.compare import NOTHING, shares_compare, shares_here
from engine.live.exit_attempts import exit_is_of
from engine.live.fills import fills_collect
from engine.live.orders import order_cancel, order_refresh, order_resolve
from engine.live.steps import step
from engine.services import DIFFERS_FOR
from events.services import event_publish
from marketdata.clock import market_now, real_now
from marketdata.services import LONGEST_SYMBOL, symbol_renamed
from notifications.services import alert_raise
from positions.models import Position, Rename, Split
from positions.services import ConcurrentBooking, FractionPaid, position_rename, shares_parted
from trades.models import Trade
from trades.renames import orders_under_way, shares_by_hand_rename, trades_rename
from trades.selectors import position_view

log = logging.getLogger(__name__)

MOVED = "its shares or orders are just moving; it is looked at again"


class RenameRefused(Exception):
    """It cannot be taken over; the text says why, with the numbers."""


@dataclass(frozen=True)
class Change:
    """`ratio` shares of the new symbol for each of the old; by: who says so, empty where the broker does."""

    old: str
    new: str
    day: date
    ratio: Fraction = Fraction(1)
    by: str = ""

    @property
    def name(self) -> str:
        return f"rename {self.old} {self.new} {self.day}"


@dataclass(frozen=True)
class _Numbers:
    """Shares of the account under the old symbol, as booked here, and under the new, as the broker has them.

    held, by_hand: what `before` consists of; rest: shares of the new that are paid in cash, less than one
    """

    held: Decimal
    by_hand: Decimal
    after: Decimal
    rest: Decimal

    @property
    def before(self) -> Decimal:
        return self.held + self.by_hand


def symbol_rename(renaming: Renaming, *, by: str, broker: Broker | None = None) -> Rename:
    """A person says that a stock has another symbol. Raises RenameRefused or BrokerError."""
    old, new = renaming.old, renaming.new
    if old == new:
        raise RenameRefused(f"{old} is {new} already")
    if old not in symbols_in_use():
        raise RenameRefused(f"{old} cannot become {new}: nothing here is called {old}")
    change = Change(old, new, market_now().astimezone(NEW_YORK).date(), renaming.ratio, by)
    trouble = take_over(change, broker or broker_connect())
    if trouble:
        raise RenameRefused(f"{old} cannot become {new}: {trouble}")
    return Rename.objects.get(old=old, new=new, day=change.day)


def symbols_in_use() -> set[str]:
    """Symbols that are held, by bots or by hand, under way, or that a bot trades."""
    held = {symbol for symbol, shares in shares_here().items() if any(shares)}
    under_way = Trade.objects.unfinished().values_list("symbol", flat=True)
    return held.union(under_way, *(bot.symbols for bot in Bot.objects.existing()))


def take_over(change: Change, broker: Broker) -> str:
    """Make it so, in one transaction; why not, where it cannot be. Raises BrokerError."""
    old, new = change.old, change.new
    asset = broker.asset(new) if len(new) <= LONGEST_SYMBOL else None
    if asset is None:
        return f"the broker knows no {new}"
    trouble, _ = _add_up(change, broker)
    if trouble:
        return trouble
    legs = _orders_settle(old, broker)
    # What was traded under the old symbol is booked under it.
    fills_collect(broker)
    trouble, numbers = _add_up(change, broker)
    if trouble or numbers is None:
        return trouble
    prices = broker.latest_prices([new])
    now = market_now()
    try:
        with transaction.atomic():
            if _is_moving(old):
                return MOVED
            if shares_here(old).get(old, NOTHING) != (numbers.held, numbers.by_hand):
                return MOVED
            _apply(change, numbers, asset, prices, now)
    except (IntegrityError, ConcurrentBooking, StaleVersion) as conflict:
        log.info("%s: %s", change.name, conflict)
        return MOVED
    for leg in legs:
        # It was an order of the old symbol; the position gets a stop under the new one.
        leg.refresh_from_db()
        if leg.state in WORKING:
            step(order_cancel, leg, broker)
    step(shares_compare, broker)
    return ""


def _orders_settle(old: str, broker: Broker) -> list[Trade]:
    """Read what became of the orders in a symbol, cancel those that buy; the stops and targets among them."""
    orders = orders_under_way(old)
    for trade in orders:
        if trade.role == Role.ENTRY:
            order_cancel(trade, broker)
        elif trade.order_id is not None:
            order_refresh(trade, broker)
        else:
            order_resolve(trade, broker)
    for entry in Trade.objects.filter(symbol=old, role=Role.ENTRY, state=OrderState.CREATED):
        order_cancel(entry, broker)
    return [trade for trade in orders if trade.role in (Role.STOP, Role.TARGET)]


def _is_moving(old: str) -> bool:
    """An order is just being sent, or may still buy."""
    under_way = Trade.objects.filter(symbol=old)
    entries = under_way.filter(role=Role.ENTRY).may_still_move(real_now() - DIFFERS_FOR)
    return entries.exists() or under_way.filter(state=OrderState.SUBMITTING).exists()


def _add_up(change: Change, broker: Broker) -> tuple[str, _Numbers | None]:
    """Whether the account has the shares under the new symbol alone: why not, or the numbers. Raises BrokerError."""
    old, new = change.old, change.new
    positions = broker.positions()
    if {"", old, new} & {row.symbol for row in positions.unread}:
        return "the broker's positions cannot be read", None
    there = {row.symbol: row.quantity for row in positions}
    held, by_hand = shares_here(old).get(old, NOTHING)
    before, known = held + by_hand, sum(shares_here(new).get(new, NOTHING), Decimal(0))
    left, after = there.get(old, Decimal(0)), there.get(new, Decimal(0)) - known
    if left:
        return f"the broker has {left.normalize():f} shares of {old} still", None
    if not before and not held:
        still = broker.asset(old)
        # Another company may have got the symbol.
        trades_on = still is not None and still.tradable and not change.by
        return (f"the broker trades {old} still" if trades_on else ""), _Numbers(held, by_hand, Decimal(0), Decimal(0))
    wanted = (before * change.ratio.numerator / change.ratio.denominator).quantize(SHARE)
    rest = wanted - after
    # A part of a share may be paid in cash, and the last digit be rounded otherwise.
    adds_up = rest == 0 or (change.ratio != 1 and -SHARE <= rest < 1)
    if not adds_up or after <= 0 or by_hand < 0:
        numbers = f"{before.normalize():f} shares of {old} here ({held.normalize():f} of bots) become "
        numbers += f"{wanted.normalize():f} of {new}, the broker has {after.normalize():f}"
        return (numbers + (f" besides the {known.normalize():f} known here" if known else "")), None
    both = Position.objects.held().filter(symbol=old, bot__positions__symbol=new, bot__positions__is_open=True).first()
    if both is not None:
        return f"{both.bot.name} holds {new}, too; close one of the two positions first", None
    return "", _Numbers(held, by_hand, after, rest)


def _apply(
    change: Change,
    numbers: _Numbers,
    asset: AssetInfo,
    prices: Mapping[str, tuple[Decimal, datetime]],
    now: datetime,
) -> None:
    """Everything that bears the old symbol and goes on. Inside a transaction."""
    old, new = change.old, change.new
    Rename.objects.create(
        old=old, new=new, day=change.day, before=numbers.before, after=numbers.after, at=now, by=change.by
    )
    positions = list(Position.objects.held().filter(symbol=old).select_related("bot").order_by("pk"))
    trades_rename(old, new, positions)
    rest, told = numbers.rest, [_bots_rename(change)]
    for position in positions:
        before = position.quantity
        quantity, paid = shares_parted(before, change.ratio, rest)
        rest -= paid
        fraction = FractionPaid(paid, max(Decimal(0), numbers.rest), now)
        position_rename(position, symbol=new, ratio=change.ratio, quantity=quantity, fraction=fraction)
        exit_is_of(position.bot_id, old, new)
        told.append(_message(change, position, before))
    by_hand = numbers.after - sum((position.quantity for position in positions), Decimal(0))
    shares_by_hand_rename(old, new, before=numbers.by_hand, after=by_hand, name=change.name, at=now)
    taken = Split.objects.filter(symbol=new).values_list("day", flat=True)
    Split.objects.filter(symbol=old).exclude(day__in=list(taken)).update(symbol=new)
    symbol_renamed(old, asset, newest=prices.get(new))
    # After all of them are changed: whoever books a fill changes the position first, then publishes.
    for position in positions:
        event_publish("position_updated", position_view(position, prices))
    alert_raise("warning", ". ".join(part for part in told if part), symbol=new)
    log.info("%s is taken over: %s shares for %s", change.name, numbers.after.normalize(), numbers.before.normalize())


def _bots_rename(change: Change) -> str:
    bots = [bot for bot in Bot.objects.existing().order_by("pk") if change.old in bot.symbols]
    for bot in bots:
        bot_symbol_rename(bot=bot, old=change.old, new=change.new)
    who = f", says {change.by}" if change.by else ""
    trade_it = f"; {', '.join(bot.name for bot in bots)} trade it under that symbol" if bots else ""
    return f"{change.old} is {change.new} now{who}{trade_it}"


def _message(change: Change, position: Position, before: Decimal) -> str:
    instead = f" for {before.normalize():f}" if change.ratio != 1 else ""
    return f"{position.bot.name} holds {position.quantity.normalize():f} {change.new}{instead}"
