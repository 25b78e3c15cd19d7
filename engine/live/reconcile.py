"""Making the books agree with the broker's. Recovery at the start is this function; so is the look every minute."""

import logging
from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction

from engine.brokers.connect import broker_connect
from engine.brokers.errors import BrokerError
from engine.brokers.port import Broker
from engine.brokers.values import BrokerOrder
from engine.core.orders import OrderState
from engine.live.account import account_refresh
from engine.live.adopt import order_adopt
from engine.live.compare import shares_compare
from engine.live.exits import exits_waiting
from engine.live.orders import UNANSWERED_AFTER, order_refresh, order_resolve
from engine.live.protection import exits_go_on, protection_check
from engine.live.reading import orders_read_resting
from engine.live.renames import renames_collect
from engine.live.splits import splits_collect
from engine.live.steps import each, step
from engine.models import BrokerAccount
from engine.services import broker_account, due_again, is_due
from marketdata.clock import real_now
from notifications.services import alert_raise
from trades.booking import trade_observe
from trades.models import Trade

log = logging.getLogger(__name__)

# What the sweeper asks `is_due` for.
COMPARED = "reconcile"
AGAIN_AFTER = timedelta(seconds=5)
LOOK_BACK = timedelta(days=1)
# Real time; they are looked for before the first tick of a session, too, and where a price or the shares suggest one.
SPLITS_EVERY = timedelta(minutes=10)
ASKED_AT_ONCE = 500
# What is at the broker after all comes back to life.
DEAD = (OrderState.ABSENT, OrderState.UNSENT, OrderState.REJECTED)


def books_compare(broker: Broker) -> None:
    """Reconcile, soon again where not all of it could be asked."""
    if not reconcile(broker):
        due_again(COMPARED, at=real_now() + AGAIN_AFTER)


def reconcile(broker: Broker | None = None, *, at_start: bool = False) -> bool:
    """Ask the broker about every order, fill and share; True when all of it could be asked and the account is ours.

    at_start: whoever was sending an order is taken to be dead
    """
    broker = broker or broker_connect()
    try:
        if not account_refresh(broker):
            return False
        _orders_ask(broker, at_start=at_start)
        _orders_adopt(broker)
        if at_start or is_due("splits", now=real_now(), every=SPLITS_EVERY):
            step(splits_collect, broker)
            step(renames_collect, broker)
        exits_go_on(exits_waiting(), broker)
        protection_check(broker)
        # It asks for the positions, then for the fills: what was traded between the two is booked before.
        shares_compare(broker)
    except BrokerError as error:
        log.warning("the books could not be compared with the broker's: %s", error)
        return False
    return True


def recover(broker: Broker | None = None) -> bool:
    """Reconcile at the start of the product: until it has succeeded no bot trades."""
    if not reconcile(broker, at_start=True):
        return False
    BrokerAccount.objects.filter(pk=1).update(recovered_at=real_now())
    return True


def recovery_required() -> None:
    """From now on nothing is traded until the books have been compared."""
    broker_account()
    BrokerAccount.objects.filter(pk=1).update(recovered_at=None)


def _orders_ask(broker: Broker, *, at_start: bool) -> None:
    unanswered_since = real_now() - UNANSWERED_AFTER

    def ask(trade: Trade) -> None:
        being_sent = trade.state == OrderState.SUBMITTING and trade.sent_at and trade.sent_at > unanswered_since
        if being_sent and not at_start:
            # Its sender will tell what came of it.
            return
        if trade.state in (OrderState.SUBMITTING, OrderState.UNKNOWN):
            order_resolve(trade, broker)
        elif trade.state != OrderState.CREATED and trade.order_id is None:
            order_refresh(trade, broker)

    each(Trade.objects.own().unfinished().select_related("bot").order_by("id"), ask)
    at_broker = Trade.objects.unfinished().filter(order_id__isnull=False).select_related("bot").order_by("id")
    orders_read_resting(list(at_broker), broker, real_now())


def _orders_adopt(broker: Broker) -> None:
    """Orders at the broker that carry our mark: take over what they say, also where we had thought them dead."""
    account = broker_account()
    since = account.fills_booked_until
    prefix = f"{account.install}-"
    found = broker.orders_since(since - LOOK_BACK if since else None)
    each(orders_to_adopt([order for order in found if order.client_order_id.startswith(prefix)]), _adopt)


def orders_to_adopt(orders: Sequence[BrokerOrder]) -> list[BrokerOrder]:
    """Those of which our row is missing, lacks the broker's id, or is thought dead.

    The others are thousands after a busy day: they are found in few queries, and looked at no further.
    """
    settled: set[str] = set()
    for start in range(0, len(orders), ASKED_AT_ONCE):
        ids = [order.client_order_id for order in orders[start : start + ASKED_AT_ONCE]]
        rows = Trade.objects.filter(client_order_id__in=ids, order_id__isnull=False).exclude(state__in=DEAD)
        settled |= set(rows.values_list("client_order_id", flat=True))
    return [order for order in orders if order.client_order_id not in settled]


def _adopt(order: BrokerOrder) -> None:
    trade = Trade.objects.filter(client_order_id=order.client_order_id).first()
    if trade is None:
        if order_adopt(order) is None:
            _orphan(order)
    elif trade.order_id is None or trade.state in DEAD:
        trade_observe(trade, order)


def _orphan(order: BrokerOrder) -> None:
    """Our mark, but no row: the database is older than the account. People must look; the shares will not add up."""
    message = f"order {order.client_order_id} is at the broker but not in this database (was a backup restored?)"
    with transaction.atomic():
        alert_raise("error", message, symbol=order.symbol)
