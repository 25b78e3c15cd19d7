"""Every way an order can go, as the SDK's typed client sees it and as the trading stream tells it."""

import json

import pytest
from alpaca.trading.enums import OrderClass, OrderSide, TimeInForce
from alpaca.trading.requests import (
    LimitOrderRequest,
    MarketOrderRequest,
    ReplaceOrderRequest,
    StopLossRequest,
    StopOrderRequest,
    TakeProfitRequest,
)

from simulator.tests.exchanges import trading_client
from simulator.tests.test_streams import trade_updates

BUY, SELL, DAY, GTC = OrderSide.BUY, OrderSide.SELL, TimeInForce.DAY, TimeInForce.GTC
FAR = LimitOrderRequest(symbol="AAPL", qty=4, side=BUY, time_in_force=DAY, limit_price=9)
NOW = MarketOrderRequest(symbol="AAPL", qty=4, side=BUY, time_in_force=DAY)
LATENCY = ("--latency-ms", "2000")
EVENING = "2026-11-19T17:00:00-05:00"
CLOSE = "2026-11-20T16:00:00-05:00"


def told(socket):
    found = []
    try:
        while True:
            data = json.loads(socket.recv(0.3))["data"]
            found.append((data["event"], data["order"]["status"]))
    except TimeoutError:
        return found


def fills(simulator, trading):
    yield trading.submit_order(NOW)


def fills_in_parts(simulator, trading):
    order = trading.submit_order(NOW.model_copy(update={"qty": 2}))
    yield order
    while trading.get_order_by_id(order.id).status != "filled":
        simulator.step_seconds(60)
        yield order


def is_cancelled(simulator, trading):
    order = trading.submit_order(FAR)
    yield order
    trading.cancel_order_by_id(order.id)
    yield order


def is_cancelled_in_time(simulator, trading):
    order = trading.submit_order(FAR)
    yield order
    simulator.step_seconds(2)
    yield order
    trading.cancel_order_by_id(order.id)
    yield order
    simulator.step_seconds(2)
    yield order


def fills_before_it_is_cancelled(simulator, trading):
    order = trading.submit_order(NOW)
    simulator.control("POST", "/sim/halts", {"symbol": "AAPL", "halted": True})
    simulator.step_to("2026-11-19T09:32:30-05:00")
    other = trading.submit_order(NOW)
    simulator.step_seconds(10)
    yield other
    simulator.control("POST", "/sim/halts", {"symbol": "AAPL", "halted": False})
    simulator.step_to("2026-11-19T09:32:59-05:00")
    trading.cancel_order_by_id(other.id)
    yield other
    simulator.step_seconds(2)
    yield other
    assert trading.get_order_by_id(order.id).status == "filled"


def is_replaced(simulator, trading):
    order = trading.submit_order(FAR)
    simulator.step_seconds(2)
    yield order
    trading.replace_order_by_id(order.id, ReplaceOrderRequest(qty=5))
    yield order
    simulator.step_seconds(2)
    yield order


def keeps_its_place(simulator, trading):
    order = trading.submit_order(FAR)
    simulator.step_seconds(2)
    new = trading.replace_order_by_id(order.id, ReplaceOrderRequest(qty=5))
    trading.cancel_order_by_id(new.id)
    yield new
    simulator.step_seconds(2)
    yield order


def waits_for_the_morning_and_expires(simulator, trading):
    simulator.step_to(EVENING)
    order = trading.submit_order(FAR)
    yield order
    simulator.step_to("2026-11-20T09:30:00-05:00")
    yield order
    simulator.step_to(CLOSE)
    yield order


def is_rejected(simulator, trading):
    simulator.set_faults({"effect": "reject", "symbol": "AAPL"})
    yield trading.submit_order(NOW)


def exit_of_a_bracket(simulator, trading):
    order = trading.submit_order(
        LimitOrderRequest(
            **FAR.model_dump(exclude={"order_class", "take_profit", "stop_loss"}),
            order_class=OrderClass.BRACKET,
            take_profit=TakeProfitRequest(limit_price=900),
            stop_loss=StopLossRequest(stop_price=5),
        )
    )
    yield order.legs[0]
    trading.replace_order_by_id(order.id, ReplaceOrderRequest(limit_price=500))
    yield order.legs[0]
    trading.cancel_order_by_id(order.legs[0].id)
    yield order.legs[0]


def stop_that_stays(simulator, trading):
    trading.submit_order(NOW)
    order = trading.submit_order(StopOrderRequest(symbol="AAPL", qty=4, side=SELL, time_in_force=GTC, stop_price=9))
    yield order
    simulator.step_to(CLOSE)
    yield order


@pytest.mark.parametrize(
    ("options", "lives", "statuses", "events"),
    [
        ((), fills, ["filled"], ["new", "fill"]),
        (
            ("--partial-fills", "1"),
            fills_in_parts,
            ["partially_filled", "filled"],
            ["new", "partial_fill", "fill"],
        ),
        ((), is_cancelled, ["new", "canceled"], ["new", "canceled"]),
        (
            LATENCY,
            is_cancelled_in_time,
            ["pending_new", "new", "pending_cancel", "canceled"],
            ["new", "pending_cancel", "canceled"],
        ),
        (
            LATENCY,
            fills_before_it_is_cancelled,
            ["new", "pending_cancel", "filled"],
            ["new", "fill", "new", "pending_cancel", "fill"],
        ),
        (
            LATENCY,
            is_replaced,
            ["new", "pending_replace", "replaced"],
            ["new", "pending_replace", "replaced", "new"],
        ),
        (LATENCY, keeps_its_place, ["canceled", "new"], ["new", "pending_replace", "canceled"]),
        ((), waits_for_the_morning_and_expires, ["accepted", "new", "expired"], ["new", "expired"]),
        ((), is_rejected, ["rejected"], ["rejected"]),
        ((), exit_of_a_bracket, ["held", "new", "canceled"], ...),
        ((), stop_that_stays, ["new", "new"], ["new", "fill", "new"]),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_life(start, options, lives, statuses, events):
    simulator = start(*options)
    trading = trading_client(simulator)
    with trade_updates(simulator) as socket:
        found = [trading.get_order_by_id(order.id).status.value for order in lives(simulator, trading)]
        stream = told(socket)
    assert found == statuses
    if events is not ...:
        assert [event for event, _ in stream] == events
    # What is told of an order is what it is then.
    same = {"fill": "filled", "partial_fill": "partially_filled"}
    assert all(status == same.get(event, event) for event, status in stream)
