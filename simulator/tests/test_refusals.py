"""What is no order at all, and what no question can be: the errors of orders themselves are in test_catalogue."""

import pytest

ORDER = {"symbol": "AAPL", "qty": "10", "side": "buy", "type": "market", "time_in_force": "day"}


@pytest.mark.parametrize(
    ("body", "status", "code", "message"),
    [
        (b"{", 400, 40010000, "request body format is invalid"),
        (b"[" * 100_000, 400, 40010000, "request body format is invalid"),
        (b'{"qty": NaN}', 400, 40010000, "request body format is invalid"),
        ([], 400, 40010000, "request body format is invalid"),
        (b" " * ((1 << 20) + 1), 413, 41310000, "request body is too large"),
        (ORDER | {"qty": "many"}, 422, 40010001, "invalid qty many"),
        (ORDER | {"qty": "1e999999"}, 422, 40010001, "invalid qty 1e999999"),
        (ORDER | {"qty": True}, 422, 40010001, "invalid qty True"),
        (
            ORDER | {"type": "limit", "limit_price": 0.30000000000000004},
            422,
            42210000,
            "invalid limit_price 0.30000000000000004. sub-penny increment does not fulfill minimum pricing criteria",
        ),
    ],
)
def test_what_is_no_order_is_refused_and_leaves_nothing(simulator, body, status, code, message):
    assert simulator.request("POST", "/v2/orders", body) == (status, {"code": code, "message": message})
    assert simulator.state()["orders"] == 0


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        ("/v2/orders?limit=501", 422, {"code": 40010001, "message": "invalid limit: must be between 1 and 500"}),
        ("/v2/orders?after=yesterday", 422, {"code": 40010001, "message": "invalid after"}),
        ("/v2/stocks/bars?timeframe=1Min", 400, {"message": "symbols is required"}),
        ("/v2/stocks/bars?symbols=AAPL&timeframe=7Sec", 400, {"message": "invalid timeframe: 7Sec"}),
        (
            "/v2/stocks/bars?symbols=AAPL&timeframe=1Min&limit=10001",
            400,
            {"message": "invalid limit: larger than the allowed maximum of 10000"},
        ),
        ("/v2/stocks/bars?symbols=AAPL&timeframe=1Min&page_token=%00", 400, {"message": "invalid page_token"}),
    ],
)
def test_a_wrong_question_is_told_what_is_wrong_with_it(simulator, path, status, body):
    assert simulator.request("GET", path) == (status, body)


def test_other_methods_are_no_endpoints(simulator):
    assert simulator.request("PUT", "/v2/orders") == (404, {"code": 40410000, "message": "endpoint not found"})
