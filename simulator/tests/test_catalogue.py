"""Every error the broker is known to give to an order, as the real SDK raises it: status, code, words and what else."""

import json
from contextlib import contextmanager

import pytest
from alpaca.common.exceptions import APIError

from simulator.tests.exchanges import trading_client

ORDER = {"symbol": "AAPL", "qty": "10", "side": "buy", "type": "market", "time_in_force": "day"}
LIMIT = ORDER | {"type": "limit", "limit_price": "100"}
SELL = ORDER | {"side": "sell"}
LEGS = {"take_profit": {"limit_price": 500}, "stop_loss": {"stop_price": 100}}
BRACKET = ORDER | LEGS | {"order_class": "bracket"}
OTO = ORDER | {"order_class": "oto", "stop_loss": {"stop_price": 100}}
OCO = SELL | LEGS | {"order_class": "oco", "type": "limit"}
NOBODY = "00000000-0000-0000-0000-000000000001"
PENNIES = "sub-penny increment does not fulfill minimum pricing criteria"
MARGIN = {"max_margin_multiplier": "2", "no_shorting": False}


@contextmanager
def refused(status, code, message, **extra):
    """The SDK raises exactly this; a value of `...` may be anything."""
    with pytest.raises(APIError) as caught:
        yield
    body = json.loads(str(caught.value))
    assert (caught.value.status_code, body.pop("code", None), body.pop("message")) == (status, code, message)
    assert {name: ... if extra.get(name) is ... else value for name, value in body.items()} == extra


INVALID, IMPOSSIBLE, FORBIDDEN, MISSING = (422, 40010001), (422, 42210000), (403, 40310000), (404, 40410000)

ORDERS = [
    (ORDER | {"qty": None}, *INVALID, "qty or notional is required", {}),
    (ORDER | {"notional": 5}, *INVALID, "only one of qty or notional is accepted", {}),
    (ORDER | {"qty": -1}, *INVALID, "qty must be > 0", {}),
    (ORDER | {"type": "best"}, *INVALID, "invalid order type", {}),
    (ORDER | {"side": "hold"}, *INVALID, "invalid side", {}),
    (ORDER | {"time_in_force": "ever"}, *INVALID, "invalid time_in_force", {}),
    (ORDER | {"type": "limit"}, *INVALID, "limit orders require a limit price", {}),
    (ORDER | {"type": "stop"}, *INVALID, "stop orders require a stop price", {}),
    (
        LIMIT | {"type": "stop_limit"},
        *INVALID,
        "stop limit orders require both stop and limit price",
        {},
    ),
    (ORDER | {"limit_price": 5}, *INVALID, "market orders require no stop or limit price", {}),
    (
        ORDER | {"type": "trailing_stop"},
        *INVALID,
        "trailing stop orders must specify one of trail_price or trail_percent",
        {},
    ),
    (ORDER | {"client_order_id": "x" * 129}, *INVALID, "client_order_id must be no more than 128 characters", {}),
    (ORDER | {"symbol": "XYZ"}, *IMPOSSIBLE, 'asset "XYZ" not found', {}),
    (LIMIT | {"limit_price": "290.123"}, *IMPOSSIBLE, f"invalid limit_price 290.123. {PENNIES}", {}),
    (ORDER | {"type": "stop", "stop_price": "290.123"}, *IMPOSSIBLE, f"invalid stop_price 290.123. {PENNIES}", {}),
    (ORDER | {"qty": None, "notional": "0.5"}, *INVALID, "notional must be >= 1.00", {}),
    (ORDER | {"qty": "0.001"}, *FORBIDDEN, "cost basis must be >= minimal amount of order 1", {}),
    (LIMIT | {"qty": "1.5", "time_in_force": "gtc"}, *IMPOSSIBLE, "fractional orders must be DAY orders", {}),
    (BRACKET | {"qty": "1.5"}, *IMPOSSIBLE, "fractional orders must be simple orders", {}),
    (
        ORDER | {"qty": "1.5", "type": "trailing_stop", "trail_price": 1},
        *IMPOSSIBLE,
        "fractional orders must be market, limit, stop, or stop_limit orders",
        {},
    ),
    (
        ORDER | {"extended_hours": True},
        *IMPOSSIBLE,
        "extended hours order must be DAY or GTC limit orders",
        {},
    ),
    (OTO | {"extended_hours": True}, *FORBIDDEN, "oto orders do not support extended hours trading", {}),
    (BRACKET | {"extended_hours": True}, *FORBIDDEN, "bracket orders do not support extended hours trading", {}),
    (OTO | {"time_in_force": "ioc"}, *INVALID, 'oto orders support only "day" or "gtc" time_in_force', {}),
    (BRACKET | {"stop_loss": None}, *INVALID, "bracket orders require stop_loss.stop_price", {}),
    (OTO | {"stop_loss": None}, *INVALID, "oto orders require stop_loss.stop_price", {}),
    (
        BRACKET | {"take_profit": {"limit_price": 90}},
        *IMPOSSIBLE,
        "take_profit.limit_price must be > stop_loss.stop_price",
        {},
    ),
    (
        BRACKET | {"type": "limit", "limit_price": "150", "stop_loss": {"stop_price": 150}},
        *IMPOSSIBLE,
        "stop_loss.stop_price must be <= base_price - 0.01",
        {"base_price": "150"},
    ),
    (
        ORDER | {"type": "stop", "stop_price": 1},
        *IMPOSSIBLE,
        "stop price must be greater than current price",
        {"market_price": ..., "stop_price": "1"},
    ),
    (OCO | {"side": "buy"}, *IMPOSSIBLE, "take_profit.limit_price must be < stop_loss.stop_price", {}),
    (OCO, *IMPOSSIBLE, "oco orders must be exit orders", {}),
    (
        LIMIT | {"qty": "5000"},
        *FORBIDDEN,
        "insufficient buying power",
        {"buying_power": "100000", "cost_basis": "500000"},
    ),
    (SELL, *FORBIDDEN, "account is not allowed to short", {}),
]


