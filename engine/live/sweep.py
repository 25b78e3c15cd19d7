"""What has to happen whoever asked for it, and whatever message was lost: found in the rows, once a second."""

import logging
import os
import socket
import threading
from contextlib import suppress
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from bots.models import Bot
from engine.brokers.connect import broker_connect
from engine.brokers.port import Broker, BrokerError
from engine.core.orders import AT_BROKER, OrderState
from engine.core.types import Role
from engine.live.account import READ_AGAIN_AFTER, account_refresh
from engine.live.exits import exit_advance, exits_waiting
from engine.live.fills import fills_collect
from engine.live.lifecycle import bots_close, idle_bots_rest, running_bots_tick
from engine.live.orders import UNANSWERED_AFTER, order_cancel, order_refresh, order_resolve, order_send
from engine.live.protection import protection_check
from engine.live.reconcile import reconcile, recover
from engine.live.steps import each, step
from engine.live.tick import ticks_run
from engine.live.unusual import unusual_trading_tell
from engine.metrics import SWEEP_TIME
from engine.selectors import trading_is_ready
from engine.services import account_unreachable, broker_account, decisions_prune, is_due, lease_release, lease_take
from events.services import events_prune
from marketdata.calendar import session_today
from marketdata.clock import market_clock, market_now, real_now
from positions.models import Position
from trades.models import Trade
from trades.services import trade_end

log = logging.getLogger(__name__)

# Real time.
UNSENT_AFTER = timedelta(seconds=1)
WORKING_READ_EVERY = timedelta(seconds=2)
PARTIAL_CANCEL_AFTER = timedelta(seconds=10)
RECONCILE_EVERY = timedelta(seconds=60)
FILLS_EVERY = timedelta(seconds=10)
PRUNE_EVERY = timedelta(hours=1)
# Longer than any page stays away; trades are kept for ever elsewhere.
EVENTS_KEPT = timedelta(days=14)
UNUSUAL_EVERY = timedelta(seconds=15)
# A sweeper that died holds the others up no longer than this.
LEASE_SECONDS = 15.0
# A tick may wait three seconds for its bars.
TICK_LOST_AFTER = 4.0


def sweep() -> bool:
    """One pass, by one process at a time, whichever gets the message; False while another is at it.

    What the broker does not answer now is asked again at the next.
    """
    me = f"{socket.gethostname()}:{os.getpid()}:{threading.get_ident()}"
    if not lease_take("sweeper", me, now=real_now(), seconds=LEASE_SECONDS):
        return False
    try:
        with SWEEP_TIME.time():
            _sweep(broker_connect(), real_now())
    finally:
        lease_release("sweeper", me, now=real_now())
    return True


def _sweep(broker: Broker, now: datetime) -> None:
    with suppress(BrokerError):
        market_clock.reading()
    account_unreachable(market_clock.lost_since)
    account = broker_account()
    if account.recovered_at is None:
        if recover(broker):
            log.info("the books agree with the broker's; bots may trade")
        return
    if account.read_at is None or now - account.read_at > READ_AGAIN_AFTER:
        account_refresh(broker)
    if not trading_is_ready(broker_account()):
        # Another account than ours, or one that may not trade: nothing is sent and nothing booked.
        return
    for action in (
        lambda: orders_unsent(broker, now),
        lambda: orders_unanswered(broker, now),
        lambda: entries_overdue(broker, now),
        lambda: orders_working(broker, now) and fills_collect(broker),
        bots_close,
        lambda: each(exits_waiting(), lambda trade: exit_advance(trade, broker)),
        lambda: legs_left_over(broker),
        lambda: protection_check(broker),
        running_bots_tick,
        lambda: ticks_lost(now),
    ):
        step(action)
    if is_due("fills", now=now, every=FILLS_EVERY):
        step(lambda: fills_collect(broker))
    if is_due("unusual trading", now=now, every=UNUSUAL_EVERY):
        step(unusual_trading_tell)
    if is_due("reconcile", now=now, every=RECONCILE_EVERY):
        step(lambda: reconcile(broker))
        step(idle_bots_rest)
    if is_due("prune events", now=now, every=PRUNE_EVERY):
        step(lambda: events_prune(now - EVENTS_KEPT))
    if settings.DECISION_DAYS and is_due("prune decisions", now=now, every=PRUNE_EVERY):
        step(lambda: decisions_prune(market_now() - timedelta(days=settings.DECISION_DAYS)))


