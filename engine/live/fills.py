"""Booking fills: always from the broker's FILL activities, each once."""

import logging
import threading
from datetime import timedelta

from django.db import IntegrityError

from engine.brokers.connect import broker_connect
from engine.brokers.errors import BrokerError, BrokerUnavailable
from engine.brokers.port import Broker
from engine.brokers.values import BrokerOrder, Fill
from engine.core.failpoints import failpoint
from engine.core.orders import OrderState
from engine.live.orders import REPLACED_AT_MOST, order_refresh
from engine.live.pulse import pulse_bad_if_silent
from engine.metrics import FILLS
from engine.models import BrokerAccount
from engine.services import broker_account
from marketdata.clock import market_now
from marketdata.selectors import last_prices
from notifications.services import alert_begin, alert_end
from positions.services import ConcurrentBooking, NotHeld
from trades.booking import NotOrdered, fill_book, trade_observe
from trades.by_hand import fill_book_foreign
from trades.models import Execution, ForeignFill, Trade

log = logging.getLogger(__name__)

# Activities can turn up late and out of sequence: what was already read is looked through again.
OVERLAP = timedelta(minutes=15)
# Real seconds.
STREAM_TELLS_WITHIN = 10.0
LOOKED_AT_AGAIN_FOR = timedelta(days=1)
# Market time. The broker tells a bracket's legs with its answer; a week allows for any that was lost.
LEGS_KNOWN_AFTER = timedelta(days=7)
# Market time: how far the broker's clock and ours may be apart.
EARLY_AT_MOST = timedelta(minutes=10)
NEVER_THERE = (OrderState.CREATED, OrderState.UNSENT, OrderState.REJECTED)

_one_at_a_time = threading.Lock()


def fills_collect(broker: Broker | None = None, *, from_stream: bool = False) -> int:
    """Book every fill not booked yet; how many there were. Raises BrokerError."""
    broker = broker or broker_connect()
    with _one_at_a_time:
        until = broker_account().fills_booked_until
        fills = broker.fills_since(until - OVERLAP if until else None)
        known = _known([fill.id for fill in fills])
        fresh = sorted((fill for fill in fills if fill.id not in known), key=lambda fill: (fill.at, fill.cumulative))
        left = [fill for fill in fresh if not _book_alone(fill, broker)]
        # What could not be booked is looked at again: the mark does not pass it, for a day. A fill that cannot be read
        # (`fills.unread`) holds nothing up: it is kept, and the shares do not add up until it is mended.
        now = market_now()
        newest = max((fill.at for fill in fills if fill.at <= now + EARLY_AT_MOST), default=None)
        reached = newest
        if left and newest is not None:
            reached = max(min(fill.at for fill in left), newest - LOOKED_AT_AGAIN_FOR)
        if reached is not None and (until is None or reached > until):
            # A time to come would hide every fill before it.
            reached = min(reached, market_now())
            BrokerAccount.objects.filter(pk=1).update(fills_booked_until=reached)
        if len(fresh) > len(left) and not from_stream:
            _stream_told_nothing()
        return len(fresh) - len(left)


def _stream_told_nothing() -> None:
    """Fills were found by asking. The stream may just be slower: then its next message takes this back."""
    pulse_bad_if_silent("order stream", "silent: fills are found by asking the broker", STREAM_TELLS_WITHIN)


def _book_alone(fill: Fill, broker: Broker) -> bool:
    """Book one fill; False when that has to be tried again. Whatever is wrong with it, the next one is booked."""
    if fill.at > market_now() + EARLY_AT_MOST:
        _tell(fill, f"its time is yet to come ({fill.at.isoformat()})")
        return False
    try:
        if not _book(fill, broker):
            return False
    except BrokerError as error:
        log.info("fill %s: its order could not be asked for (%s)", fill.id, error)
        return False
    except Exception as error:
        log.exception("fill %s could not be booked", fill.id)
        _tell(fill, f"{type(error).__name__}: {error}")
        return False
    alert_end(kind="fill not booked", key=fill.id, words=f"the fill of {fill.symbol} is booked")
    FILLS.inc()
    failpoint("fill:booked")
    return True


