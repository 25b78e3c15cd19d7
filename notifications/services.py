"""Telling people: news once, trouble when it begins and when it ends.

An alert is a row and an event of the log, written together; inside the caller's transaction where there is one.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.db import DataError, IntegrityError, transaction
from django.db import Error as DatabaseError
from django.utils import timezone

from events.services import event_publish
from notifications.models import Alert
from notifications.selectors import alert_payload

log = logging.getLogger(__name__)

NEWS = "news"
PRUNED_AT_ONCE = 500
PENDING_AT_MOST = 200

# Alerts that the database did not take yet, oldest first.
_pending: deque[Callable[[], object]] = deque(maxlen=PENDING_AT_MOST)
_writing = threading.Lock()


def alert_raise_once(level: str, message: str, *, key: str, symbol: str | None = None) -> None:
    """Tell news that nobody has told yet, whichever process comes first; key: tells it from other news."""
    if not Alert.objects.filter(kind=NEWS, key=key[:200]).exists():
        alert_raise(level, message, symbol=symbol, key=key[:200])


def alert_raise(level: str, message: str, *, bot: int | None = None, symbol: str | None = None, key: str = "") -> Alert:
    """Tell news: something that happened, and does not go on. level: info, warning or error."""
    now = timezone.now()
    with transaction.atomic():
        alert = Alert.objects.create(
            kind=NEWS, key=key, level=level, words=_text(message), bot=bot, symbol=symbol, began_at=now, ended_at=now
        )
        event_publish("alert_raised", alert_payload(alert))
    return alert


def alert_begin(
    *,
    kind: str,
    key: str = "",
    words: str,
    level: str = "error",
    bot: int | None = None,
    symbol: str | None = None,
    began_at: datetime | None = None,
) -> bool:
    """Tell that trouble has begun; True when it is news, False while it stands already."""
    if Alert.objects.filter(kind=kind, key=key, ended_at=None).exists():
        return False
    try:
        with transaction.atomic():
            alert = Alert.objects.create(
                kind=kind,
                key=key,
                level=level,
                words=_text(words),
                bot=bot,
                symbol=symbol,
                began_at=began_at or timezone.now(),
            )
            event_publish("alert_raised", alert_payload(alert))
    except IntegrityError:
        # Another process told it at the same moment.
        return False
    return True


def alert_end(*, kind: str, key: str = "", words: str) -> bool:
    """Tell that trouble is over; False when none stood."""
    with transaction.atomic():
        standing = Alert.objects.filter(kind=kind, key=key, ended_at=None)
        alert = standing.first()
        if alert is None or not standing.filter(pk=alert.pk).update(ended_at=timezone.now(), end_words=_text(words)):
            return False
        alert.refresh_from_db()
        event_publish("alert_raised", alert_payload(alert))
    return True


def alert_begin_surely(*, kind: str, key: str = "", words: str, level: str = "error") -> None:
    """As alert_begin, also while the database takes nothing: then it is written later, with the time it began."""
    _surely(partial(alert_begin, kind=kind, key=key, words=words, level=level, began_at=timezone.now()))


def alert_end_surely(*, kind: str, key: str = "", words: str) -> None:
    """As alert_end, also while the database takes nothing."""
    _surely(partial(alert_end, kind=kind, key=key, words=words))


def alert_raise_surely(level: str, message: str) -> None:
    """As alert_raise, also while the database takes nothing."""
    _surely(partial(alert_raise, level, message))


def alerts_write_pending() -> int:
    """Write what could not be written before, in sequence; how many are still waiting."""
    if not _writing.acquire(blocking=False):
        # Another thread is at it, and goes on to the end.
        return len(_pending)
    try:
        while _pending:
            try:
                _pending[0]()
            except (DataError, IntegrityError):
                log.exception("an alert cannot be stored")
            except DatabaseError as error:
                log.warning("%d alerts wait for the database: %s", len(_pending), error)
                break
            _pending.popleft()
    finally:
        _writing.release()
    return len(_pending)


def alerts_prune(before: datetime) -> int:
    """Forget alerts that ended before this real time, a few at a time; how many."""
    pruned = 0
    while ids := list(Alert.objects.filter(ended_at__lt=before).values_list("pk", flat=True)[:PRUNED_AT_ONCE]):
        Alert.objects.filter(pk__in=ids).delete()
        pruned += len(ids)
    return pruned


def _surely(write: Callable[[], object]) -> None:
    _pending.append(write)
    alerts_write_pending()


def _text(words: str) -> str:
    """At most as long as its column; a broker's words may hold what PostgreSQL stores in no text."""
    return words.replace("\x00", "")[:600]
