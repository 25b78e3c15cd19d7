"""Each person has an inbox: what is unread stays so over reloads and devices, until that person has read it."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from notifications.models import Alert, AlertsRead
from notifications.services import alert_begin, alert_end, alert_raise
from web.testing import client_of, problem

pytestmark = pytest.mark.django_db


def inbox(client: APIClient, query: str = "") -> Any:
    answer = client.get(f"/api/alerts?{query}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def words(client: APIClient, query: str) -> list[str]:
    return [row["words"] for row in inbox(client, query)["results"]]


def mark(client: APIClient, upto: object) -> Any:
    return client.post("/api/alerts/read", {"upto": upto}, format="json")


def test_what_a_person_has_read_is_read_on_every_device_and_only_for_that_person() -> None:
    ann, bob = client_of("viewer"), client_of("trader")
    alert_begin(kind="broker", words="away")
    alert_raise("info", "something happened")
    before = inbox(ann)
    assert (before["unread"], before["read_upto"]) == (2, None)
    newest = max(row["changed_at"] for row in before["results"])
    assert mark(ann, newest).json() == {"unread": 0, "read_upto": newest}
    # Another device, the same person.
    again = APIClient()
    again.cookies = ann.cookies
    assert inbox(again)["unread"] == 0
    assert inbox(bob)["unread"] == 2


def test_an_alert_that_ends_is_unread_again() -> None:
    ann = client_of("viewer")
    alert_begin(kind="broker", words="away")
    mark(ann, inbox(ann)["results"][0]["changed_at"])
    alert_end(kind="broker", words="back")
    body = inbox(ann, "state=unread")
    assert (body["unread"], [row["message"] for row in body["results"]]) == (1, ["back"])


def test_a_mark_never_goes_back_nor_ahead_of_time() -> None:
    ann = client_of("viewer")
    first, second = alert_raise("info", "one"), alert_raise("info", "two")
    mark(ann, second.changed_at.isoformat())
    mark(ann, first.changed_at.isoformat())
    assert inbox(ann)["unread"] == 0
    mark(ann, (timezone.now() + timedelta(days=1)).isoformat())
    assert AlertsRead.objects.get().upto <= timezone.now()
    alert_raise("info", "three")
    assert inbox(ann)["unread"] == 1


def test_what_was_written_late_is_unread_although_it_began_before() -> None:
    """The database took nothing for a while: the alert is of then, and nobody has seen it."""
    ann = client_of("viewer")
    mark(ann, alert_raise("info", "one").changed_at.isoformat())
    alert_begin(kind="database", words="locked", began_at=timezone.now() - timedelta(hours=1))
    assert words(ann, "state=unread") == ["locked"]


def test_it_is_filtered() -> None:
    ann = client_of("viewer")
    alert_begin(kind="exit", key="1:AAPL", words="cannot get out", bot=1, symbol="AAPL")
    alert_begin(kind="health", words="away", level="warning")
    alert_raise("info", "sold", bot=2, symbol="KO")
    assert words(ann, "kind=exit") == ["cannot get out"]
    assert words(ann, "level=warning") == ["away"]
    assert words(ann, "bot=1,2") == ["sold", "cannot get out"]
    assert words(ann, "symbol=ko") == ["sold"]
    assert words(ann, "state=standing&level=error") == ["cannot get out"]
    assert inbox(ann, "kind=exit")["unread"] == 3, "of all, whatever is filtered"
    for query in ("level=bad", "kind=exits", "bot=x", "symbol=$", "state=new"):
        problem(ann.get(f"/api/alerts?{query}"), 400)


@pytest.mark.parametrize(
    "wrong", [None, "", "yesterday", "2026-06-02", "2026-06-02T14:00:00", 5, True, [], {}, "0001-01-01T00:00:00+14:00"]
)
def test_a_mark_that_is_no_time_is_refused(wrong: object) -> None:
    body = problem(mark(client_of("viewer"), wrong), 400)
    assert [error["field"] for error in body["errors"]] == ["upto"]
    assert not AlertsRead.objects.exists()


def test_more_than_a_hundred_are_not_counted() -> None:
    now = timezone.now()
    Alert.objects.bulk_create(
        Alert(kind="news", level="info", words=str(number), began_at=now, ended_at=now) for number in range(130)
    )
    assert inbox(client_of("viewer"))["unread"] == 100
