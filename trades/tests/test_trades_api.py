"""Trades over HTTP: filters, pages, one trade with its fills."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest
from rest_framework.test import APIClient

from bots.tests.factories import BotFactory
from trades.tests.factories import AT, ExecutionFactory, TradeFactory
from web.testing import client_of, problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def viewer() -> APIClient:
    return client_of("viewer")


def ids(client: APIClient, query: str = "") -> list[int]:
    answer = client.get(f"/api/trades{query}")
    assert answer.status_code == 200, answer.content
    return [row["id"] for row in answer.json()["results"]]


def test_a_trade_is_answered_as_the_contract_says(viewer: APIClient) -> None:
    trade = TradeFactory.create(profit_loss=Decimal("1.5"), slippage=Decimal("-0.01"), reason="Buy 10 at about $100.")
    body = viewer.get("/api/trades").json()
    [row] = body["results"]
    expected = {
        "id": trade.pk,
        "bot": trade.bot_id,
        "bot_name": trade.bot.name,
        "quantity": "10",
        "filled_quantity": "10",
        "price": "100",
        "profit_loss": "1.5",
        "slippage": "-0.01",
        "commission": "0",
        "timestamp": "2026-06-02T14:00:00+00:00",
        "status": "filled",
        "reason": "Buy 10 at about $100.",
    }
    assert {key: row[key] for key in expected} == expected


def test_one_trade_has_the_fills_it_was_made_of(viewer: APIClient) -> None:
    trade = TradeFactory.create()
    fill = ExecutionFactory.create(trade=trade)
    ExecutionFactory.create()
    body = viewer.get(f"/api/trades/{trade.pk}").json()
    assert body["executions"] == [
        {
            "id": fill.pk,
            "activity_id": fill.activity_id,
            "quantity": "10",
            "price": "100",
            "profit_loss": None,
            "at": "2026-06-02T14:00:00+00:00",
        }
    ]
    assert (body["version"], body["decision"], body["parent_id"], body["legs"]) == (1, None, None, [])


def test_the_newest_come_first(viewer: APIClient) -> None:
    old, new = TradeFactory.create(), TradeFactory.create(timestamp=AT + timedelta(minutes=1))
    same = TradeFactory.create(timestamp=AT)
    assert ids(viewer) == [new.pk, same.pk, old.pk]


def test_a_leg_appears_once_it_has_filled(viewer: APIClient) -> None:
    entry = TradeFactory.create()
    unfilled = {"bot": entry.bot, "parent": entry, "type": "sell", "booked_quantity": 0, "filled_quantity": 0}
    stop = TradeFactory.create(role="stop", state="open", status="pending", **unfilled)
    TradeFactory.create(role="target", state="open", status="pending", **unfilled)
    assert ids(viewer) == [entry.pk]
    problem(viewer.get(f"/api/trades/{stop.pk}"), 404)

    stop.booked_quantity = Decimal(10)
    stop.save()
    assert ids(viewer) == [stop.pk, entry.pk]
    assert viewer.get(f"/api/trades/{stop.pk}").json()["role"] == "stop"


@pytest.fixture
def various() -> dict[str, int]:
    bot = BotFactory.create()
    pending = {"status": "pending", "state": "open", "booked_quantity": 0, "filled_quantity": 0, "price": None}
    rows = {
        "buy": TradeFactory.create(bot=bot),
        "sell": TradeFactory.create(bot=bot, type="sell", role="exit", timestamp=AT + timedelta(hours=1)),
        "msft": TradeFactory.create(bot=bot, symbol="MSFT", timestamp=AT + timedelta(hours=2), **pending),
        "other": TradeFactory.create(timestamp=AT + timedelta(hours=3)),
    }
    return {name: row.pk for name, row in rows.items()} | {"bot": bot.pk}


def iso(hours: int) -> str:
    return quote((AT + timedelta(hours=hours)).isoformat())


FILTERS: list[tuple[str, list[str]]] = [
    ("", ["other", "msft", "sell", "buy"]),
    ("bot={bot}", ["msft", "sell", "buy"]),
    ("symbol=MSFT", ["msft"]),
    ("symbol=msft", ["msft"]),
    ("symbol=MSF", []),
    ("type=sell", ["sell"]),
    ("status=pending", ["msft"]),
    ("status=cancelled", []),
    ("role=exit", ["sell"]),
    (f"from={iso(1)}", ["other", "msft", "sell"]),
    (f"to={iso(1)}", ["buy"]),
    (f"from={iso(1)}&to={iso(2)}", ["sell"]),
    ("from=2026-06-02T11:00:00-04:00", ["other", "msft", "sell"]),
    ("bot={bot}&type=buy&status=filled", ["buy"]),
]


@pytest.mark.parametrize(("query", "expected"), FILTERS)
def test_filters(viewer: APIClient, various: dict[str, int], query: str, expected: list[str]) -> None:
    assert ids(viewer, "?" + query.format(bot=various["bot"])) == [various[name] for name in expected]


def test_a_single_trade_takes_no_filter(viewer: APIClient, various: dict[str, int]) -> None:
    [error] = problem(viewer.get(f"/api/trades/{various['buy']}?symbol=MSFT"), 400)["errors"]
    assert (error["field"], error["message"], error["range"]) == ("symbol", "is not a parameter here", "none")


def test_pages_are_walked_without_gaps_or_repetitions_while_trades_are_added(viewer: APIClient) -> None:
    # Half of them at the same moment: ids decide between those.
    rows = [TradeFactory.create(timestamp=AT + timedelta(minutes=max(0, number - 4))).pk for number in range(9)]
    seen: list[int] = []
    url: Any = "/api/trades?page_size=2"
    while url:
        body = viewer.get(url).json()
        seen += [row["id"] for row in body["results"]]
        assert len(body["results"]) <= 2
        url = body["next"]
        TradeFactory.create(timestamp=AT + timedelta(hours=1))
    assert seen == rows[::-1]


def test_a_page_leads_back_to_the_one_before(viewer: APIClient) -> None:
    for number in range(4):
        TradeFactory.create(timestamp=AT + timedelta(minutes=number))
    first = viewer.get("/api/trades?page_size=2").json()
    second = viewer.get(first["next"]).json()
    assert viewer.get(second["previous"]).json()["results"] == first["results"]
    assert (first["previous"], second["next"]) == (None, None)


def test_a_page_holds_fifty_unless_asked_otherwise_and_never_more_than_two_hundred(viewer: APIClient) -> None:
    bot = BotFactory.create()
    for _ in range(201):
        TradeFactory.create(bot=bot)
    assert len(ids(viewer)) == 50
    assert len(ids(viewer, "?page_size=200")) == 200
    problem(viewer.get("/api/trades?page_size=201"), 400)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_trades_are_only_read(method: str) -> None:
    trade = TradeFactory.create()
    admin = client_of("admin")
    for path in ("/api/trades", f"/api/trades/{trade.pk}"):
        problem(getattr(admin, method)(path), 405)
    trade.refresh_from_db()
    assert trade.quantity == 10
