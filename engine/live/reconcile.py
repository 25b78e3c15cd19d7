"""Making the books agree with the broker's. Recovery at the start is this function; so is the look every minute.

A difference is never overwritten: the symbol only reduces and people see both numbers.
"""

import logging
from datetime import timedelta
from decimal import Decimal

from django.db import transaction

from engine.brokers.connect import broker_connect
from engine.brokers.port import Broker, BrokerError, BrokerOrder
from engine.core.orders import OrderState
from engine.live.account import account_refresh
from engine.live.exits import exit_advance, exits_waiting
from engine.live.fills import fills_collect
from engine.live.orders import order_refresh, order_resolve
from engine.live.protection import protection_check
from engine.models import BrokerAccount
from engine.services import broker_account, difference_note, differences_resolve
from events.services import alert_raise
from marketdata.clock import real_now
from positions.models import Position
from trades.models import ForeignFill, Trade
from trades.services import trade_observe

log = logging.getLogger(__name__)

LOOK_BACK = timedelta(days=1)
NOTHING = (Decimal(0), Decimal(0))


def reconcile(broker: Broker | None = None) -> bool:
    """Ask the broker about every order, fill and share; True when all of it could be asked and the account is ours."""
    broker = broker or broker_connect()
    try:
        if not account_refresh(broker):
            return False
        _orders_ask(broker)
        _orders_adopt(broker)
        fills_collect(broker)
        _finish_exits(broker)
        protection_check(broker)
        fills_collect(broker)
        _positions_compare(broker)
    except BrokerError as error:
        log.warning("the books could not be compared with the broker's: %s", error)
        return False
    return True


def recover(broker: Broker | None = None) -> bool:
    """Reconcile at the start of the product: until it has succeeded no bot trades."""
    if not reconcile(broker):
        return False
    BrokerAccount.objects.filter(pk=1).update(recovered_at=real_now())
    return True


def recovery_required() -> None:
    """From now on nothing is traded until the books have been compared."""
    broker_account()
    BrokerAccount.objects.filter(pk=1).update(recovered_at=None)


def _orders_ask(broker: Broker) -> None:
    for trade in Trade.objects.own().unfinished().select_related("bot").order_by("id"):
        if trade.state in (OrderState.SUBMITTING, OrderState.UNKNOWN):
            order_resolve(trade, broker)
        elif trade.state != OrderState.CREATED:
            order_refresh(trade, broker)
    for leg in Trade.objects.resting().unfinished().filter(parent__isnull=False, order_id__isnull=False):
        order_refresh(leg, broker)


def _orders_adopt(broker: Broker) -> None:
    """Orders at the broker that carry our mark: take over what they say, also where we had thought them dead."""
    account = broker_account()
    since = account.fills_booked_until
    prefix = f"{account.install}-"
    for order in broker.orders_since(since - LOOK_BACK if since else None):
        if not order.client_order_id.startswith(prefix):
            continue
        trade = Trade.objects.filter(client_order_id=order.client_order_id).first()
        if trade is None:
            _orphan(order)
        elif trade.order_id is None or trade.state in (OrderState.ABSENT, OrderState.UNSENT, OrderState.REJECTED):
            trade_observe(trade, order)


def _orphan(order: BrokerOrder) -> None:
    """Our mark, but no row: the database is older than the account. People must look; the shares will not add up."""
    message = f"order {order.client_order_id} is at the broker but not in this database (was a backup restored?)"
    with transaction.atomic():
        alert_raise("error", message, symbol=order.symbol)


def _finish_exits(broker: Broker) -> None:
    for trade in exits_waiting():
        exit_advance(trade, broker)


def _positions_compare(broker: Broker) -> None:
    """Bots + unassigned = broker, for every symbol in which nothing moved while we looked."""
    if Trade.objects.filter(state__in=(OrderState.SUBMITTING, OrderState.UNKNOWN)).exists():
        return
    before = _shares_here()
    brokers = {position.symbol: position.quantity for position in broker.positions()}
    fills_collect(broker)
    after = _shares_here()
    differing = set()
    for symbol in {*before, *after, *brokers}:
        held, by_hand = after.get(symbol, NOTHING)
        if before.get(symbol, NOTHING) != (held, by_hand):
            # It moved: the next look will tell.
            differing.add(symbol)
        elif held + by_hand != brokers.get(symbol, Decimal(0)):
            differing.add(symbol)
            there = brokers.get(symbol, Decimal(0))
            difference_note(symbol=symbol, ours=held, unassigned=by_hand, brokers=there)
    differences_resolve(except_for=differing, now=real_now())


def _shares_here() -> dict[str, tuple[Decimal, Decimal]]:
    """By symbol, the shares the bots hold and those that were traded by hand."""
    shares: dict[str, tuple[Decimal, Decimal]] = {}
    for position in Position.objects.held():
        held, by_hand = shares.get(position.symbol, NOTHING)
        shares[position.symbol] = (held + position.quantity, by_hand)
    for fill in ForeignFill.objects.all():
        held, by_hand = shares.get(fill.symbol, NOTHING)
        shares[fill.symbol] = (held, by_hand + (fill.quantity if fill.side == "buy" else -fill.quantity))
    return shares
