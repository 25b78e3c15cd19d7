"""Whatever is sent to whichever path: a documented answer with a reason, never a 500; a refusal changes nothing."""

import asyncio
import json
import re
from contextlib import suppress
from decimal import Decimal
from urllib.parse import quote, urlencode

import msgpack
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from simulator.api.app import Application
from simulator.api.routes import _TABLE as ROUTES
from simulator.options import Options, parse_at
from simulator.simulation import Simulation
from simulator.testing import wait_for
from simulator.tests.test_streams import market_data, trade_updates

NOW = 1_795_100_000.0
REFUSALS = {400, 401, 403, 404, 413, 422}
ORDER = {"symbol": "AAPL", "qty": "1", "side": "buy", "type": "limit", "time_in_force": "day", "limit_price": "9"}
FIELDS = [
    "symbol",
    "qty",
    "notional",
    "side",
    "type",
    "time_in_force",
    "limit_price",
    "stop_price",
    "trail_price",
    "trail_percent",
    "extended_hours",
    "client_order_id",
    "order_class",
    "take_profit",
    "stop_loss",
    "position_intent",
    "surprise",
]
PARAMETERS = [
    "symbols",
    "timeframe",
    "start",
    "end",
    "limit",
    "page_token",
    "adjustment",
    "feed",
    "asof",
    "currency",
    "sort",
    "status",
    "after",
    "until",
    "direction",
    "nested",
    "side",
    "order_id",
    "client_order_id",
    "before_order_id",
    "after_order_id",
    "cancel_orders",
    "qty",
    "percentage",
    "period",
    "intraday_reporting",
    "pnl_reset",
    "date",
    "page_size",
    "activity_types",
    "category",
    "types",
]
NUMBERS = ["0", "-1", "1e400", "1E-30", "NaN", "-Infinity", "0x10", "１", "9" * 5000, "1_000", " 1", "1.", ""]
WORDS = ["AAPL", "aapl", "NOPE", "AAPL,KO", "\x00", "é\U0001f600", "a" * 5000, "..", "%", "'--", "null", "true"]
TIMES = ["2026-11-19", "2026-11-19T14:31:00Z", "0001-01-01", "9999-12-31", "9999-12-31T23:59:59-12:00", "now", "1e9"]
TEXTS = st.sampled_from(NUMBERS + WORDS + TIMES) | st.text(max_size=20)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS | st.just(10**400) | st.just(1e308)
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3))
CONTROL = {"frozen", "speed", "step_to", "step_seconds", "at", "seed", "faults", "symbol", "halted"}
BODIES = (
    st.binary(max_size=30)
    | VALUES
    | st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=4).map(lambda junk: ORDER | junk)
    | st.dictionaries(st.sampled_from(sorted(CONTROL)), VALUES, max_size=3)
    | st.fixed_dictionaries({"faults": st.lists(st.dictionaries(TEXTS, VALUES, max_size=3), max_size=2)})
)
PARTS = st.sampled_from(["AAPL", "0" * 8 + "-0000-4000-8000-" + "0" * 12, "FILL", *WORDS])


@pytest.fixture(scope="module")
def simulation():
    options = Options(at=parse_at("2026-11-19T09:31"), seed=7, frozen=True, key="k", secret="s")
    return Simulation(options, lambda: NOW)


def ask(simulation, method, path, query="", body=b""):
    """(status, body as bytes) of a request without any network."""
    sent = []

    async def receive():
        return {"type": "http.request", "body": body}

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": query.encode(),
        "headers": [(b"apca-api-key-id", b"k"), (b"apca-api-secret-key", b"s"), (b"host", b"127.0.0.1:8010")],
    }
    asyncio.run(Application(simulation, lambda: None)(scope, receive, send))
    return sent[0]["status"], sent[1]["body"]


def encoded(body):
    return body if isinstance(body, bytes) else json.dumps(body).encode()


def state(simulation):
    exchange = simulation.exchange
    orders = [(order.id, order.status, order.qty) for order in exchange.book.orders.values()]
    return orders, exchange.ledger.cash, exchange.settings