def _tell(fill: Fill, why: str) -> None:
    """Once is enough."""
    words = f"a fill of {fill.symbol} cannot be booked: {why}"
    alert_begin(kind="fill not booked", key=fill.id, words=words, symbol=fill.symbol)


def _known(ids: list[str]) -> set[str]:
    known: set[str] = set()
    for start in range(0, len(ids), 500):
        part = ids[start : start + 500]
        known |= set(Execution.objects.filter(activity_id__in=part).values_list("activity_id", flat=True))
        known |= set(ForeignFill.objects.filter(activity_id__in=part).values_list("activity_id", flat=True))
    return known


def _book(fill: Fill, broker: Broker) -> bool:
    """Book one fill to the order it belongs to; False when that has to be tried again."""
    ours = Trade.objects.filter(order_id=fill.order_id)
    if not ours.exists():
        found = _find_owner(fill, broker)
        # Meanwhile another process may have been told that it is ours.
        if not ours.exists():
            if not found:
                fill_book_foreign(fill)
            return not found
    try:
        fill_book(fill, last_prices([fill.symbol]))
    except ConcurrentBooking as conflict:
        log.info("fill %s: %s", fill.id, conflict)
        return False
    except IntegrityError:
        # Another process booked it at the same moment, or it cannot be booked at all.
        return Execution.objects.filter(activity_id=fill.id).exists()
    except (NotHeld, NotOrdered) as wrong:
        if Execution.objects.filter(activity_id=fill.id).exists():
            # Another process booked it at the same moment, and with it the shares were gone.
            return True
        _tell(fill, str(wrong))
        return False
    return True


def _find_owner(fill: Fill, broker: Broker) -> bool:
    """The fill is of an order whose id we do not have yet: ask the broker which of ours it is, or the leg of which."""
    order = broker.order(fill.order_id)
    if order is None:
        return False
    trade = Trade.objects.filter(client_order_id=order.client_order_id).first()
    if trade is not None:
        trade_observe(trade, order)
        return True
    return _is_replacement(order, broker) or _is_leg_of_ours(order, broker)


def _is_replacement(order: BrokerOrder, broker: Broker) -> bool:
    """It took the place of an order of ours, which is asked what became of it. Raises BrokerError."""
    chain: list[str] = []
    before: BrokerOrder | None = order
    while before is not None and before.replaces is not None and len(chain) < REPLACED_AT_MOST:
        chain.append(before.replaces)
        before = broker.order(before.replaces)
    # All at once: meanwhile our row may move along.
    trade = Trade.objects.filter(order_id__in=[order.id, *chain]).order_by("-id").first()
    if trade is None:
        return False
    if trade.order_id != order.id and not order_refresh(trade, broker):
        raise BrokerUnavailable(f"what became of {trade.client_order_id} is not known")
    if not Trade.objects.filter(order_id=order.id).exists():
        raise BrokerUnavailable(f"{trade.client_order_id} was not followed to it yet")
    return True


def _is_leg_of_ours(order: BrokerOrder, broker: Broker) -> bool:
    """Ask for the entries whose legs have no ids yet, unless they never were at the broker or are long over."""
    parents = Trade.objects.filter(symbol=order.symbol, legs__order_id=None, legs__isnull=False)
    parents = parents.exclude(state__in=NEVER_THERE).filter(timestamp__gt=market_now() - LEGS_KNOWN_AFTER)
    for parent in parents.distinct():
        found = broker.order_by_client_id(parent.client_order_id)
        if found is not None:
            trade_observe(parent, found)
            if any(leg.id == order.id for leg in found.legs):
                return True
    return False
