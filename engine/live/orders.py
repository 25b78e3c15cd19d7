"""Sending an order, and finding out what became of one of which that is not known.

Write first, send after: a row is committed before its request leaves, the step to submitting is committed before the
post, and a request is never repeated under another id.
"""

import logging
from datetime import datetime, timedelta

from django.db import transaction

from engine.brokers.connect import broker_connect
from engine.brokers.errors import BrokerError, BrokerUnauthorized
from engine.brokers.port import Broker
from engine.brokers.values import (
    Acknowledged,
    BrokerOrder,
    NotAccepted,
    OrderRequest,
    Refused,
    Unknown,
)
from engine.core.failpoints import failpoint
from engine.core.orders import OrderState
from engine.core.types import Role
from engine.live.exit_attempts import exit_unanswered_until, exit_was_refused
from engine.metrics import ORDERS, SIGNAL_TO_ORDER
from engine.selectors import halt_reason
from engine.services import broker_account
from marketdata.calendar import session_today
from marketdata.clock import market_now, real_now
from positions.models import Position
from trades.booking import trade_observe, trade_record_replacement
from trades.models import Trade
from trades.services import trade_claim, trade_end, trade_release, trade_unknown

log = logging.getLogger(__name__)

# A decision is good for one minute of market time, and no market goes on while nobody sends.
ENTRY_GOOD_FOR = timedelta(seconds=60)
# A request that has no answer by then has lost its sender: connecting and reading take 13 seconds at most.
UNANSWERED_AFTER = timedelta(seconds=15)
# The longest a request can still land after we gave up on it.
QUARANTINE = timedelta(seconds=120)
NOT_FOUND_TRIES = 3
POSTS_AT_MOST = 3
# A cancellation that was taken is asked for again after the first of these, then later each time up to the second.
CANCEL_AGAIN_AFTER, CANCEL_AGAIN_AT_LATEST = timedelta(seconds=2), timedelta(seconds=30)
# As often as somebody may have changed an order's terms between two looks at it.
REPLACED_AT_MOST = 10


def order_send(trade: Trade, broker: Broker | None = None) -> None:
    """Send a created order once, and take over the outcome. Safe to call twice: only one caller gets to post."""
    broker = broker or broker_connect()
    # Asked before the transaction begins: there is no I/O inside one.
    now = market_now()
    if broker_account().error:
        # The account may not trade now: what is good for longer than that waits, and an entry grows too old.
        return
    failpoint("order:before-claim")
    with transaction.atomic():
        trade.refresh_from_db()
        if trade.state not in (OrderState.CREATED, OrderState.UNKNOWN):
            return
        refusal = _refusal(trade, now) if trade.state == OrderState.CREATED else ""
        if not refusal and not trade_claim(trade, now=real_now()):
            return
    if refusal:
        trade_end(trade, OrderState.UNSENT, refusal)
        return
    failpoint("order:claimed")
    outcome = broker.submit(_request(trade), first_attempt=trade.attempts == 1)
    failpoint("order:answered")
    ORDERS.labels(trade.role, type(outcome).__name__.lower()).inc()
    match outcome:
        case Acknowledged(order):
            if trade.tick_id is not None:
                SIGNAL_TO_ORDER.observe((real_now() - trade.created_at).total_seconds())
            trade_observe(trade, order)
        case Refused(reason):
            if trade.role == Role.EXIT:
                exit_was_refused(trade, reason)
            else:
                trade_end(trade, OrderState.REJECTED, reason)
        case NotAccepted(wait, unauthorized):
            trade_release(trade, until=real_now() + timedelta(seconds=wait))
            if unauthorized:
                raise BrokerUnauthorized(unauthorized)
        case Unknown(reason):
            log.warning("order %s: outcome not known (%s)", trade.client_order_id, reason)
            trade_unknown(trade, reason)
            order_resolve(trade, broker)
    failpoint("order:recorded")


def order_resolve(trade: Trade, broker: Broker | None = None) -> None:
    """Ask what became of an order of which that is not known. An error or an empty answer never means "nothing"."""
    broker = broker or broker_connect()
    try:
        order = broker.order_by_client_id(trade.client_order_id)
    except BrokerError as error:
        log.info("order %s: still not known (%s)", trade.client_order_id, error)
        return
    if order is not None:
        trade_observe(trade, order)
        return
    Trade.objects.filter(pk=trade.pk).update(not_found=trade.not_found + 1)
    trade.refresh_from_db()
    if trade.sent_at is None or trade.state not in (OrderState.UNKNOWN, OrderState.SUBMITTING):
        return
    if trade.state == OrderState.SUBMITTING:
        # The sender died between its claim and the answer.
        Trade.objects.filter(pk=trade.pk, state=OrderState.SUBMITTING).update(state=OrderState.UNKNOWN)
        trade.refresh_from_db()
    if trade.role == Role.EXIT:
        # It goes again when its pause is over, by `exit_resolve`, which sees to what protects the shares.
        return
    if trade.role in (Role.STOP, Role.TARGET):
        # Wanted as long as the shares are held, after pauses that grow.
        held = Position.objects.held().filter(bot=trade.bot_id, symbol=trade.symbol, quantity__gte=trade.quantity)
        if real_now() >= exit_unanswered_until(trade) and held.exists():
            order_send(trade, broker)
            return
    elif not _refusal(trade, market_now()) and trade.attempts < POSTS_AT_MOST:
        # The same id once more: if the first request lands after all, the broker refuses the second as a duplicate.
        order_send(trade, broker)
        return
    if trade.not_found >= NOT_FOUND_TRIES and real_now() - trade.sent_at > QUARANTINE:
        trade_end(trade, OrderState.ABSENT, "the broker has no such order")


