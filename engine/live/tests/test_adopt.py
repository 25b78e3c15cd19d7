"""A database restored from an older backup: what the bots did meanwhile is found at the broker and booked to them."""

from collections.abc import Callable
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from django.db import transaction

from bots.models import Bot
from engine.live.closing import position_close_request
from engine.live.fills import fills_collect
from engine.live.reconcile import recover, recovery_required
from engine.live.testing import BotMaker, change_indicators, step, sweep, tick
from engine.models import BrokerAccount, Difference
from events.models import Event
from marketdata.clock import market_now
from positions.models import BotResult, CashEntry, Position
from simulator.testing import SimulatorProcess
from trades.models import Execution, ForeignFill, Trade


class Nothing(Exception):
    """Takes a transaction back."""


def books() -> dict[str, Any]:
    """Everything that is money or shares, and the orders it came of."""
    legs = Trade.objects.exclude(state="unsent")
    return {
        "positions": sorted(
            Position.objects.values_list(
                "bot", "symbol", "quantity", "entry_price", "stop_loss_price", "take_profit_price", "realized_pnl"
            )
        ),
        "cash": sorted(CashEntry.objects.values_list("bot", "activity_id", "amount")),
        "books": sorted(BotResult.objects.values_list("bot", "realized_pnl", "closed_positions", "won_positions")),
        "executions": sorted(
            Execution.objects.values_list(
                "activity_id", "trade__bot", "trade__role", "quantity", "price", "profit_loss"
            )
        ),
        "orders": sorted(
            legs.values_list("client_order_id", "order_id", "role", "state", "filled_quantity", "stop_price")
        ),
    }


def lost(act: Callable[[], None]) -> dict[str, Any]:
    """The books after `act`, which this database then has never heard of; the exchange goes on."""
    found: dict[str, Any] = {}
    try:
        with transaction.atomic():
            act()
            found = books()
            raise Nothing
    except Nothing:
        pass
    return found


def alerts() -> list[str]:
    events = Event.objects.filter(type="alert_raised").order_by("id")
    return [f"{event.payload['level']}: {event.payload['message']}" for event in events]


def trade_on(exchange: SimulatorProcess, first: Bot, second: Bot, third: Bot) -> None:
    """One buys and goes on holding, one is stopped out, one sells by decision; then each of the three ways again."""
    tick(first, second, third)
    fills_collect()
    sweep()
    stop = Trade.objects.get(bot=second, role="stop")
    # A stop above the market sells at once.
    price = f"{(stop.stop_price or 0) * Decimal('1.0199'):.2f}"
    exchange.request("PATCH", f"/v2/orders/{stop.order_id}", {"stop_price": price})
    change_indicators(third, SELL={})
    step(exchange, 120)
    tick(third)
    sweep()
    step(exchange, 60)
    sweep()


@pytest.fixture
def three(bot_running: BotMaker) -> list[Bot]:
    return [bot_running(symbols=[symbol]) for symbol in ("AAPL", "MSFT", "KO")]


def test_what_was_bought_stopped_out_and_sold_is_booked_to_its_bots(
    three: list[Bot], trading: SimulatorProcess
) -> None:
    fills_collect()
    expected = lost(lambda: trade_on(trading, *three))
    assert len(expected["executions"]) >= 4
    assert Trade.objects.count() == 0
    mark = len(alerts())

    recovery_required()
    assert recover()
    sweep()

    found = books()
    for name in ("positions", "cash", "books", "executions"):
        assert found[name] == expected[name], name
    # A stop that was moved goes by the id of what took its place.
    assert sorted(order[2:5] for order in found["orders"]) == sorted(order[2:5] for order in expected["orders"])
    assert (ForeignFill.objects.count(), Difference.objects.count()) == (0, 0)
    assert [line for line in alerts()[mark:] if not line.startswith("info: ")] == []


