"""A person moves a stop or target of which a part is sold already: what rests on is an order of its own."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from engine.brokers.alpaca.broker import AlpacaBroker
from engine.brokers.errors import BrokerUnavailable
from engine.live.closing import position_close_request
from engine.live.fills import fills_collect
from engine.live.orders import order_refresh
from engine.live.testing import SEED, START, BotMaker, step, sweep, tick
from engine.models import Difference
from marketdata.clock import market_now
from positions.models import Position
from simulator.testing import SimulatorProcess
from simulator.tests.exchanges import checked_simulator
from trades.models import ForeignFill, Trade
from trades.selectors import stop_covers


@pytest.fixture(scope="module")
def exchange_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatorProcess]:
    """No fill takes all the shares."""
    folder = tmp_path_factory.mktemp("exchange")
    with checked_simulator(folder, "--at", START, "--seed", str(SEED), "--frozen", "--partial-fills", "1") as process:
        yield process


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow machine takes longer to fill an entry than the rest of it is waited for."""
    monkeypatch.setattr("engine.live.sweep.PARTIAL_CANCEL_AFTER", timedelta(minutes=5))


@pytest.fixture
def moved(bot_running: BotMaker, trading: SimulatorProcess) -> str:
    """The id of a target that was partly sold and then moved away from the price, and none of it known here."""
    tick(bot_running(capital=40_000))
    target = Trade.objects.get(role="target")
    for _ in range(60):
        step(trading)
        fills_collect()
        sweep()
        target.refresh_from_db()
        if not Trade.objects.filter(role="entry").unfinished().exists():
            break
    reached = f"{Position.objects.get().entry_price * Decimal('0.99'):.2f}"
    near = replaced(trading, str(target.order_id), limit_price=reached)
    for _ in range(10):
        step(trading, 20)
        order = trading.ask("GET", f"/v2/orders/{near}")
        if order["status"] == "partially_filled":
            return replaced(trading, near, limit_price=f"{Decimal(reached) * 2:.2f}")
    raise AssertionError(order)


def replaced(trading: SimulatorProcess, order_id: str, **change: str) -> str:
    status, answer = trading.request("PATCH", f"/v2/orders/{order_id}", change)
    assert status == 200, answer
    return str(answer["id"])


def the_books_are_right(trading: SimulatorProcess) -> None:
    there = {row["symbol"]: Decimal(row["qty"]) for row in trading.ledger()["positions"]}
    assert dict(Position.objects.held().values_list("symbol", "quantity")) == there
    assert not ForeignFill.objects.exists()
    sweep()
    assert not Difference.objects.filter(resolved_at=None).exists()


@pytest.mark.parametrize("first", [sweep, fills_collect], ids=["the order", "the fill"])
def test_both_are_orders_of_the_bot_whichever_is_seen_first(moved: str, trading: SimulatorProcess, first: Any) -> None:
    first()
    fills_collect()
    sold, rest = Trade.objects.filter(role="target").order_by("id")[:2]
    assert (sold.state, sold.filled_quantity) == ("canceled", sold.booked_quantity)
    assert sold.booked_quantity > 0
    position = Position.objects.get()
    assert (rest.order_id, rest.quantity) == (moved, position.quantity)
    assert (rest.parent, rest.cause, rest.limit_price) == (sold.parent, "target", position.take_profit_price)
    the_books_are_right(trading)
    # The pair goes on resting for what is left.
    resting = {row["type"]: row for row in trading.ask("GET", "/v2/orders?status=open&nested=false")}
    pair = {"limit" if row.role == "target" else "stop": row for row in Trade.objects.resting().working()}
    assert set(pair) == set(resting) == {"limit", "stop"}
    assert {kind: row.order_id for kind, row in pair.items()} == {kind: row["id"] for kind, row in resting.items()}
    assert {Decimal(row["qty"]) for row in resting.values()} == {position.quantity}
    assert stop_covers(pair["stop"]) == position.quantity


@pytest.fixture(params=[1, 2, 3])
def moved_on(request: pytest.FixtureRequest, moved: str, trading: SimulatorProcess) -> str:
    """The same, moved so many times in all before anybody looks, or after each."""
    for _ in range(1, request.param):
        price = Decimal(trading.ask("GET", f"/v2/orders/{moved}")["limit_price"]) + 1
        moved = replaced(trading, moved, limit_price=f"{price:.2f}")
    return moved


@pytest.mark.parametrize("looked", [False, True])
def test_what_is_left_may_be_moved_again(moved_on: str, trading: SimulatorProcess, looked: bool) -> None:
    if looked:
        order_refresh(Trade.objects.get(role="target"))
        price = Decimal(trading.ask("GET", f"/v2/orders/{moved_on}")["limit_price"]) + 1
        moved_on = replaced(trading, moved_on, limit_price=f"{price:.2f}")
    fills_collect()
    for trade in Trade.objects.filter(role="target"):
        assert order_refresh(trade)

    sold, rest = Trade.objects.filter(role="target").order_by("id")[:2]
    assert (sold.state, sold.booked_quantity > 0) == ("canceled", True)
    assert (rest.order_id, rest.state) == (moved_on, "open")
    the_books_are_right(trading)


def test_the_rest_can_be_sold(moved_on: str, trading: SimulatorProcess) -> None:
    position_close_request(position=Position.objects.get(), by="ada", now=market_now())
    for _ in range(40):
        sweep()
        fills_collect()
        if not Position.objects.held().exists():
            break
        step(trading)
    assert trading.ledger()["positions"] == []
    the_books_are_right(trading)


def test_a_fill_of_what_was_moved_waits_while_the_broker_cannot_say(
    moved: str, trading: SimulatorProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would be nobody's, and the bot's shares a difference for ever."""
    held, ask = Position.objects.get().quantity, AlpacaBroker.order
    calls = iter([True, False, False, False])

    def sometimes(broker: AlpacaBroker, order_id: str) -> Any:
        if next(calls, True):
            return ask(broker, order_id)
        raise BrokerUnavailable("no answer")

    with monkeypatch.context() as failing:
        failing.setattr(AlpacaBroker, "order", sometimes)
        fills_collect()
    assert Position.objects.get().quantity == held
    assert not ForeignFill.objects.exists()
    fills_collect()
    assert Position.objects.get().quantity < held
    the_books_are_right(trading)


def test_a_fill_of_what_another_process_followed_meanwhile_is_the_bot_s(
    moved: str, trading: SimulatorProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, ask, leg = Position.objects.get().quantity, AlpacaBroker.order, Trade.objects.get(role="target")

    def meanwhile(broker: AlpacaBroker, order_id: str) -> Any:
        answer = ask(broker, order_id)
        if leg.order_id == Trade.objects.get(pk=leg.pk).order_id:
            with monkeypatch.context() as itself:
                itself.setattr(AlpacaBroker, "order", ask)
                order_refresh(leg)
        return answer

    with monkeypatch.context() as racing:
        racing.setattr(AlpacaBroker, "order", meanwhile)
        fills_collect()
    assert not ForeignFill.objects.exists()
    assert Position.objects.get().quantity < held
    the_books_are_right(trading)
