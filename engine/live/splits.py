"""Stock splits: the account has more or fewer shares for the same money, and so have the bots that hold some of them.

The broker tells of a split by SPLIT activities, which say how many shares the account has more, and lists it with its
ratio. Until the split is taken over the books and the broker's shares differ, and every price of the position is one of
other shares.
"""

import logging
import math
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction

from django.db import IntegrityError, transaction

from engine.brokers.connect import broker_connect
from engine.brokers.errors import BrokerError, BrokerUnavailable
from engine.brokers.port import Broker
from engine.brokers.values import SplitListed, SplitTold
from engine.core.schedule import NEW_YORK
from engine.live.compare import NOTHING, shares_compare, shares_here
from engine.live.fills import fills_collect
from engine.live.orders import order_cancel, order_refresh
from engine.live.steps import each, step
from engine.models import Difference
from events.services import event_publish
from marketdata.clock import market_now
from marketdata.selectors import last_prices
from marketdata.services import prices_split
from notifications.services import alert_raise, alert_raise_once
from positions.models import Position, Split
from positions.services import FractionPaid, position_split, shares_parted
from trades.by_hand import shares_by_hand_change
from trades.models import Execution, Trade
from trades.selectors import position_view, shares_traded

log = logging.getLogger(__name__)

# Market time. Activities may be told days late.
LOOK_BACK = timedelta(days=14)

# A split may be told some days before or after the one it is listed for.
APART = timedelta(days=3)

# Five for four, as a logarithm with some room.
LEAST_SPLIT = math.log(1.2)

_looked_on: date | None = None
# What people were told of a stock on a day; once is enough.
# What they would be told if it were found again: something may just have been traded.
_doubted: set[tuple[str, date, str]] = set()


@dataclass(frozen=True)
class _Told:
    """A split as the account has it: `more` shares (or fewer) since that day; `listed` where the broker lists it.

    now: market time; price: the newest one known, and when it was
    """

    symbol: str
    day: date
    more: Decimal
    listed: SplitListed | None
    now: datetime
    price: tuple[Decimal, datetime] | None

    @property
    def began(self) -> datetime:
        """From when on trades are of the new shares."""
        return min(self.now, datetime.combine(self.listed.day if self.listed else self.day, time(), NEW_YORK))


def splits_collect(broker: Broker) -> None:
    """Take over every split not known yet, each with all positions in its stock. Raises BrokerError."""
    found: dict[tuple[str, date], list[SplitTold]] = {}
    for one in broker.splits_since(market_now() - LOOK_BACK):
        found.setdefault((one.symbol, one.day), []).append(one)
    fresh = [key for key in sorted(found) if not Split.objects.filter(symbol=key[0], day=key[1]).exists()]
    each(fresh, lambda key: _take_over(*key, sum((one.quantity for one in found[key]), Decimal(0)), broker))


def splits_look(day: date) -> None:
    """Look for splits before the first tick of a session: nothing is decided about other shares than the bot's."""
    global _looked_on
    if _looked_on != day:
        splits_collect(broker_connect())
        _looked_on = day


def forget() -> None:
    """As at the start of the process; for a broker that was replaced."""
    global _looked_on
    _looked_on = None
    _doubted.clear()


def looks_split(position: Position, price: Decimal, broker: Broker) -> bool:
    """The price is far from the entry, and a split is listed that the position has not been through.

    Whatever such a price suggests is wrong, and so would the result of a sale be.
    """
    if abs(math.log(price / position.entry_price)) <= LEAST_SPLIT / 2 or not _is_untold(position, price, broker):
        return False
    step(splits_collect, broker)
    if Position.objects.held().filter(pk=position.pk, version=position.version).exists():
        what = f"{position.bot.name} sells no {position.symbol} by itself: it was split, the account has not told of it"
        _tell(position.symbol, market_now().astimezone(NEW_YORK).date(), what)
    return True


