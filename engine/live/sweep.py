"""What has to happen whoever asked for it, and whatever message was lost: found in the rows, once a second."""

import logging
import threading
import time
from contextlib import suppress
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Q

from bots.models import Bot
from engine.brokers.connect import broker_connect
from engine.brokers.errors import BrokerError
from engine.brokers.port import Broker
from engine.core.orders import AT_BROKER, OrderState
from engine.core.types import Role
from engine.holder import holder_me
from engine.live.account import LOOK_AGAIN_AFTER, READ_AGAIN_AFTER, account_refresh
from engine.live.bars import closes_read
from engine.live.cash import cash_book_all, cash_collect
from engine.live.exit_attempts import exits_renew, exits_tell
from engine.live.exits import exits_waiting
from engine.live.fills import fills_collect
from engine.live.flatten import halts_close
from engine.live.levels import levels_move
from engine.live.lifecycle import bots_close, idle_bots_rest, running_bots_tick
from engine.live.orders import UNANSWERED_AFTER, order_cancel, order_refresh, order_resolve, order_send
from engine.live.protection import exit_go_on, exits_go_on, protection_check
from engine.live.reading import orders_read
from engine.live.reconcile import COMPARED, books_compare, recover
from engine.live.steps import between_steps, each, step
from engine.live.unread import order_sizes_settled
from engine.live.unusual import unusual_trading_tell
from engine.metrics import SWEEP_TIME
from engine.selectors import halt_reason, trading_is_ready
from engine.services import (
    account_unreachable,
    broker_account,
    decisions_prune,
    is_due,
    lease_release,
    lease_take,
)
from events.services import events_prune
from marketdata.calendar import session_today
from marketdata.clock import market_clock, market_now, real_now
from marketdata.hours import calendar_read, clock_compare, hours_load
from notifications.selectors import alerts_standing
from notifications.services import alert_begin, alert_end, alerts_prune
from positions.models import Position
from trades.models import Trade
from trades.services import trade_end

log = logging.getLogger(__name__)

# Real time.
UNSENT_AFTER = timedelta(seconds=1)
WORKING_READ_EVERY = timedelta(seconds=2)
FRESH_FOR, RESTING_READ_EVERY = timedelta(seconds=30), timedelta(seconds=15)
PARTIAL_CANCEL_AFTER = timedelta(seconds=3)
CANCEL_TOLD_AFTER = timedelta(seconds=30)
RECONCILE_EVERY = timedelta(seconds=60)
FILLS_EVERY = timedelta(seconds=15)
CASH_EVERY = timedelta(minutes=5)
PRUNE_EVERY = timedelta(hours=1)
# Longer than any page stays away; trades are kept for ever elsewhere.
EVENTS_KEPT = timedelta(days=14)
ALERTS_KEPT = timedelta(days=365)
# Until then nothing is protected either.
RECOVER_EVERY = timedelta(seconds=1)
HOURS_EVERY = timedelta(seconds=60)
# Before each open, too: a session begins at most so long after it was read.
CALENDAR_EVERY = timedelta(minutes=30)
UNUSUAL_EVERY = timedelta(seconds=15)
# A sweeper that died holds the others up no longer than this.
LEASE_SECONDS = 15.0
LEASE_KEPT_EVERY = 3.0
CANCEL, SILENT = "cancellation", "silent market"
# A tick may wait three seconds for its bars.
TICK_LOST_AFTER = 4.0


class LeaseLost(BaseException):
    """Another sweeper has taken over: this one was away for too long. No step that goes on after errors catches it."""


class _Lease:
    """Held while a pass lasts, however long that is."""

    def __init__(self) -> None:
        self._me = holder_me(str(threading.get_ident()))
        self._taken = 0.0

    def take(self) -> bool:
        taken = lease_take("sweeper", self._me, now=real_now(), seconds=LEASE_SECONDS)
        if taken:
            self._taken = time.monotonic()
        return taken

    def keep(self) -> None:
        """Raises LeaseLost."""
        if time.monotonic() - self._taken > LEASE_KEPT_EVERY and not self.take():
            raise LeaseLost

    def release(self) -> None:
        lease_release("sweeper", self._me, now=real_now())


def sweep() -> bool:
    """One pass, by one process at a time, whichever gets the message; False while another is at it.

    What the broker does not answer now is asked again at the next.
    """
    lease = _Lease()
    if not lease.take():
        return False
    token = between_steps.set(lease.keep)
    try:
        with SWEEP_TIME.time():
            _sweep(broker_connect(), real_now())
    except LeaseLost:
        log.warning("this sweep was away for so long that another has begun; it ends here")
        return False
    finally:
        between_steps.reset(token)
        lease.release()
    return True