def order_refresh(trade: Trade, broker: Broker | None = None) -> bool:
    """Read an order that is at the broker again, and what has taken its place there; True when it was told."""
    broker = broker or broker_connect()
    for _ in range(REPLACED_AT_MOST):
        asked = trade.order_id
        try:
            order = broker.order(asked) if asked else broker.order_by_client_id(trade.client_order_id)
        except BrokerError as error:
            log.info("order %s: not read (%s)", trade.client_order_id, error)
            return False
        if order is None:
            return False
        trade_observe(trade, order)
        if asked is None or trade.order_id == asked:
            break
    if order is not None and order.filled and order.replaced_by and trade.role in (Role.STOP, Role.TARGET):
        return _refresh_successor(trade, order, broker)
    # A leg that cannot be read is not one that is not there.
    return order is None or order.legs_complete


def _refresh_successor(trade: Trade, order: BrokerOrder, broker: Broker) -> bool:
    """What was partly filled before it was moved keeps its fills, so what rests on gets a row of its own."""
    try:
        after = broker.order(str(order.replaced_by))
    except BrokerError as error:
        log.info("order %s: not read (%s)", trade.client_order_id, error)
        return False
    if after is None:
        return False
    row = trade_record_replacement(trade, order, after)
    return row is not None and order_refresh(row, broker)


def order_cancel(trade: Trade, broker: Broker | None = None) -> None:
    """Ask for a cancellation and read what came of it. An order that was never sent just ends."""
    broker = broker or broker_connect()
    if trade.state == OrderState.CREATED and trade_end(trade, OrderState.UNSENT, "cancelled before it was sent"):
        return
    if trade.order_id is None:
        order_resolve(trade, broker)
        trade.refresh_from_db()
    if trade.order_id is None:
        return
    order_cancel_ask(trade, broker)
    order_refresh(trade, broker)


def order_cancel_ask(trade: Trade, broker: Broker) -> None:
    """Ask for the cancellation of an order at the broker, unless that was done a moment ago."""
    now = real_now()
    Trade.objects.filter(pk=trade.pk, cancel_requested_at=None).update(cancel_requested_at=now)
    trade.refresh_from_db()
    if trade.order_id is not None and _cancel_is_due(trade, now):
        failpoint("order:before-cancel")
        if broker.cancel(trade.order_id):
            Trade.objects.filter(pk=trade.pk).update(cancel_asked_at=now)


def _cancel_is_due(trade: Trade, now: datetime) -> bool:
    """Not asked for yet, or so long ago that it is asked for again: after pauses that grow to half a minute."""
    asked, wanted = trade.cancel_asked_at, trade.cancel_requested_at
    if asked is None or wanted is None or now < asked:
        return True
    return now - asked >= min(CANCEL_AGAIN_AFTER + (asked - wanted), CANCEL_AGAIN_AT_LATEST)


def _refusal(trade: Trade, now: datetime) -> str:
    """Why an order must not go out any more, empty when it may. Exits and stops always may."""
    if trade.role != Role.ENTRY:
        return ""
    if trade.cancel_requested_at is not None:
        # Asked for while it was being sent, and that request never arrived.
        return trade.error or "cancelled before it could be sent"
    if now - trade.timestamp > ENTRY_GOOD_FOR:
        return "the decision had become too old before it could be sent"
    if _window_over(trade, now):
        return "the window had ended before it could be sent"
    if trade.bot.status != "running":
        return f"the bot was {trade.bot.status} before it could be sent"
    halted = halt_reason(trade.bot)
    return f"halted before it could be sent: {halted}" if halted else ""


def _window_over(trade: Trade, now: datetime) -> bool:
    session = session_today(now)
    if session is None or not session.contains(now):
        return True
    start, end = trade.bot.grid().window(session)
    return not start <= now < end


def _request(trade: Trade) -> OrderRequest:
    match trade.role:
        case Role.ENTRY:
            legs = {"leg_stop": trade.stop_price, "leg_target": trade.limit_price}
            kind, prices = "market", legs
        case Role.STOP:
            kind, prices = "stop", {"stop_price": trade.stop_price}
        case Role.TARGET:
            kind, prices = "limit", {"limit_price": trade.limit_price, "leg_stop": trade.stop_price}
        case _:
            kind, prices = "market", {}
    return OrderRequest(
        client_order_id=trade.client_order_id,
        symbol=trade.symbol,
        side=trade.type,
        quantity=trade.quantity,
        kind=kind,
        time_in_force="day" if trade.role == Role.EXIT else "gtc",
        **prices,
    )
