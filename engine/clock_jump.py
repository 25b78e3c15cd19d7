"""A machine that slept, or whose clock was set: whatever was known of the market is old then."""

import logging
from datetime import datetime, timedelta

from django.db import transaction

from engine.models import BrokerAccount
from engine.services import broker_account, is_due
from notifications.services import alert_raise

log = logging.getLogger(__name__)

# Real time: more than this between two looks, by either clock, or between the two clocks.
JUMPS_FROM = timedelta(seconds=60)


class ClockWatch:
    """Compares the clock on the wall with one that only counts (and on Linux stands while the machine sleeps)."""

    def __init__(self) -> None:
        self._real: float | None = None
        self._counted = 0.0

    def look(self, real: float, counted: float) -> timedelta | None:
        """How long nobody looked, or how far the clock was set, where that is a jump. Both in seconds.

        >>> watch = ClockWatch()
        >>> watch.look(1000.0, 5.0), watch.look(1001.0, 6.0)
        (None, None)
        >>> watch.look(1601.0, 6.5)
        datetime.timedelta(seconds=600)
        >>> watch.look(1000.5, 7.0)
        datetime.timedelta(days=-1, seconds=85799, microseconds=500000)
        >>> watch.look(1000.6, 7.1) is None
        True
        """
        before, self._real = self._real, real
        counted_before, self._counted = self._counted, counted
        if before is None:
            return None
        passed, counted_passed = timedelta(seconds=real - before), timedelta(seconds=counted - counted_before)
        jumped = abs(passed - counted_passed) > JUMPS_FROM or counted_passed > JUMPS_FROM
        return passed if jumped else None

    def done(self, real: float, counted: float) -> None:
        """What was done since the last look took its time; only pauses count."""
        self._real, self._counted = real, counted


def clock_jumped(by: timedelta, *, now: datetime) -> None:
    """The books are compared before anything is traded, and people are told; once, whoever noticed it."""
    if not is_due("clock jump", now=now, every=JUMPS_FROM):
        return
    seconds = round(by.total_seconds())
    what = f"stood still for {seconds} seconds" if seconds >= 0 else f"had its clock set back by {-seconds} seconds"
    broker_account()
    with transaction.atomic():
        BrokerAccount.objects.filter(pk=1).update(recovered_at=None)
        alert_raise("warning", f"this machine {what}: nothing is traded until the books have been compared")
    log.warning("this machine %s", what)
