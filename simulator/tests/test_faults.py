import http.client
import urllib.error

import pytest

ORDER = {"symbol": "AAPL", "qty": "1", "side": "buy", "type": "market", "time_in_force": "day"}


def fault(**fields):
    return {"method": "POST", "path": "/v2/orders"} | fields


def test_before_means_that_nothing_happened(simulator):
    simulator.set_faults(fault(when="before", effect="status", status=503, count=2))
    assert [simulator.request("POST", "/v2/orders", ORDER)[0] for _ in range(3)] == [503, 503, 200]
    assert simulator.state()["orders"] == 1


def test_after_means_that_only_the_answer_is_lost(simulator):
    simulator.set_faults(fault(when="after", effect="html", status=504))
    status, body = simulator.request("POST", "/v2/orders", ORDER | {"client_order_id": "lost"})
    assert (status, body[:6]) == (504, "<html>")
    assert simulator.ask("GET", "/v2/orders:by_client_order_id?client_order_id=lost")["status"] == "filled"


def test_a_dropped_connection(simulator):
    simulator.set_faults(fault(when="after", effect="drop"))
    with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
        simulator.request("POST", "/v2/orders", ORDER)
    assert simulator.state()["orders"] == 1


def test_a_request_that_is_never_answered(simulator):
    simulator.set_faults(fault(effect="hang"), fault(path="/v2/acc*", method="GET", status=500))
    with pytest.raises((TimeoutError, urllib.error.URLError)):
        simulator.request("POST", "/v2/orders", ORDER, timeout=0.3)
    assert simulator.control("GET", "/sim/faults")["faults"][0]["path"] == "/v2/acc*"
    assert simulator.request("GET", "/v2/account")[0] == 500
    assert simulator.control("GET", "/sim/faults") == {"faults": []}


def test_a_wrong_fault_changes_nothing(simulator):
    simulator.set_faults(fault())
    for wrong in ({"effect": "melt"}, {"colour": "red"}, {"count": "many"}):
        assert simulator.request("POST", "/sim/faults", {"faults": [fault(**wrong)]})[0] == 422
    assert len(simulator.control("GET", "/sim/faults")["faults"]) == 1