def was_split_since(trade: Trade, broker: Broker) -> bool:
    """The stock was split after somebody asked for this order: so many of the new shares nobody has asked for.

    Raises BrokerError.
    """
    if Split.objects.filter(symbol=trade.symbol, created_at__gt=trade.created_at).exists():
        return True
    today = market_now().astimezone(NEW_YORK).date()
    since = trade.timestamp.astimezone(NEW_YORK).date() + timedelta(days=1)
    return since <= today and bool(broker.splits_listed(trade.symbol, since, today))


def _is_untold(position: Position, price: Decimal, broker: Broker) -> bool:
    """A split since the position was opened that was not taken over; by the shares where the broker lists no splits."""
    today = market_now().astimezone(NEW_YORK).date()
    since = position.opened_at.astimezone(NEW_YORK).date() + timedelta(days=1)
    if since > today:
        return False
    try:
        listed = broker.splits_listed(position.symbol, since, today)
    except BrokerError as error:
        log.warning("splits of %s are not listed: %s", position.symbol, error)
        return _shares_look_split(position, price, broker)
    taken = Split.objects.filter(symbol=position.symbol)
    return any(not taken.filter(day__gte=one.day - APART).exists() for one in listed)


def _shares_look_split(position: Position, price: Decimal, broker: Broker) -> bool:
    """The account has far more or fewer shares than were traded, and the price has gone the other way since the entry.

    Shares that were transferred leave the price where it was.
    """
    symbol = position.symbol
    here = sum(shares_here(symbol).get(symbol, NOTHING), Decimal(0))
    if not _is_split(here, broker.shares(symbol).held, position.entry_price, price):
        return False
    # Perhaps something was just being traded; people are told of what is not.
    shares_compare(broker)
    found = Difference.objects.filter(symbol=symbol, resolved_at=None).first()
    if found is None:
        return False
    return _is_split(found.ours + found.unassigned, found.brokers, position.entry_price, price)


def _is_split(shares: Decimal, now: Decimal, entry: Decimal, price: Decimal) -> bool:
    if shares <= 0 or now <= 0:
        return False
    more, value = math.log(now / shares), math.log(now * price / (shares * entry))
    # A gain or a loss besides leaves the value nearer to what it was than the shares are.
    return abs(more) > LEAST_SPLIT and abs(value) < abs(more) / 2


def _take_over(symbol: str, day: date, more: Decimal, broker: Broker) -> None:
    if not shares_here(symbol):
        # Shares of which nothing is known here: they are compared with nothing.
        return
    legs = Trade.objects.filter(symbol=symbol).resting().working()
    for leg in legs.filter(order_id__isnull=False):
        # They were meant for the shares as they were before; the broker should have cancelled them.
        order_refresh(leg, broker)
    # What was traded before the split is booked before it.
    fills_collect(broker)
    price = last_prices([symbol]).get(symbol)
    told = _Told(symbol, day, more, _listed(symbol, day, broker), market_now(), price)
    here = shares_here(symbol)
    there = next((one.quantity for one in broker.positions() if one.symbol == symbol), Decimal(0))
    try:
        with transaction.atomic():
            if shares_here(symbol) != here or Split.objects.filter(symbol=symbol, day=day).exists():
                # Something was just booked, or another process was first: the next look will tell.
                return
            trouble = _part(told, there)
    except IntegrityError:
        return
    if trouble:
        if (symbol, day, trouble) in _doubted:
            _tell(symbol, day, f"a split of {symbol} on {day} cannot be taken over: {trouble}")
        _doubted.add((symbol, day, trouble))
        return
    split = Position.objects.held().filter(symbol=symbol, opened_at__lt=told.began).values("bot")
    for leg in legs.filter(order_id__isnull=False, bot__in=split):
        # A price of the old shares: the position gets a stop of its own.
        order_cancel(leg, broker)


