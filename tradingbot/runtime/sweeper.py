"""Sweeping has a thread of its own: no ticks that wait, no message and no Redis stands before it."""

import logging
import threading
import time
from datetime import timedelta

from django.db import DatabaseError, close_old_connections

from engine.brokers.errors import BrokerError
from engine.clock_jump import ClockWatch, clock_jumped
from engine.live.lateness import Lateness
from engine.services import is_due
from engine.tasks import sweep
from marketdata.clock import real_now

log = logging.getLogger(__name__)

SWEEP_EVERY = 1.0
# Of several processes, whichever comes first in a second; those that look a little early must not skip theirs.
ONCE_IN = timedelta(seconds=0.9 * SWEEP_EVERY)
STOP_SECONDS = 3.0


class Sweeper:
    """Sweeps once a second until it is stopped; every process that runs ticks has one."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._watch = ClockWatch()
        self._lateness = Lateness()
        self._thread = threading.Thread(target=self._run, name="sweeper", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Let a pass that is under way come to its end, within reason: what it leaves is found again."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        while not self._stopping.is_set():
            began = time.monotonic()
            self._once()
            self._stopping.wait(max(0.0, SWEEP_EVERY - (time.monotonic() - began)))

    def _once(self) -> None:
        """Never raises: everything that was lost on the way hangs on it."""
        try:
            close_old_connections()
            jump = self._watch.look(time.time(), time.monotonic())
            if jump is not None:
                clock_jumped(jump, now=real_now())
            if is_due("sweep", now=real_now(), every=ONCE_IN):
                sweep()
                self._lateness.look()
        except BrokerError as error:
            log.info("how late the ticks are is not known: %s", error)
        except DatabaseError as error:
            log.warning("nobody sweeps, the database does not answer: %s", error)
        except Exception:
            log.exception("the sweeper goes on after an error")
        finally:
            close_old_connections()
            self._watch.done(time.time(), time.monotonic())
