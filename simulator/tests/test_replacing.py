"""PATCH /v2/orders/{id}: what may be replaced, by what, and what becomes of the rest of a group."""

from decimal import Decimal

import pytest
from alpaca.trading.enums import OrderStatus
from alpaca.trading.requests import ReplaceOrderRequest

LIMIT = {"symbol": "AAPL", "qty": "10", "side": "buy", "type": "limit", "limit_price": "100", "time_in_force": "gtc"}
MARKET = {"symbol": "AAPL", "qty": "10", "side": "buy", "type": "market", "time_in_force": "day"}


def posted(simulator, body):
    status, order = simulator.request("POST", "/v2/orders", body)
    assert status == 200, order
    return order


def patched(simulator, order, **fields):
    return simulator.request("PATCH", f"/v2/orders/{order['id']}", fields)


def seen(simulator, order):
    return simulator.ask("GET", f"/v2/orders/{order['id']}?nested=true")


def test_a_replacement_is_a_new_order(simulator, trading):
    old = posted(simulator, LIMIT)
    new = trading.replace_order_by_id(
        old["id"], ReplaceOrderRequest(qty=20, limit_price=90.5, client_order_id="second")
    )
    assert (new.qty, new.limit_price, new.client_order_id, str(new.replaces)) == ("20", "90.5", "second", old["id"])
    before = trading.get_order_by_id(old["id"])
    assert (before.status, before.replaced_by) == (OrderStatus.REPLACED, new.id)
    assert trading.get_order_by_id(new.id).status == OrderStatus.NEW
    assert [order.id for order in trading.get_orders()] == [new.id]
    assert trading.get_account().buying_power == str(100_000 - 20 * Decimal("90.5")).rstrip("0").rstrip(".")
    assert patched(simulator, old, qty=5) == (422, {"code": 42210000, "message": "order already replaced"})


def test_a_replacement_that_is_marketable_fills(simulator):
    old = posted(simulator, LIMIT)
    new = patched(simulator, old, limit_price=900)[1]
    assert seen(simulator, new)["status"] == "filled"
    assert simulator.ask("GET", "/v2/positions/AAPL")["qty"] == "10"


@pytest.mark.parametrize(
    ("body", "fields", "status", "code", "message"),
    [
        (LIMIT, {}, 422, 42210000, "order parameters are not changed"),
        (LIMIT, {"qty": 10, "limit_price": "100.00"}, 422, 42210000, "order parameters are not changed"),
        (LIMIT, {"qty": 0}, 422, 40010001, "qty must be > 0"),
        (LIMIT, {"qty": "1.5"}, 422, 42210000, "qty must be a whole number of shares"),
        (LIMIT, {"qty": 100_000}, 403, 40310000, "insufficient buying power"),
        (LIMIT, {"stop_price": 5}, 422, 40010001, "limit orders require no stop_price"),
        (LIMIT, {"trail": 5}, 422, 40010001, "limit orders require no trail"),
        (LIMIT, {"notional": 500}, 422, 42210000, "notional orders cannot be replaced"),
        (LIMIT, {"time_in_force": "ioc"}, 422, 40010001, "invalid time_in_force"),
        (LIMIT, {"limit_price": "much"}, 422, 40010001, "invalid limit_price much"),
        (LIMIT, {"client_order_id": "taken", "qty": 3}, 422, 40010001, "client_order_id must be unique"),
        (
            LIMIT,
            {"limit_price": 90.125},
            422,
            42210000,
            "invalid limit_price 90.125. sub-penny increment does not fulfill minimum pricing criteria",
        ),
        (MARKET, {"qty": 5}, 422, 42210000, "cannot replace order in filled status"),
        (
            {
                "symbol": "AAPL",
                "notional": 500,
                "side": "buy",
                "type": "limit",
                "limit_price": 9,
                "time_in_force": "day",
            },
            {"limit_price": 8},
            422,
            42210000,
            "notional orders cannot be replaced",
        ),
        (
            MARKET | {"type": "stop", "stop_price": 900},
            {"stop_price": 5},
            422,
            42210000,
            "stop price must be greater than current price",
        ),
    ],
)
def test_a_wrong_replacement_changes_nothing(simulator, body, fields, status, code, message):
    posted(simulator, MARKET | {"symbol": "KO", "qty": 1, "client_order_id": "taken"})
    order = posted(simulator, body)
    before = simulator.ledger()
    answered, answer = patched(simulator, order, **fields)
    assert (answered, answer["code"], answer["message"]) == (status, code, message)
    assert simulator.ledger() == before