@pytest.mark.parametrize(("body", "status", "code", "message", "extra"), ORDERS)
def test_an_order_of_a_new_account(simulator, trading, body, status, code, message, extra):
    with refused(status, code, message, **extra):
        trading.post("/orders", body)
    assert simulator.state()["orders"] == 0


def test_what_depends_on_what_the_account_holds_and_has_open(simulator, trading):
    bought = trading.post("/orders", ORDER | {"client_order_id": "once"})
    with refused(*INVALID, "client_order_id must be unique"):
        trading.post("/orders", LIMIT | {"client_order_id": "once"})
    with refused(*IMPOSSIBLE, 'order is already in "filled" state'):
        trading.cancel_order_by_id(bought["id"])
    with refused(*IMPOSSIBLE, "stop price must be less than current price", market_price=..., stop_price="9000"):
        trading.post("/orders", SELL | {"type": "stop", "stop_price": "9000"})

    resting = trading.post("/orders", SELL | {"type": "limit", "limit_price": "900", "qty": 7})
    with refused(
        *FORBIDDEN,
        "insufficient qty available for order (requested: 23, available: 3)",
        available="3",
        existing_qty="10",
        held_for_orders="7",
        symbol="AAPL",
        related_orders=[resting["id"]],
    ):
        trading.post("/orders", SELL | {"qty": 23})
    with refused(
        *FORBIDDEN,
        "potential wash trade detected. use complex orders",
        existing_order_id=resting["id"],
        reject_reason="opposite side limit order exists",
    ):
        trading.post("/orders", ORDER)
    closing = {"code": 40310000, "available": "3", "existing_qty": "10", "held_for_orders": "7", "symbol": "AAPL"}
    [answer] = trading.delete("/positions")
    assert answer["status"] == 403
    assert closing.items() <= answer["body"].items()
    trading.cancel_order_by_id(resting["id"])
    with refused(*IMPOSSIBLE, 'order is already in "canceled" state'):
        trading.cancel_order_by_id(resting["id"])
    with refused(*IMPOSSIBLE, "cannot replace order in canceled status"):
        trading.patch(f"/orders/{resting['id']}", {"limit_price": 901})


def test_what_depends_on_what_the_other_side_has_open(trading):
    trading.patch("/account/configurations", MARGIN)
    trading.post("/orders", LIMIT)
    with refused(*FORBIDDEN, "cannot open a short sell while a long buy order is open"):
        trading.post("/orders", SELL)
    trading.delete("/orders")
    trading.post("/orders", SELL | {"type": "limit", "limit_price": "900"})
    with refused(*FORBIDDEN, "cannot open a long buy while a short sell order is open"):
        trading.post("/orders", ORDER)
    trading.delete("/orders")
    with refused(*IMPOSSIBLE, "fractional orders cannot be sold short"):
        trading.post("/orders", SELL | {"qty": "0.5"})


def test_replacing(simulator, trading):
    order = trading.post("/orders", LIMIT)
    with refused(*IMPOSSIBLE, "order parameters are not changed"):
        trading.patch(f"/orders/{order['id']}", {"limit_price": "100"})
    trading.patch(f"/orders/{order['id']}", {"limit_price": "101"})
    with refused(*IMPOSSIBLE, "order already replaced"):
        trading.patch(f"/orders/{order['id']}", {"limit_price": "102"})
    simulator.step_to("2026-11-19T17:00:00-05:00")
    waiting = trading.post("/orders", LIMIT)
    with refused(*IMPOSSIBLE, "cannot replace order in accepted status"):
        trading.patch(f"/orders/{waiting['id']}", {"limit_price": "102"})


