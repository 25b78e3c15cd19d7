"""Celery beat for bots: their ticks come in market time, and those due together go out as one message.

The stock scheduler ticks in real time and compares all entries for each task it sends; with it the same rows work, only
later and at a higher price. Everything that is no bot's tick is left to it.

Of several beats one is at work, under a lease; the others stand by.
"""

import logging
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import DatabaseError, close_old_connections
from django.db.models import QuerySet
from django.utils import timezone
from django_celery_beat.models import PeriodicTask
from django_celery_beat.schedulers import DatabaseScheduler
from kombu.exceptions import OperationalError

from bots.models import Bot
from bots.schedule import PREFIX
from engine.brokers.errors import BrokerError
from engine.clock_jump import ClockWatch, clock_jumped
from engine.core.schedule import Grid
from engine.core.types import Session
from engine.holder import holder_me
from engine.services import lease_release, lease_take
from marketdata.calendar import session_after, session_today
from marketdata.clock import market_clock, real_now
from marketdata.hours import hours_load

log = logging.getLogger(__name__)

# Real seconds.
READ_BOTS_EVERY = 1.0
LONGEST_SLEEP = 0.25
BATCH = 50
PULSE_EVERY = 3.0
STORE_RUNS_EVERY = 60.0
LEASE = "beat"
# As long as nobody ticks when a beat died without a word.
LEASE_SECONDS = 5.0
KEEP_EVERY = 1.0
# A message that no worker has taken when its ticks are over is dropped unread; within these bounds.
TICKS_EXPIRE_NOT_BEFORE, TICKS_EXPIRE_AFTER = 1.0, 60.0
# Of Redis's levels 0, 3, 6 and 9 the lower ones go first: what concerns orders and exits carries none, which is 0.
TICKS_PRIORITY = 6


@dataclass
class Ticking:
    """A bot's grid and the grid time sent last. `symbol` sorts bots that read the same bars next to each other."""

    bot_id: int
    task_id: int
    grid: Grid
    symbol: str
    sent: datetime | None


