"""Writing to the event log."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from events.doorbell import ring
from events.models import Event

# PostgreSQL's lock on the log: any number, the same everywhere.
LOG_LOCK = 7_041_776
PRUNED_AT_ONCE = 2000


def event_publish(type: str, payload: Mapping[str, Any]) -> Event:
    """Log an event inside the transaction that changed the state, after everything else in it.

    On PostgreSQL the log is locked until the commit, so that ids rise in the order of the commits and a reader that
    asks for what follows an id misses nothing. SQLite has only one writer at a time.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOG_LOCK])
    event = Event.objects.create(type=type, payload=dict(payload))
    transaction.on_commit(ring)
    return event


def newest_event() -> int:
    """Return the id of the newest event; 0 while there is none."""
    return Event.objects.aggregate(newest=Max("id"))["newest"] or 0


def events_prune(before: datetime) -> int:
    """Forget events older than `before`, real time, a few at a time, and return how many.

    The newest event always stays, so that ids go on.
    """
    newest = newest_event()
    pruned = 0
    while True:
        old = Event.objects.filter(created__lt=before, id__lt=newest).order_by("id").values_list("id", flat=True)
        ids = list(old[:PRUNED_AT_ONCE])
        if not ids:
            return pruned
        Event.objects.filter(id__lte=ids[-1]).delete()
        pruned += len(ids)
