"""The history of a configuration: what each version changed, and the way back."""

from typing import Any

import pytest

from bots.models import Bot
from marketdata.tests.factories import SymbolFactory
from web.testing import BOT, client_of, problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def bot() -> Bot:
    """At version 3: the second changed the stop and the name, the third added an indicator and took one away."""
    SymbolFactory.create()
    client = client_of("admin")
    number = client.post("/api/bots", BOT, format="json").data["id"]
    edited = BOT | {"name": "Other", "risk_management": BOT["risk_management"] | {"stop_loss": 0.05}, "version": 1}
    assert client.put(f"/api/bots/{number}", edited, format="json").status_code == 200
    edited = edited | {"indicators": {"SMA": {"period": 20}}, "version": 2}
    assert client.put(f"/api/bots/{number}", edited, format="json").status_code == 200
    return Bot.objects.get(pk=number)


def changes(bot: Bot) -> list[dict[str, tuple[Any, Any]]]:
    results = client_of("viewer").get(f"/api/bots/{bot.pk}/versions").data["results"]
    return [{row["field"]: (row["before"], row["after"]) for row in version["changes"]} for version in results]


def test_each_version_says_what_it_changed(bot: Bot) -> None:
    third, second, first = changes(bot)

    assert first == {}
    assert second == {"name": (BOT["name"], "Other"), "risk_management.stop_loss": (0.02, 0.05)}
    assert third["indicators.SMA.period"] == (None, 20)
    assert third["indicators.RSI.period"] == (14, None)


def test_an_older_version_becomes_the_newest(bot: Bot) -> None:
    answer = client_of("admin").post(f"/api/bots/{bot.pk}/rollback", {"to": 1, "version": 3}, format="json")

    assert answer.status_code == 200
    assert (answer.data["version"], answer.data["name"]) == (4, BOT["name"])
    assert answer.data["risk_management"]["stop_loss"] == 0.02
    newest, oldest = bot.versions.get(number=4), bot.versions.get(number=1)
    assert newest.config == oldest.config
    assert newest.changed_by is not None
    assert bot.versions.count() == 4


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"to": 1}, 400, "version"),
        ({"to": 9, "version": 3}, 400, "to"),
        ({"to": "1", "version": 3}, 400, "to"),
        ({"to": True, "version": 3}, 400, "to"),
        ({"version": 3}, 400, "to"),
        ({"to": 1, "version": 2}, 409, None),
    ],
)
def test_what_cannot_be_done_changes_nothing(bot: Bot, body: dict[str, Any], status: int, field: str | None) -> None:
    answer = problem(client_of("admin").post(f"/api/bots/{bot.pk}/rollback", body, format="json"), status)

    assert field is None or [error["field"] for error in answer["errors"]] == [field]
    bot.refresh_from_db()
    assert (bot.version, bot.name, bot.versions.count()) == (3, "Other", 3)
