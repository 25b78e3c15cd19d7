import pytest

ORDER = {"symbol": "AAPL", "qty": "10", "side": "buy", "type": "market", "time_in_force": "day"}
BRACKET = ORDER | {
    "order_class": "bracket",
    "take_profit": {"limit_price": 500},
    "stop_loss": {"stop_price": 100},
}


@pytest.mark.parametrize(
    ("body", "status", "code", "message"),
    [
        (b"{", 400, 40010000, "request body format is invalid"),
        (b"[" * 100_000, 400, 40010000, "request body format is invalid"),
        (b'{"qty": NaN}', 400, 40010000, "request body format is invalid"),
        ([], 400, 40010000, "request body format is invalid"),
        (ORDER | {"qty": None}, 422, 40010001, "qty or notional is required"),
        (ORDER | {"notional": 5}, 422, 40010001, "only one of qty or notional is accepted"),
        (ORDER | {"qty": 0}, 422, 40010001, "qty must be > 0"),
        (ORDER | {"qty": "many"}, 422, 40010001, "invalid qty many"),
        (ORDER | {"qty": "1e999999"}, 422, 40010001, "invalid qty 1e999999"),
        (ORDER | {"qty": True}, 422, 40010001, "invalid qty True"),
        (ORDER | {"side": "hold"}, 422, 40010001, "invalid side"),
        (ORDER | {"type": "best"}, 422, 40010001, "invalid order type"),
        (ORDER | {"time_in_force": "ever"}, 422, 40010001, "invalid time_in_force"),
        (ORDER | {"type": "limit"}, 422, 40010001, "limit orders require a limit price"),
        (ORDER | {"limit_price": 5}, 422, 40010001, "market orders require no stop or limit price"),
        (ORDER | {"symbol": "NOPE"}, 422, 42210000, 'asset "NOPE" not found'),
        (ORDER | {"client_order_id": "x" * 129}, 422, 40010001, "client_order_id must be no more than 128 characters"),
        (
            ORDER | {"type": "limit", "limit_price": 0.30000000000000004},
            422,
            42210000,
            "invalid limit_price 0.30000000000000004. sub-penny increment does not fulfill minimum pricing criteria",
        ),
        (ORDER | {"qty": "1.5", "time_in_force": "gtc"}, 422, 42210000, "fractional orders must be DAY orders"),
        (BRACKET | {"qty": "1.5"}, 422, 42210000, "fractional orders must be simple orders"),
        (BRACKET | {"stop_loss": None}, 422, 40010001, "bracket orders require stop_loss.stop_price"),
        (
            BRACKET | {"take_profit": {"limit_price": 90}},
            422,
            42210000,
            "take_profit.limit_price must be > stop_loss.stop_price",
        ),
        (
            BRACKET | {"stop_loss": {"stop_price": 400}},
            422,
            42210000,
            "stop_loss.stop_price must be <= base_price - 0.01",
        ),
        (ORDER | {"qty": 100_000}, 403, 40310000, "insufficient buying power"),
        (ORDER | {"side": "sell"}, 403, 40310000, "account is not allowed to short"),
    ],
)
def test_a_wrong_order_is_refused_and_leaves_nothing(simulator, body, status, code, message):
    answered, answer = simulator.request("POST", "/v2/orders", body)
    assert (answered, answer["code"], answer["message"]) == (status, code, message)
    assert simulator.state()["orders"] == 0


def test_more_shares_than_held(simulator):
    simulator.ask("POST", "/v2/orders", ORDER)
    resting = simulator.ask(
        "POST", "/v2/orders", ORDER | {"side": "sell", "type": "limit", "limit_price": 900, "qty": 7}
    )
    answer = simulator.request("POST", "/v2/orders", ORDER | {"side": "sell", "qty": 4})
    assert answer == (
        403,
        {
            "code": 40310000,
            "message": "insufficient qty available for order (requested: 4, available: 3)",
            "available": "3",
            "existing_qty": "10",
            "held_for_orders": "7",
            "symbol": "AAPL",
            "related_orders": [resting["id"]],
        },
    )


@pytest.mark.parametrize(
    ("method", "path", "status", "body"),
    [
        ("GET", "/v2/positions/AAPL", 404, {"code": 40410000, "message": "position does not exist"}),
        ("DELETE", "/v2/positions/NOPE", 404, {"code": 40410000, "message": "position does not exist"}),
        ("GET", "/v2/orders/nonsense", 422, {"code": 40010001, "message": "order_id is missing"}),
        ("GET", "/v2/assets/NOPE", 404, {"code": 40410000, "message": "asset not found for NOPE"}),
        ("GET", "/v2/nothing", 404, {"code": 40410000, "message": "endpoint not found"}),
        ("PUT", "/v2/orders", 404, {"code": 40410000, "message": "endpoint not found"}),
        (
            "GET",
            "/v2/orders/00000000-0000-0000-0000-000000000001",
            404,
            {"code": 40410000, "message": "order not found for 00000000-0000-0000-0000-000000000001"},
        ),
        (
            "GET",
            "/v2/orders:by_client_order_id?client_order_id=a",
            404,
            {"code": 40410000, "message": "order not found for a"},
        ),
        ("GET", "/v2/orders?limit=501", 422, {"code": 40010001, "message": "invalid limit: must be between 1 and 500"}),
        ("GET", "/v2/orders?after=yesterday", 422, {"code": 40010001, "message": "invalid after"}),
        ("GET", "/v2/stocks/bars?timeframe=1Min", 400, {"message": "symbols is required"}),
        ("GET", "/v2/stocks/bars?symbols=AAPL&timeframe=7Sec", 400, {"message": "invalid timeframe: 7Sec"}),
        (
            "GET",
            "/v2/stocks/bars?symbols=AAPL&timeframe=1Min&limit=10001",
            400,
            {"message": "invalid limit: larger than the allowed maximum of 10000"},
        ),
        ("GET", "/v2/stocks/bars?symbols=AAPL&timeframe=1Min&page_token=%00", 400, {"message": "invalid page_token"}),
    ],
)
def test_errors_carry_the_brokers_code_and_words(simulator, method, path, status, body):
    assert simulator.request(method, path) == (status, body)


def test_wrong_keys_are_unauthorized(simulator):
    simulator.key, right = "wrong", simulator.key
    try:
        assert simulator.request("GET", "/v2/account") == (401, {"message": "unauthorized."})
        assert simulator.request("GET", "/sim/clock")[0] == 200
    finally:
        simulator.key = right
