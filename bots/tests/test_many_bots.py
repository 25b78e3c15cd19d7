"""Many bots: sorted by any figure, and started, paused and stopped in one request."""

from decimal import Decimal
from typing import Any

import pytest
from rest_framework.test import APIClient

from bots.models import Bot
from bots.tests.factories import BotFactory
from engine.live.fills import fills_collect
from engine.live.testing import BotMaker, tick
from marketdata.tests.factories import SymbolFactory
from positions.models import BotResult, Position
from positions.tests.factories import PositionFactory
from simulator.testing import SimulatorProcess
from trades.models import Trade
from web.testing import client_of, problem

pytestmark = pytest.mark.django_db

RUNNING, PAUSED, STOPPED = Bot.Status.RUNNING, Bot.Status.PAUSED, Bot.Status.STOPPED


@pytest.fixture
def trader() -> APIClient:
    return client_of("trader")


def names(trader: APIClient, query: str) -> list[str]:
    return [bot["name"] for bot in trader.get(f"/api/bots?{query}").json()["results"]]


def act(client: APIClient, **body: Any) -> list[tuple[str, bool, str]]:
    answer = client.post("/api/bots/act", body, format="json")
    assert answer.status_code == 200, answer.content
    return [(row["name"], row["done"], row["detail"]) for row in answer.json()["results"]]


def statuses() -> dict[str, str]:
    return dict(Bot.objects.order_by("name").values_list("name", "status"))


@pytest.fixture
def three() -> list[Bot]:
    bots = [BotFactory.create(name=name, capital=capital) for name, capital in (("A", 500), ("B", 9_000), ("C", 700))]
    # A has won 5 in one position, B has lost 20 in one; C has not traded.
    results = {"A": ("5", 1, 1), "B": ("-20", 1, 0)}
    for bot in bots:
        if bot.name in results:
            pnl, closed, won = results[bot.name]
            BotResult.objects.filter(bot=bot).delete()
            BotResult.objects.create(bot=bot, realized_pnl=Decimal(pnl), closed_positions=closed, won_positions=won)
    SymbolFactory.create(symbol="KO")
    PositionFactory.create(bot=bots[2], symbol="KO")
    return bots


@pytest.mark.parametrize(
    ("ordering", "expected"),
    [
        ("total_pnl", ["B", "C", "A"]),
        ("-total_pnl", ["A", "C", "B"]),
        ("-open_positions", ["C", "A", "B"]),
        ("capital", ["A", "C", "B"]),
        ("-capital", ["B", "C", "A"]),
        # A bot without a closed position has no win rate: last, whichever way.
        ("win_rate", ["B", "A", "C"]),
        ("-win_rate", ["A", "B", "C"]),
        ("today", ["A", "B", "C"]),
    ],
)
def test_bots_are_sorted_by_any_figure(trader: APIClient, three: list[Bot], ordering: str, expected: list[str]) -> None:
    assert names(trader, f"ordering={ordering}") == expected


def test_a_page_by_a_figure_is_cut_after_sorting(trader: APIClient, three: list[Bot]) -> None:
    body = trader.get("/api/bots?ordering=-total_pnl&page_size=2&page=2").json()
    assert (body["count"], [bot["name"] for bot in body["results"]]) == (3, ["B"])
    assert names(trader, "ordering=-total_pnl&search=b") == ["B"]


def test_five_hundred_fit_a_page_and_no_more(trader: APIClient) -> None:
    assert trader.get("/api/bots?page_size=500").status_code == 200
    assert problem(trader.get("/api/bots?page_size=501"), 400)


def test_one_that_may_not_holds_up_no_other(trader: APIClient) -> None:
    for name, status in (("A", RUNNING), ("B", STOPPED), ("C", RUNNING)):
        BotFactory.create(name=name, status=status)
    everyone = list(Bot.objects.values_list("pk", flat=True))
    assert act(trader, action="pause", bots=everyone) == [
        ("A", True, ""),
        ("B", False, "only a running bot can be paused; B is stopped"),
        ("C", True, ""),
    ]
    assert statuses() == {"A": PAUSED, "B": STOPPED, "C": PAUSED}
    act(trader, action="start", bots=everyone)
    assert set(statuses().values()) == {RUNNING}
    act(trader, action="stop", bots=everyone[:2])
    assert statuses() == {"A": STOPPED, "B": STOPPED, "C": RUNNING}


def test_many_are_stopped_and_their_positions_sold(
    trader: APIClient, bot_running: BotMaker, trading: SimulatorProcess
) -> None:
    bots = [bot_running(symbols=[symbol]) for symbol in ("AAPL", "MSFT")]
    for bot in bots:
        tick(bot)
    fills_collect()
    assert Position.objects.held().count() == 2
    acted = act(trader, action="stop", bots=[bot.pk for bot in bots], close_positions=True)
    assert [done for _, done, _ in acted] == [True, True]
    exits = Trade.objects.filter(role="exit").order_by("symbol")
    assert [(exit.symbol, exit.reason.startswith("closed by person")) for exit in exits] == [
        ("AAPL", True),
        ("MSFT", True),
    ]


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["action", "bots"]),
        ({"action": "sell", "bots": [1]}, ["action"]),
        ({"action": ["stop"], "bots": [1]}, ["action"]),
        ({"action": "stop", "bots": []}, ["bots"]),
        ({"action": "stop", "bots": [True]}, ["bots"]),
        ({"action": "stop", "bots": ["1"]}, ["bots"]),
        ({"action": "stop", "bots": [10**18]}, ["bots"]),
        ({"action": "stop", "bots": [1] * 501}, ["bots"]),
        ({"action": "stop", "bots": [1], "close_positions": "yes"}, ["close_positions"]),
        ({"action": "pause", "bots": [1], "close_positions": True}, ["close_positions"]),
        ({"action": "pause", "bots": [1], "close": True}, ["close"]),
        # A name that an answer about bots has is none here, either.
        ({"action": "pause", "bots": [1], "status": "running"}, ["status"]),
    ],
)
def test_what_cannot_be_meant_is_refused_whole(trader: APIClient, body: dict[str, Any], fields: list[str]) -> None:
    bot = BotFactory.create(status=RUNNING)
    answer = problem(trader.post("/api/bots/act", body, format="json"), 400)
    assert [error["field"] for error in answer["errors"]] == fields
    bot.refresh_from_db()
    assert bot.status == RUNNING


def test_a_bot_that_is_not_there_is_named_and_nothing_is_done(trader: APIClient) -> None:
    bot = BotFactory.create(status=RUNNING)
    answer = trader.post("/api/bots/act", {"action": "stop", "bots": [bot.pk, bot.pk + 5]}, format="json")
    [error] = problem(answer, 400)["errors"]
    assert (error["field"], error["value"]) == ("bots", bot.pk + 5)
    assert "nothing was done" in error["message"]
    bot.refresh_from_db()
    assert bot.status == RUNNING


def test_who_only_looks_may_not(three: list[Bot]) -> None:
    body = {"action": "start", "bots": [three[0].pk]}
    assert client_of("viewer").post("/api/bots/act", body, format="json").status_code == 403
    assert set(statuses().values()) == {STOPPED}
