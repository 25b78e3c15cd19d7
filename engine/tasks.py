"""Doors of the engine for Celery: each does one call. Lost or repeated, they cost a second at most."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from celery import shared_task
from django.conf import settings
from django.db import close_old_connections

from bots.models import Bot
from engine.brokers.connect import broker_connect
from engine.brokers.errors import BrokerError
from engine.live.exits import exits_waiting
from engine.live.fills import fills_collect
from engine.live.protection import exit_go_on
from engine.live.pulse import pulse_bad, pulse_good
from engine.live.sweep import sweep as sweep_once
from engine.live.sweep import ticks_run_lost
from engine.live.tick import ticks_run
from engine.live.updates import order_updated
from engine.live.watch import watch
from engine.selectors import account_is_ours, trading_is_ready
from engine.services import broker_account
from marketdata.calendar import session_today
from marketdata.clock import market_clock, market_now, real_now
from research.tasks import backtests_wake
from web.wake import wake

log = logging.getLogger(__name__)

# Real time.
LOST_GOOD_FOR = 5.0


@shared_task(name="engine.tasks.tick_bots")
def tick_bots(due: list[list[str | int]]) -> None:
    """Ticks of many bots: [bot id, grid time] each."""
    close_old_connections()
    ticks_run((int(bot_id), datetime.fromisoformat(str(grid_time))) for bot_id, grid_time in due)


@shared_task(name="engine.tasks.tick_bot")
def tick_bot(bot_id: int) -> None:
    """The current tick of one bot, as the stock scheduler asks for it."""
    close_old_connections()
    now = market_now()
    session = session_today(now)
    bot = Bot.objects.ticking().filter(pk=bot_id).first()
    grid_time = bot.grid().latest(session, now) if bot and session else None
    if grid_time is not None:
        ticks_run([(bot_id, grid_time)])


def sweep() -> None:
    """Once a real second: whatever the rows say is to be done. No task: a thread of its own calls it."""
    close_old_connections()
    if sweep_once():
        pulse_good("sweeper")
        _exchange_look()
        # In the lane of ticks: the sweeper has no time for them.
        lost = ticks_run_lost(real_now())
        if lost:
            due = [[bot_id, grid_time.isoformat()] for bot_id, grid_time in lost]
            wake("engine.tasks.tick_bots", due, expires=LOST_GOOD_FOR)
        watch()
        backtests_wake()


@shared_task(name="engine.tasks.pulse")
def pulse() -> None:
    """Beat asks every few seconds: as long as it is answered, a worker takes ticks."""
    close_old_connections()
    pulse_good("worker")


@shared_task(name="engine.tasks.exits_go_on")
def exits_go_on() -> None:
    """Somebody asked for a sale: begin with it now."""
    close_old_connections()
    if not trading_is_ready(broker_account()):
        return
    with _sweeper_will_do_it():
        broker = broker_connect()
        for trade in exits_waiting():
            exit_go_on(trade, broker)
        fills_collect()


@shared_task(name="engine.tasks.order_changed")
def order_changed(order_id: str, has_filled: bool, has_ended: bool = False) -> None:
    """The broker's stream says that something happened to an order."""
    close_old_connections()
    # Of another account nothing is booked: the sweeper says when the books are ours.
    if not account_is_ours(broker_account()):
        return
    pulse_good("order stream")
    with _sweeper_will_do_it():
        order_updated(order_id, has_filled=has_filled, has_ended=has_ended)


def _exchange_look() -> None:
    """Of the bundled exchange, whose clock people may stop and a start may leave standing."""
    if settings.MARKET_MODE == "simulator":
        if market_clock.reading().frozen:
            pulse_bad("exchange", "its clock stands: nothing is traded")
        else:
            pulse_good("exchange")


@contextmanager
def _sweeper_will_do_it() -> Iterator[None]:
    """A broker that does not answer is asked again by the sweeper, a second later."""
    try:
        yield
    except BrokerError as error:
        log.info("put off: %s", error)
