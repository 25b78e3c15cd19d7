"""Errors of this process as alerts on the page.

Logging an error must never fail or wait because of that: what is logged goes into a queue, and a thread of its own
writes it to the event log, through a connection of its own.
"""

import sys
import threading
import time

from django.db import Error as DatabaseError
from django.db import close_old_connections, transaction

from notifications.services import alert_raise
from tradingbot.logs import ALERTS_THREAD, AlertHandler, redact

# Real seconds. The same words are told once in this time, and no more than so many alerts a minute.
SAME_AGAIN_AFTER = 600.0
AT_MOST_A_MINUTE = 10


class Rationed:
    """Lets a text pass now and then, so that an error in a loop is one alert and not ten thousand."""

    def __init__(self) -> None:
        self._told: dict[str, float] = {}
        self._recent: list[float] = []

    def passes(self, text: str, now: float) -> bool:
        self._told = {known: at for known, at in self._told.items() if now - at < SAME_AGAIN_AFTER}
        self._recent = [at for at in self._recent if now - at < 60.0]
        if text in self._told or len(self._recent) >= AT_MOST_A_MINUTE:
            return False
        self._told[text] = now
        self._recent.append(now)
        return True


def alerts_start() -> None:
    """From now on errors of this process are told. For a process that lives on."""
    if not AlertHandler.started:
        AlertHandler.started = True
        threading.Thread(target=_write, name=ALERTS_THREAD, daemon=True).start()


def _write() -> None:
    rationed = Rationed()
    while True:
        text = AlertHandler.waiting.get()
        if not rationed.passes(text, time.monotonic()):
            continue
        try:
            close_old_connections()
            with transaction.atomic():
                alert_raise("error", text)
        except DatabaseError as error:
            # The log has the line already; where the database is away there is nobody to tell.
            print(f"an alert was not stored: {redact(str(error))}", file=sys.stderr)  # noqa: T201
        finally:
            close_old_connections()
