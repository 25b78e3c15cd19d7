"""Reading what people were told."""

from datetime import datetime
from typing import Annotated

from django.contrib.auth.models import User
from django.db.models import QuerySet
from typing_extensions import TypedDict

from engine.core.payloads import DateTimeText, one_of
from notifications.models import Alert, AlertsRead

UNREAD_AT_MOST = 100
# News, and the sorts of trouble, as docs/alerts.md explains them.
KINDS = (
    "news",
    "account",
    "health",
    "exit",
    "cancellation",
    "silent market",
    "difference",
    "rename",
    "market hours",
    "fill not booked",
    "order size",
    "cash not attributed",
)


class AlertPayload(TypedDict):
    alert: int
    kind: str
    level: Annotated[str, one_of(Alert.Level.values)]
    message: str
    words: str
    bot: int | None
    symbol: str | None
    began_at: DateTimeText
    ended_at: DateTimeText | None
    changed_at: DateTimeText


class AlertsReadPayload(TypedDict):
    """unread: alerts that changed after `read_upto`, at most 100; read_upto: None where nothing was read yet."""

    unread: int
    read_upto: DateTimeText | None


class AlertPage(AlertsReadPayload):
    """Alerts, the addresses of the pages beside, and how many of all the person has not read."""

    next: str | None
    previous: str | None
    results: list[AlertPayload]


class AlertsReadWanted(TypedDict):
    """upto: the `changed_at` of the newest alert that was seen."""

    upto: DateTimeText


def alert_payload(alert: Alert) -> AlertPayload:
    """An alert as the page gets it, JSON-ready. `message`: what is to be read now, of the end once it has ended."""
    return {
        "alert": alert.pk,
        "kind": alert.kind,
        "level": alert.level,
        "message": alert.end_words or alert.words,
        "words": alert.words,
        "bot": alert.bot,
        "symbol": alert.symbol,
        "began_at": alert.began_at.isoformat(),
        "ended_at": alert.ended_at.isoformat() if alert.ended_at else None,
        "changed_at": alert.changed_at.isoformat(),
    }


def alert_stands(kind: str, key: str = "") -> bool:
    """Trouble of this kind and key was told, and is not over."""
    return Alert.objects.filter(kind=kind, key=key, ended_at=None).exists()


def alerts_standing(kind: str) -> set[str]:
    """The keys of what stands of a kind."""
    return set(Alert.objects.filter(kind=kind, ended_at=None).values_list("key", flat=True))


def alerts_read_payload(person: User) -> AlertsReadPayload:
    """How far a person has read, and how many alerts came after that; JSON-ready."""
    upto = alerts_read_upto(person)
    unread = alerts_unread(upto)[:UNREAD_AT_MOST].count()
    return {"unread": unread, "read_upto": upto.isoformat() if upto else None}


def alerts_read_upto(person: User) -> datetime | None:
    """Up to when a person has read; None where nothing was read yet."""
    return AlertsRead.objects.filter(person=person).values_list("upto", flat=True).first()


def alerts_unread(upto: datetime | None) -> QuerySet[Alert]:
    """What changed after that."""
    return Alert.objects.filter(changed_at__gt=upto) if upto else Alert.objects.all()
