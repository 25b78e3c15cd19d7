"""Answers that are not true, on order."""

import pytest

from simulator.testing import SimulatorProcess

ORDER = {"symbol": "AAPL", "qty": "2", "side": "buy", "type": "market", "time_in_force": "day"}


@pytest.fixture
def bought(simulator: SimulatorProcess) -> SimulatorProcess:
    assert simulator.request("POST", "/v2/orders", ORDER)[0] == 200
    return simulator


@pytest.mark.parametrize(
    ("fault", "price"),
    [
        ({"field": "price", "value": "-0.35"}, "-0.35"),
        ({"field": "price", "value": None}, None),
        ({"field": "price", "value": "-0.35", "where": {"symbol": "AAPL"}}, "-0.35"),
        ({"field": "price", "remove": True}, "absent"),
    ],
)
def test_a_field_says_something_else_once(bought, fault, price):
    path = "/v2/account/activities/FILL"
    [true] = bought.ask("GET", path)
    bought.set_faults({"effect": "alter", "path": path} | fault)
    [altered] = bought.ask("GET", path)
    assert altered.get("price", "absent") == price
    assert altered | {"price": true["price"]} == true
    assert bought.ask("GET", path) == [true]


def test_a_row_elsewhere_stays_as_it_is(bought):
    of_ko = {"field": "qty", "value": "7", "where": {"symbol": "KO"}}
    bought.set_faults({"effect": "alter", "path": "/v2/positions"} | of_ko)
    assert bought.ask("GET", "/v2/positions")[0]["qty"] == "2"


def test_a_row_too_many(bought):
    bought.set_faults({"effect": "alter", "path": "/v2/orders", "insert": {"id": "x"}})
    assert bought.ask("GET", "/v2/orders?status=all")[0] == {"id": "x"}


def test_what_was_so_a_while_ago(bought):
    bought.set_faults({"effect": "stale", "path": "/v2/positions", "count": 2})
    assert bought.ask("GET", "/v2/positions")[0]["qty"] == "2"
    assert bought.request("POST", "/v2/orders", ORDER)[0] == 200
    assert bought.ask("GET", "/v2/positions")[0]["qty"] == "2"
    assert bought.ask("GET", "/v2/positions")[0]["qty"] == "4"


def test_an_order_stays_pending_cancel_for_a_while(bought):
    limit = ORDER | {"type": "limit", "limit_price": "1", "time_in_force": "gtc"}
    order = bought.ask("POST", "/v2/orders", limit)
    bought.set_faults({"effect": "slow_cancel", "symbol": "AAPL", "delay": 60})
    for _ in range(2):
        assert bought.request("DELETE", f"/v2/orders/{order['id']}")[0] == 204
        assert bought.ask("GET", f"/v2/orders/{order['id']}")["status"] == "pending_cancel"
    bought.step_seconds(61)
    assert bought.ask("GET", f"/v2/orders/{order['id']}")["status"] == "canceled"


@pytest.mark.parametrize(
    ("fault", "named"),
    [
        ({"effect": "alter"}, "alter needs a field or a row to insert"),
        ({"effect": "alter", "field": 3}, "field must be text"),
        ({"effect": "alter", "field": "qty", "where": []}, "where must be a JSON object"),
    ],
)
def test_a_wrong_alteration_is_named(simulator, fault, named):
    status, answer = simulator.request("POST", "/sim/faults", {"faults": [fault]})
    assert status == 422
    assert named in answer["message"]