def ticks_lost(now: datetime) -> int:
    """Run ticks whose message was lost, while their grid time is still the current one."""
    reading = market_clock.reading()
    market = reading.at(now.timestamp())
    session = session_today(market)
    if reading.frozen or session is None or not session.contains(market) or not trading_is_ready(broker_account()):
        return 0
    due = []
    for bot in Bot.objects.ticking():
        grid_time = bot.grid().latest(session, market)
        if grid_time is None or (bot.last_tick is not None and bot.last_tick >= grid_time):
            continue
        if (market - grid_time).total_seconds() / reading.speed > TICK_LOST_AFTER:
            due.append((bot.pk, grid_time))
    return ticks_run(due) if due else 0


def orders_unsent(broker: Broker, now: datetime) -> None:
    """Rows whose sender died before it sent."""
    rows = Trade.objects.own().filter(state=OrderState.CREATED, created_at__lt=now - UNSENT_AFTER)
    due = rows.exclude(role=Role.EXIT).exclude(send_after__gt=now)
    each(due.select_related("bot"), lambda trade: order_send(trade, broker))


def orders_unanswered(broker: Broker, now: datetime) -> None:
    """Orders of which nobody knows whether they arrived."""
    unknown = Trade.objects.own().filter(state=OrderState.UNKNOWN)
    died = Trade.objects.own().filter(state=OrderState.SUBMITTING, sent_at__lt=now - UNANSWERED_AFTER)
    each((unknown | died).select_related("bot"), lambda trade: order_resolve(trade, broker))


def orders_working(broker: Broker, now: datetime) -> bool:
    """Read entries and exits that have been at the broker for a while; True when there are any."""
    rows = list(
        Trade.objects.own()
        .filter(role__in=[Role.ENTRY, Role.EXIT])
        .unfinished()
        .filter(order_id__isnull=False, sent_at__lt=now - WORKING_READ_EVERY)
        .select_related("bot")
    )
    each((trade for trade in rows if trade.state in AT_BROKER), lambda trade: order_refresh(trade, broker))
    return bool(rows)


def entries_overdue(broker: Broker, now: datetime) -> None:
    """Cancel entries of stopped bots, those unfilled at the window's end, and the rest of those partly filled.

    And whatever came back from the dead: nobody counts on it any more.
    """
    market = market_now()
    session = session_today(market)
    ours = Trade.objects.filter(Q(role=Role.ENTRY) | Q(revived=True), state__in=AT_BROKER)
    for entry in ours.select_related("bot"):
        start, end = entry.bot.grid().window(session) if session else (market, market)
        over = session is None or not session.contains(market) or not start <= market < end
        stuck = entry.filled_quantity > 0 and entry.sent_at is not None and now - entry.sent_at > PARTIAL_CANCEL_AFTER
        if over or stuck or entry.revived or entry.bot.status == "stopped":
            order_cancel(entry, broker)


def legs_left_over(broker: Broker) -> None:
    """Look after resting orders whose position is gone, or of which the broker has not given us the id."""
    held = set(Position.objects.held().values_list("bot_id", "symbol"))
    parents: set[int] = set()
    for leg in Trade.objects.resting().unfinished().select_related("parent", "bot"):
        if leg.order_id is None:
            if leg.parent is not None and leg.parent.order_id is not None:
                parents.add(leg.parent_id or 0)
        elif (leg.bot_id, leg.symbol) not in held and not _entry_unfinished(leg):
            if leg.parent is None:
                # Nobody cancels a stop of our own with its position but we.
                order_cancel(leg, broker)
            else:
                order_refresh(leg, broker)
    for parent in Trade.objects.filter(pk__in=parents):
        if order_refresh(parent, broker):
            # A leg the broker does not tell of is not there; what it should protect is looked after elsewhere.
            for leg in parent.legs.filter(order_id=None):
                trade_end(leg, OrderState.UNSENT, "the broker made no such leg")


def _entry_unfinished(leg: Trade) -> bool:
    entry = leg.parent
    return entry is not None and (entry.state in AT_BROKER or entry.booked_quantity < entry.filled_quantity)