def _listed(symbol: str, day: date, broker: Broker) -> SplitListed | None:
    """The split of which the account told on `day`; None where the broker lists none, or no splits at all.

    Raises BrokerUnavailable; on the days after, its shares have to do.
    """
    try:
        found = broker.splits_listed(symbol, day - APART, day + APART)
    except BrokerError as error:
        if isinstance(error, BrokerUnavailable) and market_now().astimezone(NEW_YORK).date() <= day:
            raise
        log.warning("splits of %s are not listed: %s", symbol, error)
        return None
    return found[-1] if found else None


def _part(told: _Told, there: Decimal) -> str:
    """Give every bot that held shares before its part of the new ones; why not, where the numbers do not add up."""
    symbol = told.symbol
    held, by_hand = shares_here(symbol).get(symbol, NOTHING)
    # What was bought or sold since is of new shares already.
    since = shares_traded(symbol, told.began)
    before, after = held + by_hand - since, there - since
    if before <= 0 or after <= 0 or before + told.more != after:
        numbers = f"{before.normalize():f} shares here, {told.more.normalize():+f} told"
        return f"{numbers}, the broker has {after.normalize():f}"
    ratio = told.listed.ratio if told.listed else Fraction(after) / Fraction(before)
    rest = Decimal((before * ratio.numerator) / ratio.denominator) - after
    if abs(rest) >= 1:
        numbers = f"{before.normalize():f} shares became {after.normalize():f}"
        return f"{numbers}, but {ratio.numerator} for {ratio.denominator} is listed"
    positions = Position.objects.held().filter(symbol=symbol, opened_at__lt=told.began).select_related("bot")
    for position in positions:
        if Execution.objects.filter(trade__bot=position.bot_id, trade__symbol=symbol, at__gte=told.began).exists():
            return f"{position.bot.name} has traded it since"
    # Prices and bars known so far are of other shares: the broker is asked again.
    prices_split(symbol, ratio, told.began, newest=told.price, now=told.now)
    Split.objects.create(symbol=symbol, day=told.day, before=before, after=after)
    split: list[tuple[Position, str]] = []
    in_cash = max(NOTHING[0], rest)
    for position in positions.order_by("pk"):
        paid, message = _part_of(position, ratio, rest, in_cash, told.began)
        rest -= paid
        split.append((position, message))
    # After all of them are changed: whoever books a fill changes the position first, then publishes.
    for position, message in split:
        event_publish("position_updated", position_view(position, {}))
        alert_raise("warning", message, bot=position.bot_id, symbol=symbol)
    left = there - shares_here(symbol).get(symbol, NOTHING)[0] - by_hand
    paid = max(NOTHING[0], rest) if by_hand > 0 else NOTHING[0]
    name = f"split {symbol} {told.day}"
    shares_by_hand_change(symbol=symbol, quantity=left, activity_id=name, at=told.now, paid=paid)
    log.info("%s was split on %s: %s shares for %s", symbol, told.day, after, before)
    return ""


def _part_of(
    position: Position, ratio: Fraction, rest: Decimal, in_cash: Decimal, since: datetime
) -> tuple[Decimal, str]:
    """Make it one of new shares; the part of one that is paid in cash, at most `rest`, and what to tell.

    in_cash: of the whole account
    """
    old = position.quantity
    quantity, paid = shares_parted(old, ratio, rest)
    position_split(position, ratio=ratio, quantity=quantity, fraction=FractionPaid(paid, in_cash, since))
    message = (
        f"{position.symbol} was split {ratio.numerator} for {ratio.denominator}: {position.bot.name} holds "
        f"{position.quantity.normalize():f} shares for {old.normalize():f}"
    )
    if paid:
        message += (
            f"; the broker pays {paid.normalize():f} of a share in cash, which is booked to the bot when it comes"
        )
    return paid, message


def _tell(symbol: str, day: date, what: str) -> None:
    alert_raise_once("error", what, key=f"{symbol} {day}: {what}", symbol=symbol)
