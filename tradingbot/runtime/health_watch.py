"""Looks at the product's health every two seconds, and tells people what has begun to be wrong and what is well again.

Every web process does: whoever finds it first tells it; of a database that takes nothing, when it does again.
"""

import logging
import math
import threading
import time

from django.db import DatabaseError, close_old_connections

from engine.live import health
from engine.live.health import OK, health_of_components
from engine.models import Pulse
from marketdata.clock import real_now
from notifications.services import alert_begin_surely, alert_end_surely, alerts_write_pending

log = logging.getLogger(__name__)

LOOK_EVERY = 2.0
# Looks in a row that find the same before it is told; the books are compared at every start, and that takes a while.
TOLD_AFTER, TOLD_AFTER_COMPARING = 2, 15
# After a start the parts come up one after the other: what is still missing then is told.
STARTS_FOR = 20.0
KIND = "health"


class HealthWatch:
    def __init__(self) -> None:
        self._bad: dict[str, int] = {}
        self._good: dict[str, int] = {}
        self._told: set[str] = set()
        self._began = -math.inf

    def start(self) -> None:
        self._began = time.monotonic()
        threading.Thread(target=self._run, name="health", daemon=True).start()
        threading.Thread(target=self._write, name="health-writes", daemon=True).start()

    def look(self) -> None:
        """One look. Never raises DatabaseError: what cannot be written now is written later."""
        for name, state in health_of_components().items():
            self._note(name, state)
        alerts_write_pending()

    def _note(self, name: str, state: str) -> None:
        if state == OK:
            self._bad[name] = 0
            self._good[name] = self._good.get(name, 0) + 1
            # Also what another process, or this one in an earlier life, has told.
            if self._good[name] == TOLD_AFTER:
                self._told.discard(name)
                alert_end_surely(kind=KIND, key=name, words=f"{name}: well again")
            return
        self._good[name] = 0
        self._bad[name] = self._bad.get(name, 0) + 1
        if time.monotonic() - self._began < STARTS_FOR:
            return
        if name not in self._told and self._bad[name] >= (TOLD_AFTER_COMPARING if name == "trading" else TOLD_AFTER):
            self._told.add(name)
            alert_begin_surely(kind=KIND, key=name, words=f"{name}: {state}")

    def _run(self) -> None:
        while True:
            try:
                close_old_connections()
                self.look()
            except Exception:
                # Whatever it was, the next look must come.
                log.exception("the health of the product was not looked at")
            finally:
                close_old_connections()
            threading.Event().wait(LOOK_EVERY)

    def _write(self) -> None:
        """Whether the database takes anything is found out by writing; a lock is waited for here, and nowhere else."""
        health.last_written = time.monotonic()
        while True:
            try:
                close_old_connections()
                Pulse.objects.update_or_create(pk="written", defaults={"at": real_now()})
                health.last_written = time.monotonic()
            except DatabaseError as error:
                log.warning("the database takes no writes: %s", error)
            finally:
                close_old_connections()
            threading.Event().wait(LOOK_EVERY)
