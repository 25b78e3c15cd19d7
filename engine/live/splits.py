"""Stock splits: the account has more or fewer shares for the same money, and so have the bots that hold some of them.

The broker tells of a split by SPLIT activities and cancels what rests in the stock. Until the split is taken over the
books and the broker's shares differ, and every price of the position is one of other shares.
"""

import logging
import math
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from django.db import transaction

from engine.brokers.connect import broker_connect
from engine.brokers.port import Broker, SplitTold
from engine.live.compare import NOTHING, shares_compare, shares_here
from engine.live.fills import fills_collect
from engine.live.orders import order_refresh
from engine.live.steps import each, step
from engine.models import Difference
from events.services import alert_raise, event_publish
from marketdata.clock import market_now
from marketdata.services import prices_forget
from positions.models import Position, Split
from positions.services import position_split
from trades.by_hand import shares_by_hand_change
from trades.models import Trade
from trades.selectors import position_view

log = logging.getLogger(__name__)

# Market time. Activities may be told days late.
LOOK_BACK = timedelta(days=7)

# Five for four, as a logarithm with some room.
LEAST_SPLIT = math.log(1.2)

_looked_on: date | None = None
# Splits people were told about; once is enough.
_told: set[tuple[str, date]] = set()


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
    _told.clear()


def looks_split(position: Position, price: Decimal, broker: Broker) -> bool:
    """The account has far more or fewer shares than were traded, and the price has gone the other way since the entry.

    Whatever such a price suggests is wrong, and so would the result of a sale be. Shares that were transferred leave
    the price where it was: they are no reason to wait.
    """
    symbol = position.symbol
    here = sum(shares_here(symbol).get(symbol, NOTHING), Decimal(0))
    if not _is_split(here, broker.shares(symbol).held, position.entry_price, price):
        return False
    known = Split.objects.filter(symbol=symbol).count()
    step(lambda: splits_collect(broker))
    if Split.objects.filter(symbol=symbol).count() != known:
        return True
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
    for leg in Trade.objects.filter(symbol=symbol).resting().working().filter(order_id__isnull=False):
        # They were meant for the shares as they were before; the broker has cancelled them.
        order_refresh(leg, broker)
    # What was traded before the split is booked before it.
    fills_collect(broker)
    there = next((one.quantity for one in broker.positions() if one.symbol == symbol), Decimal(0))
    held, by_hand = shares_here().get(symbol, NOTHING)
    before = held + by_hand
    if before <= 0 or there <= 0 or before + more != there:
        _tell(symbol, day, f"{before.normalize():f} shares here, {more.normalize():+f} told, the broker has {there:f}")
        return
    ratio = Fraction(there) / Fraction(before)
    with transaction.atomic():
        # Prices and bars known so far are of other shares: the broker is asked again.
        prices_forget(symbol)
        Split.objects.create(symbol=symbol, day=day, before=before, after=there)
        for position in Position.objects.held().filter(symbol=symbol).select_related("bot").order_by("pk"):
            old = position.quantity
            position_split(position, ratio=ratio)
            event_publish("position_updated", position_view(position, {}))
            message = (
                f"{symbol} was split {ratio.numerator} for {ratio.denominator}: {position.bot.name} holds "
                f"{position.quantity.normalize():f} shares for {old.normalize():f}"
            )
            alert_raise("warning", message, bot=position.bot_id, symbol=symbol)
        left = there - shares_here().get(symbol, NOTHING)[0] - by_hand
        shares_by_hand_change(symbol=symbol, quantity=left, activity_id=f"split {symbol} {day}", at=market_now())
    log.info("%s was split on %s: %s shares for %s", symbol, day, there, before)


def _tell(symbol: str, day: date, why: str) -> None:
    if (symbol, day) not in _told:
        _told.add((symbol, day))
        with transaction.atomic():
            alert_raise("error", f"a split of {symbol} on {day} cannot be taken over: {why}", symbol=symbol)
