"""What people note about trades: kept, changed, taken away, found by a tag."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from trades.models import Trade, TradeNote
from trades.tests.factories import TradeFactory
from web.testing import client_of, problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def trader() -> APIClient:
    return client_of("trader")


def noted(client: APIClient, trade: Trade, **body: Any) -> dict[str, Any]:
    answer = client.put(f"/api/trades/{trade.pk}/note", body, format="json")
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def test_a_note_is_kept_with_who_and_changed_and_taken_away(trader: APIClient) -> None:
    trade = TradeFactory.create()
    assert client_of("viewer").get(f"/api/trades/{trade.pk}").json()["note"] == {
        "text": "",
        "tags": [],
        "by": "",
        "at": None,
    }
    person = trader.get("/api/auth/me").json()["username"]
    body = noted(trader, trade, text=" bought into the news ", tags=["News", "late", "news"])
    assert (body["text"], body["tags"], body["by"]) == ("bought into the news", ["news", "late"], person)
    assert body["at"]
    assert client_of("viewer").get(f"/api/trades/{trade.pk}").json()["note"] == body
    assert noted(trader, trade, tags=["late"])["text"] == ""
    assert noted(trader, trade, text="", tags=[]) == {"text": "", "tags": [], "by": "", "at": None}
    assert not TradeNote.objects.exists()


def test_trades_and_their_figures_are_found_by_a_tag(trader: APIClient) -> None:
    first, second, third = (TradeFactory.create() for _ in range(3))
    noted(trader, first, tags=["news"])
    noted(trader, second, tags=["newsroom", "late"])
    noted(trader, third, text="news")

    def found(tag: str) -> list[int]:
        return [row["id"] for row in trader.get(f"/api/trades?tag={tag}").json()["results"]]

    assert found("news") == [first.pk]
    assert found("NEWS") == [first.pk]
    assert found("late") == [second.pk]
    assert found("new") == []
    [error] = problem(trader.get("/api/trades?tag=%25"), 400)["errors"]
    assert (error["field"], error["range"]) == ("tag", "1 to 24 letters, digits, - and _")
    assert trader.get("/api/trades/stats?tag=late").json()["trades"] == 1


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"text": 5}, ["text"]),
        ({"text": "x" * 2001}, ["text"]),
        ({"tags": "news"}, ["tags"]),
        ({"tags": ["two words"]}, ["tags"]),
        ({"tags": ["a|b"]}, ["tags"]),
        ({"tags": [""]}, ["tags"]),
        ({"tags": [f"t{number}" for number in range(9)]}, ["tags"]),
        ({"note": "x"}, ["note", "text"]),
        ({}, ["text"]),
        ({"text": None, "tags": None}, ["text", "tags"]),
    ],
)
def test_what_is_no_note_is_refused_whole(trader: APIClient, body: dict[str, Any], fields: list[str]) -> None:
    trade = TradeFactory.create()
    noted(trader, trade, text="kept")
    answer = problem(trader.put(f"/api/trades/{trade.pk}/note", body, format="json"), 400)
    assert [error["field"] for error in answer["errors"]] == fields
    assert TradeNote.objects.get().text == "kept"


def test_who_only_looks_notes_nothing() -> None:
    trade = TradeFactory.create()
    assert client_of("viewer").put(f"/api/trades/{trade.pk}/note", {"text": "x"}, format="json").status_code == 403
    assert client_of("trader").put("/api/trades/999999/note", {"text": "x"}, format="json").status_code == 404
