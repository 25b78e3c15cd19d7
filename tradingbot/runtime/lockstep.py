"""Lockstep: the exchange's clock stands until everything due is done, then goes to the next thing that happens.

In this mode a session repeats exactly: whoever is due is ticked here, one after the other, and nothing is read, sent or
booked at a moment that depends on how fast the machine is. So there are no streams in it.
"""

import logging
import threading
from datetime import datetime, timedelta

from bots.models import Bot
from engine.brokers.connect import broker_connect
from engine.brokers.errors import BrokerError, BrokerUnavailable
from engine.brokers.port import Broker
from engine.core.orders import OrderState
from engine.live.account import account_refresh
from engine.live.cash import cash_book_all
from engine.live.exits import exits_waiting
from engine.live.fills import fills_collect
from engine.live.lifecycle import bots_close
from engine.live.orders import order_refresh, order_resolve, order_send
from engine.live.protection import exit_go_on, protection_check
from engine.live.reconcile import recover
from engine.live.sweep import LEASE_SECONDS, entries_cancel_overdue, legs_cancel_orphaned
from engine.live.tick import ticks_run
from engine.live.watch import positions_mark, symbols_in_use
from engine.services import broker_account, lease_take
from marketdata.backfill import bars_settle
from marketdata.calendar import last_closed_minute, session_after, session_today
from marketdata.clock import market_clock, real_now
from marketdata.prices import price_board
from positions.equity import equity_mark
from trades.account_equity import account_mark
from trades.models import Trade

log = logging.getLogger(__name__)

MINUTE = timedelta(minutes=1)


def lockstep_start() -> None:
    threading.Thread(target=_run, name="lockstep", daemon=True).start()


def _run() -> None:
    while True:
        try:
            lockstep_step(broker_connect())
        except BrokerError as error:
            log.warning("the clock waits: %s", error)
            threading.Event().wait(1.0)
        except Exception:
            # The clock stands as long as nobody steps it: say why, and try again.
            log.exception("a step failed")
            threading.Event().wait(1.0)


def lockstep_step(broker: Broker, until: datetime | None = None) -> datetime:
    """Go to the next bar end or grid time (at most to `until`) and do everything that is due there."""
    if broker_account().recovered_at is None and not recover(broker):
        raise BrokerUnavailable("the books could not be compared with the broker's")
    lease_take("sweeper", "lockstep", now=real_now(), seconds=LEASE_SECONDS)
    market_clock.refresh()
    target = next_moment(market_clock.now())
    target = min(target, until) if until is not None else target
    broker.steer_clock(step_to=target.isoformat())
    market_clock.refresh()
    now = market_clock.now()
    symbols = symbols_in_use()
    bars_settle(broker, symbols, last_closed_minute(now))
    for symbol, (price, at) in broker.latest_prices(symbols).items():
        price_board.note(symbol, price, at)
    price_board.publish()
    _settle(broker)
    account_refresh(broker)
    cash_book_all(broker)
    session = session_today(now)
    if session is not None and session.contains(now):
        due = [(bot.pk, bot.grid().latest(session, now)) for bot in Bot.objects.ticking().order_by("pk")]
        ticks_run((bot_id, grid_time) for bot_id, grid_time in due if grid_time == now)
    _settle(broker)
    positions_mark()
    equity_mark(now)
    account_mark(now)
    return now


def next_moment(now: datetime) -> datetime:
    """The next bar end or grid time of a ticking bot."""
    session = session_today(now)
    if session is None or now >= session.close:
        return session_after(now).open
    if now < session.open:
        return session.open
    minute = now.replace(second=0, microsecond=0) + MINUTE
    grid = (bot.grid().following(session, now) for bot in Bot.objects.ticking())
    return min([minute, *(moment for moment in grid if moment is not None)])


def _settle(broker: Broker) -> None:
    """Leave no order unsent, of unknown outcome, or with fills that are not booked."""
    fills_collect(broker)
    for trade in Trade.objects.own().filter(state=OrderState.CREATED).order_by("id"):
        if trade.role != "exit":
            order_send(trade, broker)
    bots_close()
    for trade in exits_waiting():
        exit_go_on(trade, broker)
    for trade in Trade.objects.own().filter(state__in=(OrderState.UNKNOWN, OrderState.SUBMITTING)):
        order_resolve(trade, broker)
    for trade in Trade.objects.own().filter(role__in=("entry", "exit")).working().filter(order_id__isnull=False):
        order_refresh(trade, broker)
    fills_collect(broker)
    entries_cancel_overdue(broker, real_now())
    legs_cancel_orphaned(broker)
    protection_check(broker)