def test_an_order_that_waits_for_the_morning_cannot_be_replaced(simulator):
    simulator.step_to("2026-11-19T18:00:00-05:00")
    order = posted(simulator, LIMIT)
    answer = patched(simulator, order, qty=5)
    assert answer == (422, {"code": 42210000, "message": "cannot replace order in accepted status"})
    missing = "00000000-0000-0000-0000-000000000001"
    assert simulator.request("PATCH", f"/v2/orders/{missing}", {"qty": 1})[0] == 404


def test_moving_the_stop_of_a_bracket_keeps_the_group(simulator):
    legs = {"order_class": "bracket", "take_profit": {"limit_price": 900}, "stop_loss": {"stop_price": 100}}
    bracket = posted(simulator, MARKET | {"time_in_force": "gtc"} | legs)
    target, stop = bracket["legs"]
    moved = patched(simulator, stop, stop_price=150)[1]
    assert (moved["stop_price"], moved["order_class"], moved["type"]) == ("150", "bracket", "stop")
    assert [leg["id"] for leg in seen(simulator, bracket)["legs"]] == [target["id"], moved["id"]]
    assert patched(simulator, moved, qty=4) == (
        422,
        {"code": 42210000, "message": "qty of bracket orders cannot be replaced"},
    )
    # The exits still sell the same shares: one fills, the other ends.
    sold = patched(simulator, target, limit_price="10.25")[1]
    assert seen(simulator, sold)["status"] == "filled"
    assert seen(simulator, moved)["status"] == "canceled"
    assert simulator.ask("GET", "/v2/positions") == []


def test_legs_can_be_moved_while_they_are_held(simulator):
    legs = {"order_class": "bracket", "take_profit": {"limit_price": 900}, "stop_loss": {"stop_price": 9}}
    bracket = posted(simulator, LIMIT | legs)
    moved = patched(simulator, bracket["legs"][1], stop_price=8)[1]
    assert seen(simulator, moved)["status"] == "held"
    # And an entry keeps its exits when it is moved itself.
    entry = patched(simulator, bracket, limit_price=900)[1]
    whole = seen(simulator, entry)
    assert whole["status"] == "filled"
    assert [(leg["id"], leg["status"]) for leg in whole["legs"]] == [
        (bracket["legs"][0]["id"], "new"),
        (moved["id"], "new"),
    ]


def test_an_oto_cannot_be_replaced_but_its_leg_can(simulator):
    order = posted(simulator, LIMIT | {"order_class": "oto", "stop_loss": {"stop_price": 9}})
    assert patched(simulator, order, limit_price=99)[1]["message"] == "oto orders cannot be replaced"
    assert patched(simulator, order["legs"][0], stop_price=8)[0] == 200


def test_both_halves_of_an_oco_can_be_moved(simulator):
    posted(simulator, MARKET)
    oco = {"side": "sell", "type": "limit", "order_class": "oco", "time_in_force": "gtc"}
    order = posted(simulator, MARKET | oco | {"take_profit": {"limit_price": 900}, "stop_loss": {"stop_price": 100}})
    stop = patched(simulator, order["legs"][0], stop_price=110)[1]
    target = patched(simulator, order, limit_price=800)[1]
    assert [leg["id"] for leg in seen(simulator, target)["legs"]] == [stop["id"]]
    assert simulator.ask("GET", "/v2/positions/AAPL")["qty_available"] == "0"
    simulator.request("DELETE", f"/v2/orders/{stop['id']}")
    assert seen(simulator, target)["status"] == "canceled"


def test_a_trail_is_measured_from_the_same_best_price(simulator):
    posted(simulator, MARKET)
    trailing = {"side": "sell", "type": "trailing_stop", "time_in_force": "gtc", "trail_price": "5"}
    order = posted(simulator, MARKET | trailing)
    moved = patched(simulator, order, trail=2)[1]
    assert moved["hwm"] == order["hwm"]
    assert Decimal(moved["stop_price"]) == Decimal(moved["hwm"]) - 2


def test_shares_promised_to_the_old_order_are_the_new_ones(simulator):
    posted(simulator, MARKET)
    order = posted(simulator, LIMIT | {"side": "sell", "limit_price": 900, "qty": 6})
    more = patched(simulator, order, qty=10)[1]
    assert seen(simulator, more)["status"] == "new"
    status, answer = patched(simulator, more, qty=11)
    assert (status, answer["message"], answer["related_orders"]) == (
        403,
        "insufficient qty available for order (requested: 11, available: 10)",
        [more["id"]],
    )
