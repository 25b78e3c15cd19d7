"""What was decided and why, found by bot, symbol, outcome, version and time."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bots.models import Bot
from bots.tests.factories import BotFactory
from engine.models import Decision
from web.testing import client_of, problem

pytestmark = pytest.mark.django_db

AT = datetime(2026, 6, 2, 14, tzinfo=UTC)


@pytest.fixture
def bots() -> list[Bot]:
    """Two bots; of the first four decisions, of the second one, ten minutes apart."""
    first, second = BotFactory.create_batch(2)
    rows = [
        (first, "AAPL", "hold", "no_signal", 5),
        (first, "AAPL", "buy", "signal", 1),
        (first, "MSFT", "refused", "daily_loss", 3),
        (first, "AAPL", "sell", "window_end", 1),
        (second, "AAPL", "hold", "no_signal", 9),
    ]
    for place, (bot, symbol, action, reason, count) in enumerate(rows):
        begun = AT + timedelta(minutes=10 * place)
        Decision.objects.create(
            bot=bot,
            version=bot.versions.get(),
            symbol=symbol,
            action=action,
            reason=reason,
            sentence=f"{action} because {reason}",
            bar_end=begun,
            values={"RSI": {"rsi": 43.1}},
            votes={"RSI": 0},
            checks=[],
            count=count,
            first_at=begun,
            last_at=begun + timedelta(minutes=count - 1),
        )
    return [first, second]


def found(**query: Any) -> list[tuple[str, str, str]]:
    answer = client_of("viewer").get("/api/decisions", query)
    assert answer.status_code == 200, answer.content
    return [(row["symbol"], row["action"], row["reason"]) for row in answer.data["results"]]


def test_one_with_everything(bots: list[Bot]) -> None:
    [row] = client_of("viewer").get("/api/decisions", {"reason": "daily_loss"}).data["results"]

    assert row == {
        "id": row["id"],
        "bot": bots[0].pk,
        "bot_name": bots[0].name,
        "version": 1,
        "symbol": "MSFT",
        "action": "refused",
        "reason": "daily_loss",
        "sentence": "refused because daily_loss",
        "bar_end": "2026-06-02T14:20:00+00:00",
        "values": {"RSI": {"rsi": 43.1}},
        "votes": {"RSI": 0},
        "checks": [],
        "count": 3,
        "first_at": "2026-06-02T14:20:00+00:00",
        "last_at": "2026-06-02T14:22:00+00:00",
    }


def test_the_newest_come_first(bots: list[Bot]) -> None:
    assert [action for _, action, _ in found()] == ["hold", "sell", "refused", "buy", "hold"]


@pytest.mark.parametrize(
    ("query", "actions"),
    [
        ({"symbol": "MSFT"}, ["refused"]),
        ({"symbol": "MSFT,AAPL", "action": "buy"}, ["buy"]),
        ({"action": "hold"}, ["hold", "hold"]),
        ({"reason": "window_end"}, ["sell"]),
        ({"version": 2}, []),
        ({"since": "2026-06-02T14:22:00Z"}, ["hold", "sell", "refused"]),
        ({"until": "2026-06-02T14:10:00Z"}, ["hold"]),
        ({"since": "2026-06-02T14:04:00Z", "until": "2026-06-02T14:11:00Z"}, ["buy", "hold"]),
        ({"since": "2026-06-03"}, []),
    ],
)
def test_filters(bots: list[Bot], query: dict[str, Any], actions: list[str]) -> None:
    assert [action for _, action, _ in found(**query)] == actions


def test_of_one_bot(bots: list[Bot]) -> None:
    assert found(bot=bots[1].pk) == [("AAPL", "hold", "no_signal")]


def test_page_after_page(bots: list[Bot]) -> None:
    client, seen = client_of("viewer"), []
    address: str | None = "/api/decisions?page_size=2"
    while address:
        page = client.get(address).data
        seen += [row["action"] for row in page["results"]]
        address = page["next"]

    assert seen == ["hold", "sell", "refused", "buy", "hold"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"bot": "x"}, "bot"),
        ({"action": "purchase"}, "action"),
        ({"reason": "no_signals"}, "reason"),
        ({"since": "yesterday"}, "since"),
        ({"version": "-1"}, "version"),
        ({"symbols": "AAPL"}, "symbols"),
        ({"cursor": "nonsense"}, "cursor"),
    ],
)
def test_what_makes_no_sense_is_named(query: dict[str, str], field: str) -> None:
    answer = problem(client_of("viewer").get("/api/decisions", query), 400)

    assert [error["field"] for error in answer["errors"]] == [field]
