"""Trouble on top of an exit's trouble: its stop gets no answer either, shares go elsewhere, its sender dies."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from engine.brokers.alpaca import transport
from engine.brokers.alpaca.adapter import access_of_settings
from engine.brokers.connect import broker_connect
from engine.brokers.unread import Rows
from engine.brokers.values import Fill
from engine.core.failpoints import failpoints_install
from engine.live import fills, steps
from engine.live.fills import fills_collect
from engine.live.protection import exit_go_on
from engine.live.sweep import LeaseLost, _Lease
from engine.live.sweep import sweep as sweep_once
from engine.live.testing import BotMaker, step, sweep, tick
from engine.live.tests.test_by_hand import sell_by_hand
from engine.live.tests.test_exits_that_fail import SALE, close, held, later, resting
from engine.live.updates import order_updated
from engine.models import BrokerAccount
from engine.services import broker_account
from marketdata.clock import market_now, real_now
from positions.models import Position
from simulator.testing import SimulatorProcess
from trades.models import Trade
from trades.selectors import position_protection, stop_covers

__all__ = ["held", "later"]


class Dead(BaseException):
    """The process is gone."""


def test_a_stop_without_an_answer_goes_again_too(held: Position, trading: SimulatorProcess, later: Any) -> None:
    """The exit fails, then the stop that is put back fails, and then the broker is well again."""
    trade = close(held)
    trading.set_faults(SALE | {"count": 6})
    exit_go_on(trade, broker_connect())
    later(1.5)
    sweep()
    later(3)
    sweep()
    trading.set_faults()
    for _ in range(3):
        later(3)
        sweep()
        sweep()
    assert not Position.objects.held().exists()
    assert (resting(trading), trading.ledger()["positions"]) == ([], [])


def test_a_stop_cancelled_at_the_broker_that_cannot_be_read_just_then_is_read_at_the_next_look(
    held: Position, trading: SimulatorProcess
) -> None:
    """The stream tells once: its word is not lost with the answer."""
    sweep_once()
    stop = Trade.objects.get(role="stop").order_id
    assert trading.request("DELETE", f"/v2/orders/{stop}")[0] == 204
    trading.set_faults({"method": "GET", "path": "/v2/orders/*", "effect": "status", "status": 500, "count": 2})
    order_updated(str(stop), has_filled=False, has_ended=True)
    assert resting(trading) == []
    sweep_once()
    assert [kind for kind, _ in resting(trading)] == ["limit", "stop"]


def test_a_stop_that_ended_with_its_target_is_looked_for_where_the_answer_was_older_than_the_news(
    held: Position, trading: SimulatorProcess
) -> None:
    """A person cancels the target, and the broker the stop with it; of the pair an answer of before is given."""
    sweep_once()
    target = Trade.objects.get(role="target")
    entry = target.parent
    assert entry is not None
    trading.set_faults({"method": "GET", "path": f"/v2/orders/{entry.order_id}", "effect": "stale", "count": 2})
    assert trading.ask("GET", f"/v2/orders/{entry.order_id}?nested=true")["status"] == "filled"
    assert trading.request("DELETE", f"/v2/orders/{target.order_id}")[0] == 204
    order_updated(str(target.order_id), has_filled=False)
    states = dict(Trade.objects.filter(parent=entry).values_list("role", "state"))
    assert states == {"stop": "open", "target": "canceled"}
    sweep_once()
    assert [kind for kind, _ in resting(trading)] == ["limit", "stop"]


def test_a_stop_that_has_ended_is_looked_for_where_every_answer_was_older_than_the_news(
    held: Position, trading: SimulatorProcess
) -> None:
    sweep_once()
    stop = Trade.objects.get(role="stop")
    assert stop.parent is not None
    pair = (stop, stop.parent)
    of_both = [{"method": "GET", "path": f"/v2/orders/{order.order_id}", "effect": "stale"} for order in pair]
    trading.set_faults(*[fault | {"count": 3} for fault in of_both])
    for order in pair:
        assert trading.ask("GET", f"/v2/orders/{order.order_id}?nested=true")["status"] in ("held", "new", "filled")
    assert trading.request("DELETE", f"/v2/orders/{stop.order_id}")[0] == 204
    order_updated(str(stop.order_id), has_filled=False, has_ended=True)
    assert Trade.objects.get(role="stop").state == "open"
    trading.set_faults()
    sweep_once()
    assert [kind for kind, _ in resting(trading)] == ["limit", "stop"]


def test_another_bot_s_entry_that_waits_gives_way_to_a_sale(
    held: Position, bot_running: BotMaker, trading: SimulatorProcess
) -> None:
    """The broker lets nobody trade with himself: against an order to buy that waits for a print it takes no sale."""
    assert trading.request("POST", "/sim/halts", {"symbol": "AAPL", "halted": True})[0] == 200
    step(trading)
    other = bot_running(name="Other")
    tick(other)
    entry = Trade.objects.get(bot=other, role="entry")
    assert entry.state == "open"
    trade = close(held)
    exit_go_on(trade, broker_connect())
    entry.refresh_from_db()
    trade.refresh_from_db()
    assert (entry.state, entry.error) == ("canceled", "it gave way to a sale of AAPL by Bot 1")
    assert (trade.state, trade.refusals) == ("open", 0)
    assert trading.request("POST", "/sim/halts", {"symbol": "AAPL", "halted": False})[0] == 200
    step(trading, 120)
    sweep()
    assert not Position.objects.held().exists()
    assert trading.ledger()["positions"] == []


def test_an_entry_that_was_filled_meanwhile_gave_way_to_nobody(
    held: Position, bot_running: BotMaker, trading: SimulatorProcess
) -> None:
    other = bot_running(name="Other")
    tick(other)
    entry = Trade.objects.get(bot=other, role="entry")
    assert entry.state == "open"
    step(trading)
    exit_go_on(close(held), broker_connect())
    entry.refresh_from_db()
    assert (entry.state, entry.error) == ("filled", "")


def test_an_exit_for_more_shares_than_are_left_makes_room_for_a_smaller_one(
    held: Position, trading: SimulatorProcess, later: Any
) -> None:
    trade = close(held)
    trading.set_faults(SALE | {"count": 1})
    exit_go_on(trade, broker_connect())
    order = {"symbol": "AAPL", "qty": "1", "side": "sell", "type": "market", "time_in_force": "day"}
    assert trading.request("POST", "/v2/orders", order)[0] == 200
    naked = 0
    for _ in range(12):
        later(20)
        sweep()
        trade.refresh_from_db()
        naked += trade.state == "unknown" and not resting(trading)
    assert trade.state == "absent"
    assert naked == 0
    smaller = Trade.objects.filter(role="exit").latest("id")
    assert (smaller.state, smaller.filled_quantity) == ("filled", held.quantity - 1)
    assert trading.ledger()["positions"] == []


def test_an_exit_whose_sender_died_is_found_by_the_sweeper(
    held: Position, trading: SimulatorProcess, later: Any
) -> None:
    def die(name: str) -> None:
        if name == "order:claimed":
            raise Dead

    failpoints_install(die)
    with pytest.raises(Dead):
        exit_go_on(close(held), broker_connect())
    failpoints_install(None)
    for _ in range(3):
        later(8)
        sweep()
    assert not Position.objects.held().exists()


def test_a_fill_that_cannot_be_booked_does_not_keep_the_rest_without_a_stop_for_ever(
    held: Position, trading: SimulatorProcess, later: Any
) -> None:
    entry = Trade.objects.get(role="entry")
    long_ago = real_now() - timedelta(minutes=10)
    Trade.objects.filter(pk=entry.pk).update(booked_quantity=3, updated_at=long_ago)
    for leg in Trade.objects.resting():
        trading.request("DELETE", f"/v2/orders/{leg.order_id}")
    Trade.objects.resting().update(state="canceled")
    sweep()
    assert position_protection(Position.objects.get()) == "protected"
    exit_go_on(close(held), broker_connect())
    sweep()
    assert not Position.objects.held().exists()


def test_an_exit_that_took_protection_off_may_read_that_it_is_off(held: Position, trading: SimulatorProcess) -> None:
    budget = transport.budget_of(access_of_settings(), "trading")
    budget.wait(transport.Lane.EXIT)
    budget._used = int(budget._limit * 0.8)
    exit_go_on(close(held), broker_connect())
    assert Trade.objects.get(role="exit").state in ("open", "filled")


def test_a_sweep_whose_lease_is_lost_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    lease, done = _Lease(), list[str]()
    monkeypatch.setattr(lease, "take", lambda: False)

    def long_one(_: int) -> None:
        lease._taken -= 10
        done.append("long")

    lease._taken = 1e12
    token = steps.between_steps.set(lease.keep)
    lease._taken = steps_now()
    try:
        with pytest.raises(LeaseLost):
            steps.step(lambda: steps.each([1, 2], long_one))
    finally:
        steps.between_steps.reset(token)
    assert done == ["long"]


def steps_now() -> float:
    from engine.live import sweep as module

    return module.time.monotonic()


def test_a_fill_from_the_future_does_not_pass_one_that_is_not_booked_yet(
    held: Position, trading: SimulatorProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, entry = market_now(), Trade.objects.get(role="entry")
    earlier = now - timedelta(hours=2)
    stuck = Fill("a1", str(entry.order_id), "AAPL", "buy", Decimal(1), Decimal(228), Decimal(5), earlier)
    future = Fill("a2", "nobody", "AAPL", "buy", Decimal(1), Decimal(228), Decimal(5), now + timedelta(days=400))
    BrokerAccount.objects.update(fills_booked_until=now - timedelta(hours=3))
    broker = broker_connect()
    monkeypatch.setattr(type(broker), "fills_since", lambda self, after: Rows([stuck, future]))
    fills.fills_collect(broker)
    assert broker_account().fills_booked_until == earlier


def test_a_stop_that_was_replaced_for_the_rest_covers_the_rest(held: Position, trading: SimulatorProcess) -> None:
    """The target has sold one, and the broker tells the stop as one of the shares that are left."""
    Trade.objects.filter(role="target").update(filled_quantity=1, booked_quantity=1, state="partial")
    Trade.objects.filter(role="stop").update(quantity=held.quantity - 1)
    assert stop_covers(Trade.objects.get(role="stop")) == held.quantity - 1


def test_data_that_are_rationed_are_not_well(trading: SimulatorProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, str]] = []
    monkeypatch.setattr(transport, "_listeners", [lambda name, why: told.append((name, why))])
    path = "/v2/stocks/trades/latest"
    trading.set_faults({"method": "GET", "path": path, "effect": "status", "status": 429, "count": 9})
    for _ in range(3):
        with pytest.raises(transport.BrokerThrottled):
            broker_connect().latest_prices(["AAPL"])
    assert [bool(why) for name, why in told if name == "data"] == [True, True, True]


def test_a_clock_that_is_set_back_stops_no_request(monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.brokers import budget as module

    now = [2_000_000.0]
    monkeypatch.setattr(module.time, "time", lambda: now[0])
    budget = module.Budget("trading:set-back")
    budget.told({}, 429)
    now[0] -= 3600
    assert budget.wait(module.Lane.EXIT) == 0


def test_two_sales_that_claim_each_other_s_shares_do_not_wait_for_ever(
    bot_running: BotMaker, trading: SimulatorProcess, later: Any
) -> None:
    """Somebody has sold half of them by hand: the rest is sold for one bot, and the other's sale says why it waits."""
    tick(bot_running(), bot_running())
    fills_collect()
    sweep()
    held = list(Position.objects.held())
    sell_by_hand(trading, "AAPL", held[0].quantity)
    sales = [close(position) for position in held]
    for _ in range(10):
        sweep()
        later(1)
    states = {Trade.objects.get(pk=sale.pk).state: Trade.objects.get(pk=sale.pk).error for sale in sales}
    assert states == {"filled": "", "created": "the broker has no free shares of AAPL"}
    assert trading.ledger()["positions"] == []
