import json

import pytest
import requests
from alpaca.common.exceptions import APIError
from alpaca.trading.requests import MarketOrderRequest

from simulator.testing import wait_for
from simulator.tests.exchanges import SYNTHETIC

ORDER = {"symbol": "AAPL", "qty": "1", "side": "buy", "type": "market", "time_in_force": "day"}


def fault(**fields):
    return {"method": "POST", "path": "/v2/orders"} | fields


REQUEST = MarketOrderRequest(symbol="AAPL", qty=1, side="buy", time_in_force="day", client_order_id="mine")


@pytest.fixture
def hurried(trading):
    """The SDK waits for an answer half a second, not for ever."""
    send = trading._session.request
    trading._session.request = lambda *args, **kwargs: send(*args, **kwargs, timeout=0.5)
    return trading


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    ("what", "raised"),
    [
        ({"effect": "status", "status": 401}, APIError),
        ({"effect": "status", "status": 500}, APIError),
        ({"effect": "status", "status": 503}, APIError),
        ({"effect": "status", "status": 504}, APIError),
        ({"effect": "html", "status": 504}, APIError),
        ({"effect": "drop"}, requests.ConnectionError),
        ({"effect": "hang"}, requests.ReadTimeout),
        ({"effect": "delay", "delay": 1}, requests.ReadTimeout),
    ],
)
def test_before_means_nothing_happened_and_after_that_only_the_answer_is_lost(simulator, hurried, what, raised, when):
    simulator.set_faults(fault(when=when, **what))
    with pytest.raises(raised):
        hurried.submit_order(REQUEST)
    # The delayed request still arrives: nobody takes it back.
    lands = when == "after" or what["effect"] == "delay"
    if lands:
        assert wait_for(lambda: simulator.state()["orders"] == 1)
        with pytest.raises(APIError, match="client_order_id must be unique"):
            hurried.submit_order(REQUEST)
    else:
        assert simulator.state()["orders"] == 0
        hurried.submit_order(REQUEST)
    assert hurried.get_order_by_client_id("mine").status == "filled"
    assert simulator.state()["fills"] == 1


@pytest.mark.parametrize(
    ("what", "raised"),
    [
        ({"effect": "truncated"}, requests.exceptions.ChunkedEncodingError),
        ({"effect": "empty", "status": 200}, TypeError),
        ({"effect": "html", "status": 200}, requests.exceptions.JSONDecodeError),
    ],
)
def test_an_answer_that_is_no_answer(simulator, hurried, what, raised):
    simulator.set_faults(fault(when="after", **what))
    with pytest.raises(raised):
        hurried.submit_order(REQUEST)
    assert hurried.get_order_by_client_id("mine").status == "filled"


def test_a_script_of_faults_is_in_force_from_the_first_request(start, tmp_path):
    script = tmp_path / "faults.json"
    rows = [
        {"path": "/v2/account", "status": 500, "count": 2},
        {"path": "/v2/clock", "status": 503, "since": "2026-11-19T14:32:00Z", "until": "2026-11-19T14:33:00Z"},
        {"effect": "reject", "symbol": "KO"},
    ]
    script.write_text(json.dumps({"faults": rows}))
    simulator = start(*SYNTHETIC, "--frozen", "--faults", script)
    assert [simulator.request("GET", "/v2/account")[0] for _ in range(3)] == [500, 500, 200]
    found = []
    for _ in range(3):
        found.append(simulator.request("GET", "/v2/clock")[0])
        simulator.step_seconds(60)
    assert found == [200, 503, 200]
    order = simulator.ask("POST", "/v2/orders", ORDER | {"symbol": "KO"})
    assert simulator.ask("GET", f"/v2/orders/{order['id']}")["status"] == "rejected"
    left = simulator.control("GET", "/sim/faults")["faults"]
    assert [row["path"] for row in left] == ["/v2/clock"]


def test_the_control_paths_fail_only_when_named(simulator):
    simulator.set_faults(fault(method="*", path="*", status=500))
    assert simulator.request("GET", "/sim/clock")[0] == 200
    simulator.set_faults(fault(method="GET", path="/sim/clock", status=500))
    assert [simulator.request("GET", "/sim/clock")[0] for _ in range(2)] == [500, 200]


def test_a_wrong_fault_changes_nothing(simulator):
    simulator.set_faults(fault())
    for wrong in ({"effect": "melt"}, {"colour": "red"}, {"count": "many"}):
        assert simulator.request("POST", "/sim/faults", {"faults": [fault(**wrong)]})[0] == 422
    assert len(simulator.control("GET", "/sim/faults")["faults"]) == 1