def test_replacing_what_is_filled_in_part_or_on_its_way(start):
    simulator = start("--partial-fills", "1")
    trading = trading_client(simulator)
    order = trading.post("/orders", LIMIT | {"limit_price": "400", "qty": "20"})
    assert trading.get_order_by_id(order["id"]).status == "partially_filled"
    with refused(*IMPOSSIBLE, "qty must be > filled_qty"):
        trading.patch(f"/orders/{order['id']}", {"qty": trading.get_order_by_id(order["id"]).filled_qty})

    simulator = start("--latency-ms", "2000")
    trading = trading_client(simulator)
    order = trading.post("/orders", LIMIT)
    with refused(*IMPOSSIBLE, "cannot replace order in pending_new status"):
        trading.patch(f"/orders/{order['id']}", {"limit_price": "101"})
    simulator.step_seconds(2)
    new = trading.patch(f"/orders/{order['id']}", {"limit_price": "101"})
    with refused(*IMPOSSIBLE, "cannot replace order in pending_replace status"):
        trading.patch(f"/orders/{order['id']}", {"limit_price": "102"})
    with refused(*IMPOSSIBLE, "order chain not fully replaced"):
        trading.patch(f"/orders/{new['id']}", {"limit_price": "102"})


def test_what_the_broker_restricts(simulator, trading):
    trading.post("/orders", ORDER)
    whole = {"untradable": ["KO"], "whole_shares": ["AMD"], "account": "liquidation_only"}
    simulator.control("POST", "/sim/restrictions", whole)
    assert not trading.get_asset("KO").tradable
    assert not trading.get_asset("AMD").fractionable
    with refused(*IMPOSSIBLE, 'asset "KO" is not tradable'):
        trading.post("/orders", ORDER | {"symbol": "KO"})
    with refused(*FORBIDDEN, 'asset "AMD" is not fractionable'):
        trading.post("/orders", ORDER | {"symbol": "AMD", "qty": "1.5"})
    with refused(*FORBIDDEN, "account is restricted to liquidation only"):
        trading.post("/orders", ORDER)
    assert trading.post("/orders", SELL | {"qty": 1})["status"] == "pending_new"
    simulator.control("POST", "/sim/restrictions", {"account": "not_authorized"})
    with refused(*FORBIDDEN, "account is not authorized to trade"):
        trading.post("/orders", SELL | {"qty": 1})
    assert trading.get_account().trading_blocked
    trading.patch("/account/configurations", {"suspend_trade": True})
    simulator.control("POST", "/sim/restrictions", {})
    with refused(*FORBIDDEN, "new orders are rejected by user request"):
        trading.post("/orders", SELL | {"qty": 1})


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"account": "closed"}, "account must be one of nothing, not_authorized, liquidation_only"),
        ({"untradable": "KO"}, "untradable must be a list of symbols"),
        ({"whole_shares": ["XYZ"]}, "whole_shares: XYZ is not listed here"),
        ({"colour": "red"}, "unknown field colour; known are account, untradable, whole_shares, delisted"),
    ],
)
def test_a_wrong_restriction_changes_nothing(simulator, body, message):
    before = simulator.control("POST", "/sim/restrictions", {"untradable": ["KO"]})
    assert simulator.request("POST", "/sim/restrictions", body) == (422, {"code": 40010001, "message": message})
    assert simulator.control("GET", "/sim/restrictions") == before


def test_what_is_not_there(trading):
    with refused(*MISSING, f"order not found for {NOBODY}"):
        trading.get_order_by_id(NOBODY)
    with refused(*MISSING, f"order not found for {NOBODY}"):
        trading.cancel_order_by_id(NOBODY)
    with refused(*MISSING, "order not found for nothing"):
        trading.get_order_by_client_id("nothing")
    with refused(*INVALID, "order_id is missing"):
        trading.get("/orders/nothing")
    with refused(*MISSING, "position does not exist"):
        trading.get_open_position("AAPL")
    with refused(*MISSING, "position does not exist"):
        trading.close_position("AAPL")
    with refused(*MISSING, "asset not found for XYZ"):
        trading.get_asset("XYZ")
    with refused(*MISSING, "endpoint not found"):
        trading.get("/nowhere")


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (429, {"code": 42910000, "message": "rate limit exceeded"}),
        (500, {"code": 50010000, "message": "internal server error"}),
        # These the exchange never says by itself.
        (403, {"code": 40310100, "message": "trade denied due to pattern day trading protection"}),
        (
            403,
            {"message": "unable to open new notional orders while having open closing position orders"},
        ),
    ],
)
def test_any_other_error_can_be_ordered(simulator, trading, status, body):
    simulator.set_faults({"path": "/v2/orders", "status": status, "body": body})
    with refused(status, **({"code": None} | body)):
        trading.post("/orders", ORDER)
    assert trading.post("/orders", ORDER)["status"] == "pending_new"


def test_wrong_keys_and_the_pages_they_meet(simulator):
    simulator.key, right = "wrong", simulator.key
    try:
        trading = trading_client(simulator)
        with refused(401, None, "unauthorized."):
            trading.get_account()
        with pytest.raises(APIError, match="<html>") as caught:
            trading.get_clock()
        assert caught.value.status_code == 401
    finally:
        simulator.key = right
