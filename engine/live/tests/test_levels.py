"""A person moves a stop or target on the page: the order at the broker is moved where it rests."""

from decimal import Decimal
from typing import Any

import pytest

from bots.services import NotAllowed
from engine.live.closing import position_close_request
from engine.live.fills import fills_collect
from engine.live.levels import levels_move_request
from engine.live.testing import BotMaker, step, sweep, tick
from engine.live.tests.test_exits_that_fail import later
from marketdata.clock import market_now
from notifications.models import Alert
from positions.models import Position
from positions.wanted import Levels
from simulator.testing import SimulatorProcess
from trades.models import Trade
from trades.selectors import position_protection

__all__ = ["later"]

PATCH = {"method": "PATCH", "path": "/v2/orders/*"}


@pytest.fixture
def held(bot_running: BotMaker) -> Position:
    tick(bot_running(risk_management={"stop_loss": 0.02, "take_profit": 0.05}))
    fills_collect()
    sweep()
    return Position.objects.held().get()


def resting(exchange: SimulatorProcess) -> dict[str, tuple[str, str]]:
    """By type, price and shares of the open sales at the broker."""
    rows = exchange.ask("GET", "/v2/orders?status=open&nested=false")
    return {row["type"]: (row["stop_price"] or row["limit_price"], row["qty"]) for row in rows if row["side"] == "sell"}


def move(position: Position, stop: Decimal | None = None, target: Decimal | None = None) -> Position:
    return levels_move_request(position=position, levels=Levels(stop, target), by="ann")


def test_stop_and_target_are_moved_where_they_rest(held: Position, trading: SimulatorProcess) -> None:
    stop, target = (held.stop_loss_price or 0) + 1, (held.take_profit_price or 0) - 1
    move(held, stop, target)
    assert (held.wanted_stop_price, held.wanted_target_price, held.wanted_by) == (stop, target, "ann")
    sweep()

    held.refresh_from_db()
    assert (held.stop_loss_price, held.take_profit_price) == (stop, target)
    assert (held.wanted_stop_price, held.wanted_target_price) == (None, None)
    shares = f"{held.quantity.normalize():f}"
    assert resting(trading) == {"stop": (f"{stop.normalize():f}", shares), "limit": (f"{target.normalize():f}", shares)}
    assert position_protection(held) == "protected"
    assert Trade.objects.filter(role__in=["stop", "target"]).count() == 2, "the same orders, at other prices"
    orders = trading.state()["orders"]
    sweep()
    assert trading.state()["orders"] == orders
    told = list(Alert.objects.order_by("pk").values_list("level", "words"))
    assert told == [
        ("info", f"Bot 1: the stop of AAPL was moved at the broker to ${stop:.2f}"),
        ("info", f"Bot 1: the target of AAPL was moved at the broker to ${target:.2f}"),
    ]


@pytest.mark.parametrize("effect", [{"effect": "status", "status": 503}, {"effect": "drop", "when": "after"}])
def test_a_request_without_an_answer_is_looked_at_and_made_again(
    held: Position, trading: SimulatorProcess, effect: dict[str, Any]
) -> None:
    stop = (held.stop_loss_price or 0) + 1
    move(held, stop)
    trading.set_faults(PATCH | effect | {"count": 1})
    sweep()
    trading.set_faults()
    sweep()
    held.refresh_from_db()
    assert (held.stop_loss_price, held.wanted_stop_price) == (stop, None)
    assert resting(trading)["stop"][0] == f"{stop.normalize():f}"
    assert not Alert.objects.exclude(level="info").exists()


def test_what_the_broker_refuses_stays_and_is_told(held: Position, trading: SimulatorProcess, later: Any) -> None:
    before = held.stop_loss_price or Decimal(0)
    move(held, before + 1)
    body = {"code": 42210000, "message": "cannot replace order in accepted status"}
    trading.set_faults(PATCH | {"effect": "status", "status": 422, "body": body, "count": 9})
    sweep()
    assert not Alert.objects.exists(), "an order that was only just placed cannot be changed yet"
    later(4)
    sweep()
    held.refresh_from_db()
    assert (held.stop_loss_price, held.wanted_stop_price) == (before, None)
    [alert] = Alert.objects.all()
    stays = f"Bot 1: the stop of AAPL stays at ${before:.2f}, and was not moved to ${before + 1:.2f}"
    assert alert.words == f"{stays}: cannot replace order in accepted status"
    sweep()
    assert Alert.objects.count() == 1
    assert resting(trading)["stop"][0] == f"{before.normalize():f}"


def test_a_broker_that_does_not_answer_for_a_minute_is_given_up_on(
    held: Position, trading: SimulatorProcess, later: Any
) -> None:
    before = held.stop_loss_price or Decimal(0)
    move(held, before + 1)
    trading.set_faults(PATCH | {"effect": "status", "status": 503, "count": 10})
    sweep()
    held.refresh_from_db()
    assert held.wanted_stop_price == before + 1
    later(61)
    sweep()
    held.refresh_from_db()
    assert (held.stop_loss_price, held.wanted_stop_price) == (before, None)
    assert "the broker has not moved it for a minute" in Alert.objects.get(level="warning").words


def test_without_a_resting_stop_the_next_is_placed_where_it_is_wanted(
    held: Position, trading: SimulatorProcess
) -> None:
    stop = (held.stop_loss_price or 0) + 1
    for leg in Trade.objects.filter(role__in=["stop", "target"]):
        trading.request("DELETE", f"/v2/orders/{leg.order_id}")
    step(trading, 1)
    move(held, stop)
    for _ in range(3):
        sweep()
    held.refresh_from_db()
    assert (held.stop_loss_price, held.wanted_stop_price) == (stop, None)
    assert resting(trading)["stop"][0] == f"{stop.normalize():f}"


def test_the_newest_request_counts(held: Position, trading: SimulatorProcess) -> None:
    stop = (held.stop_loss_price or 0) + 1
    move(held, stop)
    move(held, stop + 1)
    sweep()
    held.refresh_from_db()
    assert (held.stop_loss_price, held.wanted_stop_price) == (stop + 1, None)


def test_where_it_cannot_rest_nothing_is_stored(held: Position, trading: SimulatorProcess) -> None:
    price = held.current_price or held.entry_price
    stop, target = held.stop_loss_price or Decimal(0), held.take_profit_price or Decimal(0)
    version = held.version
    for levels, why in (
        ((price + 5, None), "a stop must be below the price"),
        ((None, price - 5), "a target must be above the price"),
    ):
        with pytest.raises(NotAllowed, match=why):
            move(held, *levels)
    held.refresh_from_db()
    assert (held.version, held.wanted_stop_price, held.wanted_target_price) == (version, None, None)
    assert (held.stop_loss_price, held.take_profit_price) == (stop, target)


def test_while_it_is_sold_nothing_is_moved(held: Position, trading: SimulatorProcess) -> None:
    position_close_request(position=held, by="ann", now=market_now())
    with pytest.raises(NotAllowed, match="is being sold"):
        move(held, (held.stop_loss_price or 0) + 1)


def test_a_bot_without_a_target_has_none_to_move(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    tick(bot_running(risk_management={"stop_loss": 0.02, "take_profit": None}))
    fills_collect()
    with pytest.raises(NotAllowed, match="has no target that could be moved"):
        move(Position.objects.get(), target=Decimal(10_000))