def _sweep(broker: Broker, now: datetime) -> None:
    with suppress(BrokerError):
        market_clock.reading()
    account_unreachable(market_clock.lost_since)
    hours_load()
    account = broker_account()
    if account.recovered_at is None:
        if is_due("recover", now=now, every=RECOVER_EVERY) and recover(broker):
            log.info("the books agree with the broker's; bots may trade")
        return
    again_after = LOOK_AGAIN_AFTER if account.error else READ_AGAIN_AFTER
    if (account.read_at is None or now - account.read_at > again_after) and is_due(
        "account", now=now, every=again_after
    ):
        step(account_refresh, broker)
    account = broker_account()
    if account.foreign or account.unauthorized:
        # Of another account nothing is sent and nothing booked; and who is not let in cannot ask.
        return
    # What protects, gets out and books comes first, whatever else is late.
    step(entries_cancel_overdue, broker, now)
    step(orders_resolve_unknown, broker, now)
    step(_orders_and_fills_read, broker, now)
    step(exits_renew)
    step(bots_close)
    step(halts_close)
    step(_exits_waiting_go_on, broker)
    step(levels_move, broker, now)
    step(protection_check, broker)
    step(legs_cancel_orphaned, broker)
    step(exits_tell, now)
    step(cancels_tell, now)
    step(silent_markets_over)
    step(orders_send_unsent, broker, now)
    step(running_bots_tick)
    if is_due("fills", now=now, every=FILLS_EVERY):
        step(fills_collect, broker)
        step(_closes_read, broker)
    if is_due("market hours", now=now, every=HOURS_EVERY):
        step(_hours_compare, broker)
    if is_due("calendar", now=now, every=CALENDAR_EVERY):
        step(_calendar_read, broker)
    if is_due("unusual trading", now=now, every=UNUSUAL_EVERY):
        step(unusual_trading_tell)
    if is_due(COMPARED, now=now, every=RECONCILE_EVERY):
        step(books_compare, broker)
        step(idle_bots_rest)
        step(order_sizes_settled)
        step(cash_book_all, broker)
    if is_due("cash", now=now, every=CASH_EVERY):
        # Beside each look at an account whose money has changed: whoever looked may have died before it read this.
        step(cash_collect, broker)
    if is_due("prune events", now=now, every=PRUNE_EVERY):
        step(events_prune, now - EVENTS_KEPT)
        step(alerts_prune, now - ALERTS_KEPT)
    if settings.DECISION_DAYS and is_due("prune decisions", now=now, every=PRUNE_EVERY):
        step(_decisions_prune)


def _orders_and_fills_read(broker: Broker, now: datetime) -> None:
    if orders_refresh_working(broker, now):
        fills_collect(broker)


def _exits_waiting_go_on(broker: Broker) -> None:
    exits_go_on(exits_waiting(), broker)


def _closes_read(broker: Broker) -> None:
    closes_read(broker, market_now())


def _hours_compare(broker: Broker) -> None:
    clock_compare(broker.hours())


def _calendar_read(broker: Broker) -> None:
    calendar_read(broker, market_now())


def _decisions_prune() -> None:
    decisions_prune(market_now() - timedelta(days=settings.DECISION_DAYS))


def ticks_run_lost(now: datetime) -> list[tuple[int, datetime]]:
    """Ticks whose message was lost, (bot id, grid time), while their grid time is still the current one."""
    reading = market_clock.reading()
    market = reading.at(now.timestamp())
    session = session_today(market)
    if reading.frozen or session is None or not session.contains(market) or not trading_is_ready(broker_account()):
        return []
    due = []
    for bot in Bot.objects.ticking():
        grid_time = bot.grid().latest(session, market)
        if grid_time is None or (bot.last_tick is not None and bot.last_tick >= grid_time):
            continue
        if (market - grid_time).total_seconds() / reading.speed > TICK_LOST_AFTER:
            due.append((bot.pk, grid_time))
    return due


def orders_send_unsent(broker: Broker, now: datetime) -> None:
    """Rows whose sender died before it sent."""
    rows = Trade.objects.own().filter(state=OrderState.CREATED, created_at__lt=now - UNSENT_AFTER)
    due = rows.exclude(role=Role.EXIT).exclude(send_after__gt=now)
    each(due.select_related("bot"), lambda trade: order_send(trade, broker))


