"""The Celery tasks of research: each makes one call, and a lost one is asked for again."""

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.db import close_old_connections

from engine.services import is_due
from marketdata.clock import real_now
from research.job import backtests_run
from research.services import backtests_wait
from web.wake import wake

# Backtests have a queue of their own, where a long run holds up nobody.
QUEUE = "backtests"
EVERY = timedelta(seconds=5)


@shared_task(name="research.tasks.backtests")
def backtests() -> None:
    """Run every backtest that waits."""
    close_old_connections()
    backtests_run()


def backtests_wake() -> None:
    """Ask again for the backtests that wait, as a message may have been lost.

    Without Redis this does nothing: a child process looks at the rows.
    """
    now = real_now()
    if settings.REDIS_URL and is_due("backtests", now=now, every=EVERY) and backtests_wait(now):
        wake(backtests.name, queue=QUEUE, expires=EVERY.total_seconds())
