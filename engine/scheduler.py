"""Celery beat for bots: their ticks come in market time, and those due together go out as one message.

The stock scheduler ticks in real time and compares all entries for each task it sends; with it the same rows work, only
later and at a higher price. Everything that is no bot's tick is left to it.
"""

import logging
import time
from dataclasses import dataclass
from datetime import datetime

from django.db import close_old_connections
from django.db.models import QuerySet
from django.utils import timezone
from django_celery_beat.models import PeriodicTask
from django_celery_beat.schedulers import DatabaseScheduler
from kombu.exceptions import OperationalError

from bots.models import Bot
from bots.schedule import PREFIX
from engine.brokers.port import BrokerError
from engine.core.schedule import Grid
from marketdata.calendar import session_after, session_today
from marketdata.clock import market_clock, real_now
from marketdata.hours import hours_load

log = logging.getLogger(__name__)

# Real seconds.
READ_BOTS_EVERY = 1.0
LONGEST_SLEEP = 0.25
SWEEP_EVERY = 1.0
BATCH = 50
STORE_RUNS_EVERY = 60.0


@dataclass
class Ticking:
    """A bot's grid and the grid time sent last. `symbol` sorts bots that read the same bars next to each other."""

    bot_id: int
    task_id: int
    grid: Grid
    symbol: str
    sent: datetime | None


class BotScheduler(DatabaseScheduler):
    """Sends `engine.tasks.tick_bots` for the bots that are due, and the sweeper once a real second."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        self._ticking: dict[int, Ticking] = {}
        self._bots_read = self._swept = self._stored = 0.0
        self._ran: dict[int, int] = {}
        super().__init__(*args, **kwargs)

    def enabled_models_qs(self) -> "QuerySet[PeriodicTask]":
        """What the stock scheduler sees: everything but the bots."""
        return super().enabled_models_qs().exclude(name__startswith=PREFIX)

    def tick(self, *args: object, **kwargs: object) -> float:
        """Send what is due; returns the real seconds to sleep. Never raises: it is what everything else hangs on."""
        try:
            return self._tick(*args, **kwargs)
        except OperationalError as error:
            log.warning("no worker can be reached: %s", error)
            return LONGEST_SLEEP
        except Exception:
            log.exception("the scheduler goes on after an error")
            return LONGEST_SLEEP

    def _tick(self, *args: object, **kwargs: object) -> float:
        close_old_connections()
        wait = super().tick(*args, **kwargs)
        mono = time.monotonic()
        if mono - self._bots_read >= READ_BOTS_EVERY:
            self._bots_read = mono
            self._read_bots()
        if mono - self._swept >= SWEEP_EVERY:
            self._swept = mono
            self.app.send_task("engine.tasks.sweep", expires=5)
        self._send_due()
        if mono - self._stored >= STORE_RUNS_EVERY:
            self._stored = mono
            self._store_runs()
        return min(wait, LONGEST_SLEEP, self._seconds_to_next())

    def close(self) -> None:
        self._store_runs()
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
                "engine.tasks.tick_bots", [[[ticking.bot_id, grid_time.isoformat()] for ticking, grid_time in part]]
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