def test_what_began_before_the_copy_ends_after_it(three: list[Bot], trading: SimulatorProcess) -> None:
    bot = three[0]
    tick(bot)
    fills_collect()
    sweep()

    def close() -> None:
        position_close_request(position=Position.objects.get(), by="admin", now=market_now())
        sweep()
        step(trading, 60)
        sweep()

    expected = lost(close)
    assert [row["is_open"] for row in Position.objects.values("is_open")] == [True]
    recovery_required()
    assert recover()
    sweep()
    found = books()
    for name in ("positions", "cash", "books", "executions"):
        assert found[name] == expected[name], name
    [sale] = Trade.objects.filter(role="exit")
    assert (sale.cause, sale.state, sale.reason) == (
        "by_hand",
        "filled",
        "found at the broker after a backup was restored",
    )
    assert (ForeignFill.objects.count(), Difference.objects.count()) == (0, 0)


def test_protection_of_our_own_making_is_taken_over(three: list[Bot], trading: SimulatorProcess) -> None:
    def buy_and_lose_the_stop() -> None:
        tick(three[0])
        fills_collect()
        stop = Trade.objects.get(role="stop")
        trading.request("DELETE", f"/v2/orders/{stop.order_id}")
        sweep()
        sweep()

    expected = lost(buy_and_lose_the_stop)
    assert len([order for order in expected["orders"] if order[2:4] == ("stop", "open")]) == 1
    recovery_required()
    assert recover()
    sweep()
    found = books()
    assert found["positions"] == expected["positions"]
    open_now = [order for order in found["orders"] if order[3] == "open"]
    assert open_now == [order for order in expected["orders"] if order[3] == "open"]
    resting = {order["id"] for order in trading.ask("GET", "/v2/orders?status=open")}
    assert resting == {order[1] for order in open_now}, "it has no second stop"


@pytest.mark.parametrize("name", ["{}-99-260602T133100-AAPL-entry1", "{}-notours", "{}-1-260602T133100-MSFT-entry1"])
def test_an_order_that_cannot_be_a_bot_s_is_told_and_left_alone(
    three: list[Bot], trading: SimulatorProcess, name: str
) -> None:
    own = name.format(BrokerAccount.objects.get().install)
    order = {"symbol": "AAPL", "qty": "1", "side": "buy", "type": "limit", "limit_price": "1", "time_in_force": "day"}
    assert trading.request("POST", "/v2/orders", order | {"client_order_id": own})[0] == 200
    sweep()
    assert Trade.objects.count() == 0
    assert any(own in line for line in alerts())


def anything(exchange: SimulatorProcess, bots: list[Bot], chance: Random) -> None:
    """Whatever bots and people do in some minutes."""
    for _ in range(8):
        match chance.choice(["tick", "sell", "close", "move", "drop", "wait"]):
            case "tick":
                change_indicators(bot := chance.choice(bots), BUY={})
                tick(bot)
            case "sell":
                change_indicators(bot := chance.choice(bots), SELL={})
                tick(bot)
            case "close":
                for position in Position.objects.held()[:1]:
                    position_close_request(position=position, by="admin", now=market_now())
            case "move":
                for leg in Trade.objects.filter(role="stop", state="open", order_id__isnull=False)[:1]:
                    price = f"{(leg.stop_price or 0) * Decimal(chance.choice(['0.99', '1.001', '1.03'])):.2f}"
                    exchange.request("PATCH", f"/v2/orders/{leg.order_id}", {"stop_price": price})
            case "drop":
                for leg in Trade.objects.filter(role="stop", state="open", order_id__isnull=False)[:1]:
                    exchange.request("DELETE", f"/v2/orders/{leg.order_id}")
            case "wait":
                step(exchange, chance.choice([60, 300]))
        step(exchange, 60)
        sweep()
    # What is under way comes to its end.
    for _ in range(3):
        step(exchange, 60)
        sweep()


@pytest.mark.parametrize("seed", [4, 9])
def test_whatever_happened_since_the_copy_the_books_are_the_same(
    three: list[Bot], trading: SimulatorProcess, seed: int
) -> None:
    chance = Random(seed)
    anything(trading, three, chance)
    mark = len(alerts())
    expected = lost(lambda: anything(trading, three, chance))
    recovery_required()
    assert recover()
    sweep()
    found = books()
    for name in ("cash", "books", "executions"):
        assert found[name] == expected[name], name
    assert [row[:4] for row in found["positions"]] == [row[:4] for row in expected["positions"]]
    assert (ForeignFill.objects.count(), Difference.objects.count()) == (0, 0)
    assert [line for line in alerts()[mark:] if line.startswith("error: ")] == []
