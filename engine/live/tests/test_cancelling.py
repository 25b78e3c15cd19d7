"""An entry that a person cancels: wherever it is, once, and never a stop."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from bots.models import Bot
from engine.live.fills import fills_collect
from engine.live.orders import order_send
from engine.live.testing import BotMaker, step, sweep, tick
from marketdata.clock import real_now
from positions.models import Position, Reservation
from simulator.testing import SimulatorProcess
from trades.models import Trade
from trades.services import trade_cancel_want, trade_claim, trade_release
from web.testing import client_of, problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def trader() -> APIClient:
    return client_of("trader")


@pytest.fixture
def person(trader: APIClient) -> str:
    name: str = trader.get("/api/auth/me").json()["username"]
    return name


@pytest.fixture
def resting(bot_running: BotMaker, trading: SimulatorProcess) -> Trade:
    """An entry that waits at the broker: its symbol is halted."""
    halt(trading)
    tick(bot_running())
    return Trade.objects.get(role="entry")


def halt(trading: SimulatorProcess) -> None:
    trading.control("POST", "/sim/halts", {"symbol": "AAPL", "halted": True})
    # From the next full minute on.
    step(trading)


def cancelled(client: APIClient, trade: Trade) -> dict[str, Any]:
    answer = client.post(f"/api/trades/{trade.pk}/cancel")
    assert answer.status_code == 202, answer.content
    body: dict[str, Any] = answer.json()
    return body


def at_broker(trading: SimulatorProcess) -> list[str]:
    return [order["status"] for order in trading.ask("GET", "/v2/orders?status=all&nested=true")]


def test_it_is_cancelled_at_the_broker_and_its_money_is_free(
    trader: APIClient, person: str, resting: Trade, trading: SimulatorProcess
) -> None:
    assert resting.state == "open"
    assert Reservation.objects.get(client_order_id=resting.client_order_id).amount > 0
    body = cancelled(trader, resting)
    assert (body["state"], body["cancelling"], body["reason"]) == (
        "open",
        True,
        f"its cancellation was asked for by {person}",
    )
    sweep()
    resting.refresh_from_db()
    assert (resting.state, resting.status) == ("canceled", "cancelled")
    assert at_broker(trading) == ["canceled"]
    assert not Reservation.objects.filter(client_order_id=resting.client_order_id, amount__gt=0).exists()
    assert Bot.objects.get().status == "running"


def test_asked_twice_it_is_one_request(trader: APIClient, person: str, resting: Trade) -> None:
    cancelled(trader, resting)
    first = Trade.objects.get(pk=resting.pk).cancel_requested_at
    cancelled(client_of("admin"), resting)
    again = Trade.objects.get(pk=resting.pk)
    assert (again.cancel_requested_at, again.error) == (first, f"its cancellation was asked for by {person}")


def test_one_that_was_not_sent_never_is(
    trader: APIClient, bot_running: BotMaker, trading: SimulatorProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    bot = bot_running()
    monkeypatch.setattr("engine.live.tick.order_send", lambda *args, **kwargs: None)
    tick(bot)
    trade = Trade.objects.get(role="entry")
    assert trade.state == "created"
    assert cancelled(trader, trade)["state"] == "unsent"
    order_send(trade)
    sweep()
    assert at_broker(trading) == []


def test_one_that_waits_to_be_sent_again_when_it_was_cancelled_is_not_sent(
    bot_running: BotMaker, trading: SimulatorProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was being sent when the person cancelled it, and the broker turned that request away."""
    bot = bot_running()
    monkeypatch.setattr("engine.live.tick.order_send", lambda *args, **kwargs: None)
    tick(bot)
    trade = Trade.objects.get(role="entry")
    assert trade_claim(trade, now=real_now())
    assert trade_cancel_want(trade, "its cancellation was asked for by ann", at=real_now())
    trade_release(trade, until=real_now())
    order_send(trade)
    trade.refresh_from_db()
    assert (trade.state, at_broker(trading)) == ("unsent", [])


def test_one_whose_outcome_is_unknown_is_cancelled_once_it_is_known(
    trader: APIClient, bot_running: BotMaker, trading: SimulatorProcess
) -> None:
    halt(trading)
    bot = bot_running()
    trading.set_faults(
        {"method": "POST", "path": "/v2/orders", "effect": "drop", "when": "after", "count": 1},
        {"method": "GET", "path": "/v2/orders:by_client_order_id", "effect": "status", "status": 503},
    )
    tick(bot)
    trade = Trade.objects.get(role="entry")
    assert trade.state == "unknown"
    assert cancelled(trader, trade)["cancelling"]
    trading.set_faults()
    for _ in range(3):
        sweep()
    trade.refresh_from_db()
    assert trade.state == "canceled"
    assert at_broker(trading) == ["canceled"]


def test_one_that_fills_all_the_same_becomes_a_position_with_its_stop(
    trader: APIClient, resting: Trade, trading: SimulatorProcess
) -> None:
    cancelled(trader, resting)
    trading.control("POST", "/sim/halts", {"symbol": "AAPL", "halted": False})
    step(trading, 120)
    sweep()
    fills_collect()
    resting.refresh_from_db()
    assert resting.state == "filled"
    assert Position.objects.get().is_open
    assert set(Trade.objects.resting().values_list("state", flat=True)) == {"open"}


def test_an_ended_one_cannot_be(trader: APIClient, resting: Trade) -> None:
    cancelled(trader, resting)
    sweep()
    answer = trader.post(f"/api/trades/{resting.pk}/cancel")
    assert problem(answer, 409)["detail"] == "the order has ended: it is canceled"


def test_a_stop_a_target_and_an_exit_stay(trader: APIClient, bot_running: BotMaker, trading: SimulatorProcess) -> None:
    tick(bot_running())
    fills_collect()
    listed = {row["role"]: row for row in trader.get("/api/trades/working").json()["results"]}
    assert set(listed) == {"stop", "target"}
    for role, words in (("stop", "a stop rests"), ("target", "a target rests")):
        assert listed[role]["stays"].startswith(words)
        answer = trader.post(f"/api/trades/{listed[role]['id']}/cancel")
        assert problem(answer, 409)["detail"].startswith(words)
    assert set(Trade.objects.resting().values_list("state", "cancel_requested_at")) == {("open", None)}
    trader.post(f"/api/positions/{Position.objects.get().pk}/close")
    exit = Trade.objects.get(role="exit")
    assert "wanted until" in problem(trader.post(f"/api/trades/{exit.pk}/cancel"), 409)["detail"]


def test_who_only_looks_may_not(resting: Trade) -> None:
    viewer = client_of("viewer")
    assert viewer.post(f"/api/trades/{resting.pk}/cancel").status_code == 403
    entries = [row["id"] for row in viewer.get("/api/trades/working").json()["results"] if row["role"] == "entry"]
    assert entries == [resting.pk]
    assert viewer.post("/api/trades/999999/cancel").status_code == 403
    assert client_of("trader").post("/api/trades/999999/cancel").status_code == 404
