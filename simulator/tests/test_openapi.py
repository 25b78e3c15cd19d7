"""The check of every answer itself: that it checks, and that it can fail."""

import json

import pytest

from simulator.tests import openapi

pytestmark = pytest.mark.skipif(not openapi.available(), reason="needs the broker's OpenAPI descriptions")


def logged(tmp_path, *entries):
    path = tmp_path / "log"
    path.write_text("".join(json.dumps(entry) + "\n" for entry in entries))
    return openapi.complaints(path)


def test_a_wrong_answer_is_found(tmp_path, simulator):
    account = simulator.ask("GET", "/v2/account")
    right = {"method": "GET", "path": "/v2/account", "status": 200, "answer": account}
    assert logged(tmp_path, right) == (1, [])
    checked, wrong = logged(tmp_path, right | {"answer": account | {"cash": 12}})
    assert checked == 1
    assert wrong == ['GET /v2/account 200 at cash: 12 is not of type "string"']


def test_an_answer_nobody_described_is_found(tmp_path):
    entry = {"method": "GET", "path": "/v2/horoscope", "status": 200, "answer": {}}
    assert logged(tmp_path, entry)[1] == ["GET /v2/horoscope 200: the description has no such answer"]


def test_every_route_of_the_broker_is_described():
    from simulator.api.routes import _TABLE

    for method, template, _ in _TABLE:
        path = template.replace("{kind:latest}", "bars").replace("{kind:ticks}", "trades")
        path = path.replace("{kind}", "FILL").replace("{symbol}", "AAPL").replace("{order_id}", "0")
        if not path.startswith("/sim/") and (method, path) != ("DELETE", "/v2/orders/0"):
            status = "207" if (method, path) in (("DELETE", "/v2/orders"), ("DELETE", "/v2/positions")) else "200"
            assert openapi._validator(method, path, status) is not None, (method, path)
