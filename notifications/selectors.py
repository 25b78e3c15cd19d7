"""Reading what people were told."""

from typing import Annotated

from typing_extensions import TypedDict

from engine.core.payloads import DateTimeText, one_of
from notifications.models import Alert


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
    }


def alert_stands(kind: str, key: str = "") -> bool:
    """Trouble of this kind and key was told, and is not over."""
    return Alert.objects.filter(kind=kind, key=key, ended_at=None).exists()


def alerts_standing(kind: str) -> set[str]:
    """The keys of what stands of a kind."""
    return set(Alert.objects.filter(kind=kind, ended_at=None).values_list("key", flat=True))
