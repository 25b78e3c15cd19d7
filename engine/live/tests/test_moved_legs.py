"""A person moves a stop or target at the broker: it goes on protecting the position, at the new price."""

from decimal import Decimal
from typing import Any

import pytest

from engine.brokers.connect import broker_connect
from engine.live.closing import position_close_request
from engine.live.fills import fills_collect
from engine.live.orders import order_refresh
from engine.live.testing import BotMaker, step, sweep, tick
from engine.live.updates import order_updated
from engine.models import Difference
from events.models import Event
from marketdata.clock import market_now
from positions.models import Position
from simulator.testing import SimulatorProcess
from trades.models import ForeignFill, Trade


@pytest.fixture(params=[None, 0.05], ids=["a stop alone", "stop and target"])
def holding(request: pytest.FixtureRequest, bot_running: BotMaker) -> Position:
    bot = bot_running(risk_management={"stop_loss": 0.02, "take_profit": request.param})
    tick(bot)
    fills_collect()
    sweep()
    return Position.objects.get()


def moved(trading: SimulatorProcess, role: str, by: Decimal, times: int = 1) -> Trade:
    """The row of a leg that was moved so many times, by so much in all, without our knowing."""
    leg = Trade.objects.get(role=role)
    name = "stop_price" if role == "stop" else "limit_price"
    order_id = leg.order_id
    for number in range(1, times + 1):
        price = f"{getattr(leg, name) + by * number / times:.2f}"
        status, answer = trading.request("PATCH", f"/v2/orders/{order_id}", {name: price})
        assert status == 200, answer
        order_id = answer["id"]
    return leg


def open_orders(trading: SimulatorProcess) -> list[Any]:
    found: list[Any] = trading.ask("GET", "/v2/orders?status=open&nested=false")
    return found


@pytest.mark.parametrize("times", [1, 3])
def test_the_moved_stop_is_the_position_s(holding: Position, trading: SimulatorProcess, times: int) -> None:
    before, count = Trade.objects.get(role="stop"), len(open_orders(trading))
    leg = moved(trading, "stop", Decimal(1), times)
    assert order_refresh(leg)
    sweep()

    leg.refresh_from_db()
    assert (leg.state, leg.stop_price) == ("open", (before.stop_price or 0) + 1)
    assert leg.order_id in {order["id"] for order in open_orders(trading)}
    holding.refresh_from_db()
    assert holding.stop_loss_price == leg.stop_price
    assert (Trade.objects.filter(role="stop").count(), len(open_orders(trading))) == (1, count), "nothing was replaced"
    told = [event.payload["message"] for event in Event.objects.filter(type="alert_raised")]
    assert told == [f"Bot 1: the stop of AAPL was moved at the broker to ${leg.stop_price:.2f}"]


def test_the_bot_sells_although_its_stop_was_moved(holding: Position, trading: SimulatorProcess) -> None:
    moved(trading, "stop", Decimal(1))
    position_close_request(position=holding, by="ada", now=market_now())
    for _ in range(3):
        sweep()
    fills_collect()

    assert not Position.objects.held().exists()
    assert (trading.ledger()["positions"], open_orders(trading)) == ([], [])
    assert not ForeignFill.objects.exists()


def test_a_moved_stop_that_fills_before_anybody_looked_is_booked_to_its_bot(
    holding: Position, trading: SimulatorProcess
) -> None:
    up = holding.entry_price - (holding.stop_loss_price or 0) - Decimal("0.02")
    leg = moved(trading, "stop", up, times=2)
    for _ in range(120):
        step(trading)
        if not trading.ledger()["positions"]:
            break
    fills_collect()

    leg.refresh_from_db()
    assert (leg.state, leg.booked_quantity) == ("filled", holding.quantity)
    assert not Position.objects.held().exists()
    assert not ForeignFill.objects.exists()
    sweep()
    assert not Difference.objects.filter(resolved_at=None).exists()


def test_a_target_moved_and_told_of_by_the_stream(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    bot = bot_running()
    tick(bot)
    fills_collect()
    sweep()
    leg = moved(trading, "target", Decimal(-1))
    order_updated(str(leg.order_id), has_filled=False)

    before = leg.limit_price or Decimal(0)
    leg.refresh_from_db()
    assert (leg.state, leg.limit_price) == ("open", before - 1)
    assert Position.objects.get().take_profit_price == before - 1
    assert broker_connect().order(str(leg.order_id)) is not None
