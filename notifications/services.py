"""Telling people: news once, trouble when it begins and when it ends.

An alert is a row and an event of the log, written together, inside the caller's transaction if there is one.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.contrib.auth.models import User
from django.db import DataError, IntegrityError, transaction
from django.db import Error as DatabaseError
from django.utils import timezone

from events.services import event_publish
from notifications.models import Alert, AlertsRead
from notifications.selectors import alert_payload

log = logging.getLogger(__name__)

NEWS = "news"
PRUNED_AT_ONCE = 500
PENDING_AT_MOST = 200

# Alerts that the database did not take yet, oldest first.
_pending: deque[Callable[[], object]] = deque(maxlen=PENDING_AT_MOST)
_writing = threading.Lock()


def alert_raise_once(level: str, message: str, *, key: str, symbol: str | None = None) -> None:
    """Tell news that no process has told yet.

    Args:
        level: info, warning or error.
        message: The words people read.
        key: What tells it from other news.
        symbol: The stock it is about.
    """
    if not Alert.objects.filter(kind=NEWS, key=key[:200]).exists():
        alert_raise(level, message, symbol=symbol, key=key[:200])


def alert_raise(level: str, message: str, *, bot: int | None = None, symbol: str | None = None, key: str = "") -> Alert:
    """Tell news: something that happened, and does not go on.

    Args:
        level: info, warning or error.
        message: The words people read.
        bot: The id of the bot it is about.
        symbol: The stock it is about.
        key: What tells it from other news, if it is told only once.
    """
    now = timezone.now()
    with transaction.atomic():
        alert = Alert.objects.create(
            kind=NEWS,
            key=key,
            level=level,
            words=_text(message),
            bot=bot,
            symbol=symbol,
            began_at=now,
            ended_at=now,
            changed_at=now,
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
    """Tell that trouble has begun.

    Args:
        kind: The kind of trouble.
        key: What tells it from other trouble of its kind.
        words: The words people read.
        level: info, warning or error.
        bot: The id of the bot it is about.
        symbol: The stock it is about.
        began_at: Real time at which it began; None for now.

    Returns:
        True when that is news, False while the same trouble stands already.
    """
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
        now = timezone.now()
        ended = {"ended_at": now, "changed_at": now, "end_words": _text(words)}
        if alert is None or not standing.filter(pk=alert.pk).update(**ended):
            return False
        alert.refresh_from_db()
        event_publish("alert_raised", alert_payload(alert))
    return True


def alert_begin_surely(*, kind: str, key: str = "", words: str, level: str = "error") -> None:
    """Tell that trouble has begun, even while the database takes nothing.

    The alert is then written later, with the time at which the trouble began.
    """
    _surely(partial(alert_begin, kind=kind, key=key, words=words, level=level, began_at=timezone.now()))


def alert_end_surely(*, kind: str, key: str = "", words: str) -> None:
    """Tell that trouble is over, even while the database takes nothing."""
    _surely(partial(alert_end, kind=kind, key=key, words=words))


def alert_raise_surely(level: str, message: str) -> None:
    """Tell news, even while the database takes nothing."""
    _surely(partial(alert_raise, level, message))


def alerts_write_pending() -> int:
    """Write the alerts that could not be written before, in sequence, and return how many still wait."""
    if not _writing.acquire(blocking=False):
        # Another thread is writing them, and goes on to the end.
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


def alerts_mark_read(*, person: User, upto: datetime) -> None:
    """Note that a person has read everything up to the alert that changed then; it never goes back.

    Args:
        person: The person.
        upto: The `changed_at` of the newest alert that was seen; of the future no more than now.
    """
    upto = min(upto, timezone.now())
    AlertsRead.objects.get_or_create(person=person, defaults={"upto": upto})
    AlertsRead.objects.filter(person=person, upto__lt=upto).update(upto=upto)


def alerts_prune(before: datetime) -> int:
    """Forget alerts that ended before `before`, real time, a few at a time, and return how many."""
    pruned = 0
    while ids := list(Alert.objects.filter(ended_at__lt=before).values_list("pk", flat=True)[:PRUNED_AT_ONCE]):
        Alert.objects.filter(pk__in=ids).delete()
        pruned += len(ids)
    return pruned


def _surely(write: Callable[[], object]) -> None:
    _pending.append(write)
    alerts_write_pending()


def _text(words: str) -> str:
    """Cut a text to the length of its column, without NUL, which PostgreSQL stores in no text."""
    return words.replace("\x00", "")[:600]