def orders_resolve_unknown(broker: Broker, now: datetime) -> None:
    """Orders of which nobody knows whether they arrived."""
    unknown = Trade.objects.own().filter(state=OrderState.UNKNOWN)
    died = Trade.objects.own().filter(state=OrderState.SUBMITTING, sent_at__lt=now - UNANSWERED_AFTER)
    each(
        (trade for trade in (unknown | died).select_related("bot") if _is_asked_for(trade, now)),
        lambda trade: exit_go_on(trade, broker) if trade.role == Role.EXIT else order_resolve(trade, broker),
    )


def _is_asked_for(trade: Trade, now: datetime) -> bool:
    """Entries after 1, 2, 4 seconds and so on, as requests are few; whatever protects or sells at once."""
    if trade.role != Role.ENTRY or trade.sent_at is None or now < trade.sent_at:
        return True
    return now - trade.sent_at >= timedelta(seconds=2 ** min(trade.not_found, 6) - 1)


def orders_refresh_working(broker: Broker, now: datetime) -> bool:
    """Read entries and exits that have been at the broker for a while; True when there are any.

    One that rests for long (in a halt, overnight) is read less often: its stream tells when something happens.
    """
    rows = list(
        Trade.objects.own()
        .filter(role__in=[Role.ENTRY, Role.EXIT], state__in=AT_BROKER)
        .filter(order_id__isnull=False, sent_at__lt=now - WORKING_READ_EVERY)
        .select_related("bot")
    )
    fresh = any(trade.sent_at and now - trade.sent_at < FRESH_FOR for trade in rows)
    every = WORKING_READ_EVERY if fresh else RESTING_READ_EVERY
    if rows and is_due("working orders", now=now, every=every):
        orders_read(rows, broker)
    late = Trade.objects.filter(filled_quantity__gt=F("booked_quantity"), updated_at__gt=now - FRESH_FOR)
    return (bool(rows) and fresh) or late.exists()


def entries_cancel_overdue(broker: Broker, now: datetime) -> None:
    """Cancel entries of stopped and halted bots, those unfilled at the window's end, the rest of those partly filled.

    And those a person wants cancelled, and whatever came back from the dead: nobody counts on it any more.
    """
    market = market_now()
    session = session_today(market)
    ours = Trade.objects.filter(Q(role=Role.ENTRY) | Q(revived=True), state__in=AT_BROKER)
    for entry in ours.select_related("bot"):
        start, end = entry.bot.grid().window(session) if session else (market, market)
        over = session is None or not session.contains(market) or not start <= market < end
        stuck = entry.filled_quantity > 0 and entry.sent_at is not None and now - entry.sent_at > PARTIAL_CANCEL_AFTER
        unwanted = entry.revived or entry.cancel_requested_at is not None
        if over or stuck or unwanted or entry.bot.status == "stopped" or halt_reason(entry.bot):
            step(order_cancel, entry, broker)


def cancels_tell(now: datetime) -> None:
    """Tell of orders that stay in the middle of being cancelled, once when it has lasted, and once when it is over."""
    pending = Trade.objects.working().filter(cancel_requested_at__lt=now - CANCEL_TOLD_AFTER)
    for trade in pending.select_related("bot"):
        what = f"{trade.bot.name}: the broker has not cancelled the {trade.role} of {trade.symbol} for half a minute"
        alert_begin(
            kind=CANCEL,
            key=f"{trade.bot_id}:{trade.symbol}",
            words=f"{what}; until it has, these shares cannot be sold otherwise",
            level="warning",
            bot=trade.bot_id,
            symbol=trade.symbol,
        )
    for key in alerts_standing(CANCEL) - {f"{trade.bot_id}:{trade.symbol}" for trade in pending}:
        alert_end(kind=CANCEL, key=key, words="the broker has cancelled the order, or it has filled")


def silent_markets_over() -> None:
    """What was not sold at a window's end is sold, or the day is over."""
    today = market_now().date().isoformat()
    for key in alerts_standing(SILENT):
        bot, symbol, day = key.split(":")
        if day < today or not Position.objects.held().filter(bot=int(bot), symbol=symbol).exists():
            alert_end(kind=SILENT, key=key, words=f"{symbol} is sold, or the day is over")


def legs_cancel_orphaned(broker: Broker) -> None:
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
