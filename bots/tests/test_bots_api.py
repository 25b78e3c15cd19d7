"""Bots over HTTP: making, changing, starting, stopping and deleting them."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django_celery_beat.models import PeriodicTask
from rest_framework.test import APIClient

from bots.models import Bot, BotVersion
from bots.tests.factories import BotFactory
from engine.core.indicators import REGISTRY
from engine.live.fills import fills_collect
from engine.live.testing import BotMaker, tick
from engine.services import account_error, broker_account
from events.models import Event
from marketdata.tests.factories import SymbolFactory
from positions.models import Position
from positions.tests.factories import PositionFactory
from simulator.testing import SimulatorProcess
from trades.models import Trade
from trades.tests.factories import TradeFactory
from web.testing import BOT, client_of, problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> APIClient:
    for symbol in ("AAPL", "MSFT", "GOOGL"):
        SymbolFactory.create(symbol=symbol)
    return client_of("admin")


@pytest.fixture
def trader() -> APIClient:
    return client_of("trader")


def made(admin: APIClient, **changes: Any) -> dict[str, Any]:
    answer = admin.post("/api/bots", BOT | changes, format="json")
    assert answer.status_code == 201, answer.content
    body: dict[str, Any] = answer.json()
    return body


def test_a_bot_is_made_and_answered_as_the_contract_says(admin: APIClient) -> None:
    body = made(admin)
    assert body["today"] == {"pnl": "0", "trades": 0}
    assert body["risk_management"] == {
        "stop_loss": 0.02,
        "take_profit": 0.05,
        "trailing_stop": None,
        "max_position_size": 0.1,
        "max_daily_loss": 0.1,
        "max_positions": 5,
        "cooldown_minutes": 0,
        "max_orders_per_minute": 10,
    }
    facts = {
        key: body[key] for key in ("name", "capital", "status", "status_reason", "version", "win_rate", "total_pnl")
    }
    assert facts == {
        "name": "Momentum Bot",
        "capital": "10000",
        "status": "stopped",
        "status_reason": "",
        "version": 1,
        "win_rate": None,
        "total_pnl": "0",
    }
    assert (body["last_tick_at"], body["next_tick_at"], body["last_decision"]) == (None, None, None)

    bot = Bot.objects.get()
    assert body["id"] == bot.pk
    [version] = BotVersion.objects.all()
    assert (version.number, version.config["capital"], version.changed_by) == (1, "10000", User.objects.get())
    task = PeriodicTask.objects.get(name=f"bot:{bot.pk}")
    assert (task.enabled, task.interval.every if task.interval else None, task.args) == (False, 60, f"[{bot.pk}]")
    assert Event.objects.get().payload == {
        "id": bot.pk,
        "name": "Momentum Bot",
        "status": "stopped",
        "status_reason": "",
    }


def test_the_list_and_the_single_bot_answer_alike(admin: APIClient) -> None:
    body = made(admin)
    made(admin, name="Second")
    assert admin.get(f"/api/bots/{body['id']}").json() == body
    listed = admin.get("/api/bots").json()
    assert (listed["count"], [bot["name"] for bot in listed["results"]]) == (2, ["Momentum Bot", "Second"])
    assert listed["results"][0] == body


def test_a_page_holds_as_many_as_asked_for_and_at_most_two_hundred(admin: APIClient) -> None:
    BotFactory.create_batch(3)
    assert len(admin.get("/api/bots?page_size=2").json()["results"]) == 2
    assert len(admin.get("/api/bots?page_size=2&page=2").json()["results"]) == 1


REFUSED: list[tuple[dict[str, Any], dict[str, Any]]] = [
    (
        {"capital": -100},
        {"field": "capital", "value": -100, "range": "100 to 100000000", "nearest": None},
    ),
    ({"capitol": 1}, {"field": "capitol", "value": 1, "range": None, "nearest": "capital"}),
    ({"symbols": []}, {"field": "symbols", "value": "[]", "range": "1 to 50 entries", "nearest": None}),
    ({"symbols": ["AAPL", "AAPPL"]}, {"field": "symbols", "value": "AAPPL", "range": None, "nearest": "AAPL"}),
    ({"start_hour": 13}, {"field": "end_hour", "value": "12:00", "range": None, "nearest": None}),
    (
        {"indicators": {"RSY": {}}},
        {"field": "indicators.RSY", "value": "RSY", "range": ", ".join(sorted(REGISTRY)), "nearest": "RSI"},
    ),
]


@pytest.mark.parametrize(("changes", "expected"), REFUSED)
def test_a_wrong_configuration_is_refused_whole(
    admin: APIClient, changes: dict[str, Any], expected: dict[str, Any]
) -> None:
    [error] = problem(admin.post("/api/bots", BOT | changes, format="json"), 400)["errors"]
    assert {key: value for key, value in error.items() if key != "message"} == expected
    assert error["message"]
    assert not Bot.objects.exists()
    assert not PeriodicTask.objects.filter(name__startswith="bot:").exists()
    assert not Event.objects.exists()


def test_a_symbol_that_is_no_longer_traded_is_refused(admin: APIClient) -> None:
    SymbolFactory.create(symbol="GONE", tradable=False)
    [error] = problem(admin.post("/api/bots", BOT | {"symbols": ["GONE"]}, format="json"), 400)["errors"]
    assert (error["field"], error["value"]) == ("symbols", "GONE")


def test_a_name_is_given_once_among_the_existing(admin: APIClient) -> None:
    body = made(admin)
    [error] = problem(admin.post("/api/bots", BOT, format="json"), 400)["errors"]
    assert (error["field"], error["value"]) == ("name", "Momentum Bot")
    assert admin.delete(f"/api/bots/{body['id']}").status_code == 204
    assert made(admin)["id"] != body["id"]


def test_what_an_answer_carried_may_be_sent_back(admin: APIClient) -> None:
    body = made(admin)
    answer = admin.put(f"/api/bots/{body['id']}", body | {"capital": "20000"}, format="json")
    assert answer.status_code == 200, answer.content
    assert (answer.json()["capital"], answer.json()["version"]) == ("20000", 2)
    assert list(BotVersion.objects.values_list("number", flat=True)) == [2, 1]


def test_an_edit_replaces_everything_and_sets_the_schedule(admin: APIClient) -> None:
    body = made(admin)
    change = BOT | {"version": 1, "trading_frequency": 300, "symbols": ["MSFT"]}
    assert admin.put(f"/api/bots/{body['id']}", change, format="json").status_code == 200
    bot = Bot.objects.get()
    assert (bot.trading_frequency, bot.symbols, bot.version) == (300, ["MSFT"], 2)
    task = PeriodicTask.objects.get(name=f"bot:{bot.pk}")
    assert (task.interval.every if task.interval else None, task.enabled) == (300, False)


def test_an_edit_of_a_running_bot_leaves_it_running(admin: APIClient) -> None:
    body = made(admin)
    admin.post(f"/api/bots/{body['id']}/start")
    answer = admin.put(f"/api/bots/{body['id']}", BOT | {"version": 1, "name": "New name"}, format="json")
    assert (answer.status_code, answer.json()["status"]) == (200, "running")
    assert PeriodicTask.objects.get(name=f"bot:{body['id']}").enabled


def test_a_stale_edit_changes_nothing(admin: APIClient) -> None:
    body = made(admin)
    path = f"/api/bots/{body['id']}"
    assert admin.put(path, BOT | {"version": 1, "capital": 20_000}, format="json").status_code == 200
    refused = problem(admin.put(path, BOT | {"version": 1, "capital": 30_000}, format="json"), 409)
    assert refused["detail"] == "Momentum Bot was changed meanwhile; it is at version 2 now"
    assert (Bot.objects.get().capital, Bot.objects.get().version, BotVersion.objects.count()) == (20_000, 2, 2)


@pytest.mark.parametrize("version", [None, "1", 1.0, True, [], 10**20])
def test_an_edit_carries_the_version_it_saw(admin: APIClient, version: Any) -> None:
    body = made(admin)
    answer = admin.put(f"/api/bots/{body['id']}", BOT | {"version": version, "capital": 500}, format="json")
    assert answer.status_code == (409 if version == 10**20 else 400), answer.content
    assert Bot.objects.get().capital == 10_000


def test_a_bad_edit_changes_nothing(admin: APIClient) -> None:
    body = made(admin)
    before = Bot.objects.values().get()
    problem(admin.put(f"/api/bots/{body['id']}", BOT | {"version": 1, "capital": 1}, format="json"), 400)
    assert Bot.objects.values().get() == before
    assert BotVersion.objects.count() == 1


@pytest.mark.parametrize("status", Bot.Status.values)
def test_start_is_allowed_from_any_status_and_done_once(trader: APIClient, status: str) -> None:
    bot = BotFactory.create(status=status, status_reason="it was so")
    first = trader.post(f"/api/bots/{bot.pk}/start")
    events = Event.objects.count()
    again = trader.post(f"/api/bots/{bot.pk}/start")
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json()["status"] == again.json()["status"] == "running"
    assert Event.objects.count() == events == (0 if status == "running" else 1)
    assert Bot.objects.get().status == "running"
    if status != "running":
        assert Bot.objects.get().status_reason == ""
        assert PeriodicTask.objects.get(name=f"bot:{bot.pk}").enabled


def test_a_bot_started_while_the_keys_are_refused_runs_and_waits_for_them(trader: APIClient) -> None:
    broker_account()
    account_error("the broker refused the API keys", unauthorized=True)
    bot = BotFactory.create()
    body = trader.post(f"/api/bots/{bot.pk}/start").json()
    assert (body["status"], body["status_reason"]) == ("running", "")
    assert broker_account().error == "the broker refused the API keys"


@pytest.mark.parametrize("status", ["stopped", "error", "paused"])
def test_only_a_running_bot_is_paused(trader: APIClient, status: str) -> None:
    bot = BotFactory.create(status=status)
    assert f"is {status}" in problem(trader.post(f"/api/bots/{bot.pk}/pause"), 409)["detail"]
    assert Bot.objects.get().status == status
    assert not Event.objects.exists()


def test_pausing_and_stopping(trader: APIClient) -> None:
    bot = BotFactory.create()
    path = f"/api/bots/{bot.pk}"
    trader.post(f"{path}/start")
    assert trader.post(f"{path}/pause").json()["status"] == "paused"
    # It has nothing to get out of.
    assert not PeriodicTask.objects.get(name=f"bot:{bot.pk}").enabled
    assert [trader.post(f"{path}/stop").json()["status"] for _ in range(2)] == ["stopped", "stopped"]
    assert not PeriodicTask.objects.get(name=f"bot:{bot.pk}").enabled
    assert list(Event.objects.order_by("id").values_list("payload__status", flat=True)) == [
        "running",
        "paused",
        "stopped",
    ]


def test_a_paused_bot_that_holds_shares_goes_on_ticking(trader: APIClient) -> None:
    bot = PositionFactory.create().bot
    trader.post(f"/api/bots/{bot.pk}/start")
    assert trader.post(f"/api/bots/{bot.pk}/pause").json()["status"] == "paused"
    assert PeriodicTask.objects.get(name=f"bot:{bot.pk}").enabled


def test_stopping_ends_an_entry_that_was_not_sent_yet(trader: APIClient) -> None:
    bot = BotFactory.create(status="running")
    zero = {"filled_quantity": 0, "booked_quantity": 0, "order_id": None}
    TradeFactory.create(bot=bot, state="created", status="pending", **zero)
    trader.post(f"/api/bots/{bot.pk}/stop")
    assert (Trade.objects.get().state, Trade.objects.get().status) == ("unsent", "cancelled")


def test_a_deleted_bot_is_out_of_sight_and_its_history_stays(admin: APIClient) -> None:
    body = made(admin)
    path = f"/api/bots/{body['id']}"
    assert admin.delete(path).status_code == 204
    for answer in (admin.get(path), admin.delete(path), admin.post(f"{path}/start")):
        problem(answer, 404)
    assert admin.get("/api/bots").json()["results"] == []
    assert (Bot.objects.get().archived_at is not None, BotVersion.objects.count()) == (True, 1)
    assert not PeriodicTask.objects.filter(name__startswith="bot:").exists()


def test_a_bot_that_holds_or_orders_is_not_deleted(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    bot, client = bot_running(), client_of("admin")
    tick(bot)
    assert "order under way" in problem(client.delete(f"/api/bots/{bot.pk}"), 409)["detail"]
    fills_collect()
    assert "still holds shares" in problem(client.delete(f"/api/bots/{bot.pk}"), 409)["detail"]
    bot.refresh_from_db()
    assert (bot.archived_at, bot.status) == (None, "running")


def test_a_bot_tells_what_it_holds_and_decided(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    bot = bot_running()
    tick(bot)
    fills_collect()
    body = client_of("viewer").get(f"/api/bots/{bot.pk}").json()
    assert (body["open_positions"], body["today"]["trades"]) == (1, 1)
    assert (body["last_decision"]["action"], body["last_decision"]["symbol"]) == ("buy", "AAPL")
    assert body["last_tick_at"] == "2026-06-02T13:31:00+00:00"
    assert body["next_tick_at"] == "2026-06-02T13:32:00+00:00"


def test_stop_and_close_also_asks_for_the_sale(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    bot, client = bot_running(), client_of("trader")
    tick(bot)
    fills_collect()
    for _ in range(2):
        answer = client.post(f"/api/bots/{bot.pk}/stop", {"close_positions": True}, format="json")
        assert (answer.status_code, answer.json()["status"]) == (200, "stopped")
    exit = Trade.objects.get(role="exit")
    assert (exit.state, exit.quantity) == ("created", Position.objects.get().quantity)
    assert exit.reason.startswith("closed by person")


def test_stop_alone_sells_nothing(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    bot = bot_running()
    tick(bot)
    fills_collect()
    client_of("trader").post(f"/api/bots/{bot.pk}/stop")
    assert not Trade.objects.filter(role="exit").exists()
    assert Position.objects.get().is_open
    assert set(Trade.objects.resting().values_list("state", flat=True)) == {"open"}


def test_bots_are_filtered_and_sorted(admin: APIClient) -> None:
    rows = [
        BotFactory.create(name=name, status=status)
        for name, status in (("Beta", "running"), ("alpha", "stopped"), ("Gamma", "running"))
    ]

    def names(query: str) -> list[str]:
        return [bot["name"] for bot in admin.get(f"/api/bots?{query}").json()["results"]]

    assert names("") == [bot.name for bot in rows]
    assert names("status=running") == ["Beta", "Gamma"]
    assert names("search=ALPH") == ["alpha"]
    assert names("search=a&status=stopped") == ["alpha"]
    assert names("ordering=-name") == ["alpha", "Gamma", "Beta"]
    assert names("ordering=-created_at") == ["Gamma", "alpha", "Beta"]
    [error] = problem(admin.get("/api/bots?stauts=running"), 400)["errors"]
    assert (error["field"], error["nearest"]) == ("stauts", "status")


def test_every_version_of_a_bot_is_kept_with_who_made_it(admin: APIClient) -> None:
    bot = made(admin)
    admin.put(f"/api/bots/{bot['id']}", BOT | {"version": 1, "capital": 20_000}, format="json")
    versions = admin.get(f"/api/bots/{bot['id']}/versions").json()["results"]
    who = User.objects.get().username
    assert [(row["number"], row["changed_by"], row["config"]["capital"]) for row in versions] == [
        (2, who, "20000"),
        (1, who, "10000"),
    ]
