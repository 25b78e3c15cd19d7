"""Trouble is told once when it begins and once when it ends, and survives a reload of the page."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, transaction
from django.utils import timezone

from events.models import Event
from notifications import services
from notifications.models import Alert
from notifications.selectors import alert_stands, alerts_standing
from notifications.services import (
    alert_begin,
    alert_begin_surely,
    alert_end,
    alert_end_surely,
    alert_raise,
    alerts_prune,
    alerts_write_pending,
)
from web.testing import client_of, problem

pytestmark = pytest.mark.django_db


def told() -> list[tuple[str, str, bool]]:
    rows = Event.objects.filter(type="alert_raised").order_by("id")
    return [(row.payload["level"], row.payload["message"], row.payload["ended_at"] is None) for row in rows]


def test_news_is_a_row_and_an_event() -> None:
    alert = alert_raise("warning", "x" * 1000, bot=5, symbol="AAPL")
    [event] = Event.objects.all()
    assert event.type == "alert_raised"
    moment = alert.began_at.isoformat()
    assert event.payload == {
        "alert": alert.pk,
        "kind": "news",
        "level": "warning",
        "message": "x" * 600,
        "words": "x" * 600,
        "bot": 5,
        "symbol": "AAPL",
        "began_at": moment,
        "ended_at": moment,
        "changed_at": moment,
    }


def test_what_stands_is_told_once_and_its_end_once() -> None:
    assert alert_begin(kind="broker", key="orders", words="the broker is away")
    assert not alert_begin(kind="broker", key="orders", words="the broker is away, still")
    assert alert_begin(kind="broker", key="fills", words="of another kind", level="warning")
    assert alert_stands("broker", "orders")
    assert alerts_standing("broker") == {"orders", "fills"}
    assert alert_end(kind="broker", key="orders", words="the broker is back")
    assert not alert_end(kind="broker", key="orders", words="the broker is back")
    assert alert_begin(kind="broker", key="orders", words="away again")
    assert told() == [
        ("error", "the broker is away", True),
        ("warning", "of another kind", True),
        ("error", "the broker is back", False),
        ("error", "away again", True),
    ]


def test_an_alert_of_a_transaction_that_failed_was_never_there() -> None:
    with transaction.atomic():
        alert_begin(kind="broker", words="away")
        transaction.set_rollback(True)
    assert not Alert.objects.exists()
    assert not Event.objects.exists()


def test_what_the_database_does_not_take_is_written_later(monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("database is locked")

    before = timezone.now()
    with monkeypatch.context() as away:
        away.setattr(services, "event_publish", locked)
        alert_begin_surely(kind="database", words="the database is locked")
        alert_end_surely(kind="database", words="the database takes what is written again")
        assert alerts_write_pending() == 2
        assert not Alert.objects.exists()
    after = timezone.now()
    assert alerts_write_pending() == 0
    [alert] = Alert.objects.all()
    assert before <= alert.began_at <= after <= alert.ended_at
    assert [words for _, words, _ in told()] == ["the database is locked", "the database takes what is written again"]


def test_words_no_database_stores_hold_up_nothing() -> None:
    alert_raise("error", "a broker's \x00 byte")
    assert Alert.objects.get().words == "a broker's  byte"


def test_what_ended_long_ago_is_forgotten_and_what_stands_is_not() -> None:
    alert_begin(kind="a", words="stands")
    alert_raise("info", "old")
    alert_raise("info", "new")
    long_ago = timezone.now() - timedelta(days=100)
    Alert.objects.filter(words__in=["old", "stands"]).update(began_at=long_ago)
    Alert.objects.filter(words="old").update(ended_at=long_ago)
    assert alerts_prune(timezone.now() - timedelta(days=90)) == 1
    assert set(Alert.objects.values_list("words", flat=True)) == {"stands", "new"}


def test_the_page_reads_them_newest_first() -> None:
    alert_begin(kind="broker", words="away")
    alert_raise("info", "something happened")
    viewer = client_of("viewer")
    results = viewer.get("/api/alerts").json()["results"]
    assert [row["message"] for row in results] == ["something happened", "away"]
    standing = viewer.get("/api/alerts?state=standing").json()["results"]
    assert [(row["message"], row["ended_at"]) for row in standing] == [("away", None)]
    assert [row["message"] for row in viewer.get("/api/alerts?state=ended").json()["results"]] == ["something happened"]
    page = viewer.get("/api/alerts?page_size=1").json()
    assert [row["message"] for row in viewer.get(page["next"]).json()["results"]] == ["away"]
    problem(viewer.get("/api/alerts?state=old"), 400)
