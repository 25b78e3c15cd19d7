"""Halts over HTTP and in the admin: no entries from now on."""

from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from bots.models import Bot
from bots.tests.factories import BotFactory
from engine.models import Halt
from engine.selectors import halt_reason
from events.models import Event
from web.testing import UserFactory, client_of, problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def trader() -> APIClient:
    return client_of("trader")


@pytest.fixture
def bots() -> list[Bot]:
    return BotFactory.create_batch(2)


def events() -> list[tuple[str, Any]]:
    return [(event.type, event.payload.get("level")) for event in Event.objects.order_by("id")]


def test_all_bots_are_halted_and_released(trader: APIClient, bots: list[Bot]) -> None:
    answer = trader.post("/api/halts", {"bot": None, "reason": " the news "}, format="json")
    halt = Halt.objects.get()
    expected = {
        "id": halt.pk,
        "bot": None,
        "bot_name": None,
        "reason": "the news",
        "set_by": halt.set_by,
        "set_at": halt.set_at.isoformat(),
        "close_positions": False,
        "positions_left": 0,
        "flat_at": None,
    }
    assert (answer.status_code, answer.json()) == (201, expected)
    assert trader.get("/api/halts").json() == {"results": [expected]}
    assert trader.get("/api/summary").json()["halt"] == {
        key: expected[key] for key in ("id", "reason", "set_by", "set_at")
    }
    assert trader.get(f"/api/bots/{bots[0].pk}").json()["halted"] == "the news"
    assert events() == [("alert_raised", "warning")]

    assert trader.post(f"/api/halts/{halt.pk}/clear").status_code == 200
    assert [halt_reason(bot) for bot in bots] == ["", ""]
    assert trader.get("/api/halts").json() == {"results": []}
    assert trader.get("/api/summary").json()["halt"] is None
    assert events() == [("alert_raised", "warning"), ("alert_raised", "info")]
    # Asked twice, it is lifted once.
    assert trader.post(f"/api/halts/{halt.pk}/clear").status_code == 200
    assert len(events()) == 2


def test_one_bot_is_halted_and_its_card_is_told(trader: APIClient, bots: list[Bot]) -> None:
    halt = trader.post("/api/halts", {"bot": bots[0].pk, "reason": "lunch"}, format="json").json()
    assert (halt["bot"], halt["bot_name"]) == (bots[0].pk, bots[0].name)
    assert [trader.get(f"/api/bots/{bot.pk}").json()["halted"] for bot in bots] == ["lunch", ""]
    assert trader.get("/api/summary").json()["halt"] is None
    trader.post(f"/api/halts/{halt['id']}/clear")
    assert events() == [
        ("alert_raised", "warning"),
        ("bot_status_changed", None),
        ("alert_raised", "info"),
        ("bot_status_changed", None),
    ]


WRONG: list[tuple[Any, str]] = [
    ({}, "reason"),
    ({"reason": ""}, "reason"),
    ({"reason": "  "}, "reason"),
    ({"reason": "x" * 301}, "reason"),
    ({"reason": "a\nb"}, "reason"),
    ({"reason": 5}, "reason"),
    ({"reason": None}, "reason"),
    ({"reason": "x", "bot": 2**62}, "bot"),
    ({"reason": "x", "bot": "1"}, "bot"),
    ({"reason": "x", "bot": True}, "bot"),
    ({"reason": "x", "bot": -1}, "bot"),
    ({"reason": "x", "bot": 10**28}, "bot"),
    ({"reason": "x", "bot": []}, "bot"),
    ({"reason": "x", "bots": 1}, "bots"),
]


@pytest.mark.parametrize(("body", "field"), WRONG)
def test_a_wrong_halt_halts_nobody(trader: APIClient, bots: list[Bot], body: Any, field: str) -> None:
    [error] = problem(trader.post("/api/halts", body, format="json"), 400)["errors"]
    assert error["field"] == field
    assert not Halt.objects.exists()
    assert not Event.objects.exists()


def test_an_archived_bot_cannot_be_halted(trader: APIClient, bots: list[Bot]) -> None:
    Bot.objects.update(archived_at="2026-06-02T14:00:00Z")
    problem(trader.post("/api/halts", {"bot": bots[0].pk, "reason": "x"}, format="json"), 400)


def test_a_halt_that_is_not_there_is_not_found(trader: APIClient) -> None:
    problem(trader.post(f"/api/halts/{2**62}/clear"), 404)


def test_the_admin_sets_and_lifts_halts_through_the_services(bots: list[Bot]) -> None:
    admin = Client()
    admin.force_login(UserFactory.of("admin", username="root"))
    answer = admin.post("/admin/engine/halt/add/", {"bot": bots[0].pk, "reason": "lunch"})
    assert answer.status_code == 302
    halt = Halt.objects.get()
    assert (halt.bot, halt.reason, halt.set_by) == (bots[0], "lunch", "root")
    answer = admin.post("/admin/engine/halt/", {"action": "lift", "_selected_action": [halt.pk]})
    halt.refresh_from_db()
    assert (answer.status_code, halt.cleared_by) == (302, "root")
    assert halt.cleared_at is not None
    assert [kind for kind, _ in events()].count("alert_raised") == 2
    # What was is never changed or deleted.
    assert admin.post(f"/admin/engine/halt/{halt.pk}/delete/", {"post": "yes"}).status_code == 403
    assert admin.post(f"/admin/engine/halt/{halt.pk}/change/", {"reason": "other"}).status_code == 403