class BotScheduler(DatabaseScheduler):
    """Sends `engine.tasks.tick_bots` for the bots that are due."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        self._ticking: dict[int, Ticking] = {}
        self._bots_read = self._stored = self._kept = self._pulsed = -math.inf
        # Without Redis the data directory is one process's alone: its next start need not wait for its last.
        self._me = holder_me() if settings.REDIS_URL else "up"
        self._at_work: bool | None = None
        self._watch = ClockWatch()
        self._ran: dict[int, int] = {}
        super().__init__(*args, **kwargs)

    def enabled_models_qs(self) -> "QuerySet[PeriodicTask]":
        """What the stock scheduler sees: everything but the bots."""
        return super().enabled_models_qs().exclude(name__startswith=PREFIX)

    def tick(self, *args: object, **kwargs: object) -> float:
        """Send what is due; returns the real seconds to sleep. Never raises: it is what everything else hangs on."""
        try:
            close_old_connections()
            return self._tick(*args, **kwargs) if self._is_at_work() else LONGEST_SLEEP
        except OperationalError as error:
            log.warning("no worker can be reached: %s", error)
        except DatabaseError as error:
            log.warning("nobody is ticked, the database does not answer: %s", error)
            return KEEP_EVERY
        except Exception:
            log.exception("the scheduler goes on after an error")
        finally:
            close_old_connections()
        return LONGEST_SLEEP

    def _is_at_work(self) -> bool:
        """Keep the lease; False while another beat holds it."""
        mono = time.monotonic()
        if mono - self._kept >= KEEP_EVERY:
            held = lease_take(LEASE, self._me, now=real_now(), seconds=LEASE_SECONDS)
            self._kept = mono
            if held is not self._at_work:
                log.info("beat is at work" if held else "another beat is at work; this one stands by")
                self._at_work = held
        return bool(self._at_work)

    def _tick(self, *args: object, **kwargs: object) -> float:
        mono = time.monotonic()
        jump = self._watch.look(time.time(), mono)
        if jump is not None:
            clock_jumped(jump, now=real_now())
        wait = super().tick(*args, **kwargs)
        if mono - self._bots_read >= READ_BOTS_EVERY:
            self._bots_read = mono
            self._read_bots()
        if mono - self._pulsed >= PULSE_EVERY:
            self._pulsed = mono
            self.app.send_task("engine.tasks.pulse", expires=PULSE_EVERY, priority=TICKS_PRIORITY)
        self._send_due()
        if mono - self._stored >= STORE_RUNS_EVERY:
            self._stored = mono
            self._store_runs()
        return min(wait, LONGEST_SLEEP, self._seconds_to_next())

    def close(self) -> None:
        try:
            self._store_runs()
            lease_release(LEASE, self._me, now=real_now())
        except DatabaseError as error:
            log.warning("the lease of beat was not given back: %s", error)
        super().close()

    def _read_bots(self) -> None:
        hours_load()
        rows = Bot.objects.ticking().only(
            "id", "periodic_task_id", "trading_frequency", "start_hour", "start_minute", "end_hour", "end_minute",
            "close_at_window_end", "symbols", "last_tick",
        )  # fmt: skip
        before = self._ticking
        self._ticking = {}
        for bot in rows:
            known = before.get(bot.pk)
            sent = max((moment for moment in (bot.last_tick, known and known.sent) if moment), default=None)
            self._ticking[bot.pk] = Ticking(bot.pk, bot.periodic_task_id or 0, bot.grid(), min(bot.symbols), sent)

    def _send_due(self) -> None:
        try:
            reading = market_clock.reading()
        except BrokerError:
            return
        # A clock that stands is stepped by somebody, who also ticks.
        now = reading.at(real_now().timestamp())
        session = session_today(now)
        if reading.frozen or session is None or not session.contains(now):
            return
        due: list[tuple[Ticking, datetime]] = []
        for ticking in self._ticking.values():
            grid_time = ticking.grid.latest(session, now)
            if grid_time is not None and (ticking.sent is None or grid_time > ticking.sent):
                due.append((ticking, grid_time))
        due.sort(key=lambda each: (each[0].symbol, each[0].bot_id))
        for start in range(0, len(due), BATCH):
            part = due[start : start + BATCH]
            self.app.send_task(
                "engine.tasks.tick_bots",
                [[[ticking.bot_id, grid_time.isoformat()] for ticking, grid_time in part]],
                expires=_seconds_current(part, session, reading.speed, now),
                priority=TICKS_PRIORITY,
            )
            # Only now: what could not be sent is sent again while it is the current tick.
            for ticking, grid_time in part:
                ticking.sent = grid_time
                self._ran[ticking.task_id] = self._ran.get(ticking.task_id, 0) + 1

    def _seconds_to_next(self) -> float:
        """Real seconds until the next grid time of any bot."""
        try:
            reading = market_clock.reading()
        except BrokerError:
            return LONGEST_SLEEP
        real = real_now().timestamp()
        now = reading.at(real)
        session = session_today(now)
        if session is None or now >= session.close:
            session = session_after(now)
        upcoming = (ticking.grid.following(session, now) for ticking in self._ticking.values())
        first = min((moment for moment in upcoming if moment is not None), default=None)
        reached = reading.real_at(first) if first is not None else None
        return LONGEST_SLEEP if reached is None else max(0.005, reached - real)

    def _store_runs(self) -> None:
        """Show in the admin when each bot's row ran; a few seconds late, in one go."""
        ran, self._ran = self._ran, {}
        for task in PeriodicTask.objects.filter(pk__in=ran):
            PeriodicTask.objects.filter(pk=task.pk).update(
                last_run_at=timezone.now(), total_run_count=task.total_run_count + ran[task.pk]
            )


def _seconds_current(part: Sequence[tuple[Ticking, datetime]], session: Session, speed: float, now: datetime) -> float:
    """Real seconds until the last of these ticks is followed by its bot's next: nobody wants it then."""
    following = max(ticking.grid.following(session, now) or session.close for ticking, _ in part)
    return min(TICKS_EXPIRE_AFTER, max(TICKS_EXPIRE_NOT_BEFORE, (following - now).total_seconds() / speed))