def is_answered_well(simulation, method, path, query="", body=b""):
    # One of these may have ordered a fault.
    simulation.faults.replace({"faults": []})
    before = state(simulation)
    status, answer = ask(simulation, method, path, query, body)
    told = json.loads(answer, parse_float=Decimal, parse_constant=pytest.fail) if answer else None
    if status not in (200, 204, 207):
        assert status in REFUSALS, (method, path, query, body, answer)
        assert isinstance(told["message"], str), answer
        assert told["message"]
        assert len(answer) < 1000, "a refusal that repeats what it was sent"
        assert state(simulation) == before


@pytest.fixture(autouse=True)
def whole(simulation):
    yield
    assert ask(simulation, "GET", "/sim/ledger")[0] == 200


QUIET = settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))


@QUIET
@given(route=st.sampled_from(ROUTES), part=PARTS, junk=st.dictionaries(st.sampled_from(PARAMETERS), TEXTS, max_size=4))
def test_every_path_with_any_parameters(simulation, route, part, junk):
    method, template, _ = route
    kind = re.search(r"\{kind:([^}|]+)", template)
    path = re.sub(r"\{kind:[^}]+\}", kind[1] if kind else "", template)
    path = re.sub(r"\{\w+\}", lambda _: quote(part, safe=""), path)
    if method == "GET" or "/sim/" not in path:
        is_answered_well(simulation, method, path, urlencode(junk, errors="surrogatepass"))


@QUIET
@given(body=BODIES, route=st.sampled_from([route for route in ROUTES if route[0] in ("POST", "PATCH")]))
@example(body=b"[" * 100_000, route=("POST", "/v2/orders", None))
@example(body=b"1" * 100_000, route=("POST", "/v2/orders", None))
@example(body=b" " * ((1 << 20) + 1), route=("POST", "/v2/orders", None))
def test_every_path_with_any_body(simulation, body, route):
    method, template, _ = route
    is_answered_well(simulation, method, re.sub(r"\{\w+\}", "0" * 32, template), body=encoded(body))


FRAMES = [
    "",
    "{",
    "null",
    "[]",
    "1e999",
    '"auth"',
    "[" * 100_000,
    "x" * 2_000_000,
    b"\x00\xff",
    b"\xc1" * 50,
    {"action": None},
    {"action": ["auth"]},
    {"action": "auth", "key": {"a": 1}, "secret": []},
    {"action": "authenticate", "data": "keys"},
    {"action": "authenticate", "data": {"key_id": 1, "secret_key": None}},
    {"action": "listen", "data": {"streams": "trade_updates"}},
    {"action": "listen", "data": {"streams": [1, None, {}]}},
    {"action": "subscribe", "bars": {"AAPL": 1}},
    {"action": "subscribe", "bars": [None, 5, ["AAPL"]]},
    {"action": "unsubscribe", "trades": 7},
]


@pytest.mark.parametrize(
    ("path", "encode"), [("/stream", json.dumps), ("/v2/iex", json.dumps), ("/v2/iex", msgpack.packb)]
)
@pytest.mark.parametrize("knows_keys", [False, True])
def test_streams_survive_any_frame(simulator, path, encode, knows_keys):
    header = {"Content-Type": "application/msgpack"} if encode is msgpack.packb else {}
    url = simulator.ws_url + path
    for frame in FRAMES:
        with (
            connect(url, proxy=None, additional_headers=header) as socket,
            suppress(ConnectionClosed, TimeoutError),
        ):
            if knows_keys:
                keys = {"key": simulator.key, "secret": simulator.secret}
                data = {"data": {"key_id": simulator.key, "secret_key": simulator.secret}}
                socket.send(encode({"action": "auth" if path == "/v2/iex" else "authenticate"} | keys | data))
            socket.send(encode(frame) if isinstance(frame, dict) else frame)
            while True:
                socket.recv(0.1)
    # The process prints nothing, which its fixture sees to, and goes on.
    with trade_updates(simulator), market_data(simulator, bars=["AAPL"]):
        assert wait_for(lambda: simulator.state()["streams"]["market_data"] == 1)
