"""What can go wrong with requests and streams, on order; halts, splits and late trades as programs see them."""

import json
import time
from contextlib import contextmanager

import pytest
from websockets.sync.client import connect

from simulator.management.commands.simulator import Command, options_from
from simulator.rate_limit import UNLIMITED, RateLimit
from simulator.testing import wait_for
from simulator.tests.test_streams import market_data, trade_updates

ORDER = {"symbol": "AAPL", "qty": "1", "side": "buy", "type": "market", "time_in_force": "day"}


def told(socket, seconds=0.3):
    """The events of a trading stream until it is silent."""
    found = []
    try:
        while True:
            found.append(json.loads(socket.recv(seconds))["data"]["event"])
    except TimeoutError:
        return found


@contextmanager
def knocking(simulator, feed="iex"):
    """A connection to the market data that has not said who it is; `ask` returns the answer's only row."""
    with connect(f"{simulator.ws_url}/v2/{feed}", proxy=None) as socket:
        socket.recv(5)

        def ask(body):
            socket.send(body if isinstance(body, str) else json.dumps(body))
            return json.loads(socket.recv(5))[0]

        yield ask


def keys(simulator):
    return {"action": "auth", "key": simulator.key, "secret": simulator.secret}


@pytest.mark.parametrize(
    ("effect", "events"),
    [
        ("stream_omit", ["fill"]),
        ("stream_duplicate", ["new", "new", "fill"]),
        ("stream_reorder", ["fill", "new"]),
        ("stream_mute", []),
        ("stream_delay", ["fill", "new"]),
    ],
)
def test_a_faulty_trading_stream(simulator, effect, events):
    with trade_updates(simulator) as socket:
        # A reader that has just gone might still take the fault.
        assert wait_for(lambda: simulator.state()["streams"]["trade_updates"] == 1)
        simulator.set_faults({"effect": effect, "stream": "trade_updates", "delay": 0.1})
        simulator.ask("POST", "/v2/orders", ORDER)
        assert told(socket) == events


def test_a_dropped_stream_closes(simulator):
    with trade_updates(simulator) as socket:
        assert wait_for(lambda: simulator.state()["streams"]["trade_updates"] == 1)
        simulator.set_faults({"effect": "stream_drop"})
        simulator.ask("POST", "/v2/orders", ORDER)
        assert wait_for(lambda: simulator.state()["streams"]["trade_updates"] == 0)
        with pytest.raises(Exception, match="1000"):
            socket.recv(2)


def test_every_error_of_the_market_data_stream(simulator):
    def code(answer):
        return answer["code"]

    with knocking(simulator) as ask:
        assert code(ask("{")) == 400
        assert code(ask({"action": "subscribe", "bars": ["AAPL"]})) == 401
        assert ask(keys(simulator) | {"key": "x"}) == {"T": "error", "code": 402, "msg": "auth failed"}
        for status in (406, 409, 408):
            simulator.set_faults({"effect": "stream_error", "status": status})
            assert code(ask(keys(simulator))) == status
        assert ask(keys(simulator))["msg"] == "authenticated"
        assert code(ask(keys(simulator))) == 403
        assert code(ask({"action": "subscribe", "orderbooks": ["AAPL"]})) == 410
        assert code(ask({"action": "subscribe", "bars": "AAPL"})) == 400
        simulator.set_faults({"effect": "stream_error", "status": 405})
        assert code(ask({"action": "subscribe", "bars": ["AAPL"]})) == 405
        assert ask({"action": "subscribe", "trades": ["AAPL"]})["corrections"] == ["AAPL"]


def test_the_free_plan(start):
    simulator = start("--free-plan")
    with knocking(simulator) as ask:
        assert ask(keys(simulator))["msg"] == "authenticated"
        names = [f"S{number}" for number in range(31)]
        assert ask({"action": "subscribe", "trades": names})["code"] == 405
        assert ask({"action": "subscribe", "trades": names[:30], "bars": ["*"]})["trades"] == sorted(names[:30])
        with knocking(simulator) as other:
            assert other(keys(simulator))["code"] == 406
        with knocking(simulator, "sip") as other:
            assert other(keys(simulator))["code"] == 409
    path = "/v2/stocks/trades?symbols=AAPL&feed=sip"
    answer = simulator.request("GET", f"{path}&start=2026-11-19&end=2026-11-20")
    assert answer == (403, {"message": "subscription does not permit querying recent SIP data"})
    assert simulator.request("GET", path)[0] == 200


def test_a_halt_stops_trading_until_the_reopening(simulator):
    with market_data(simulator, statuses=["AAPL"]) as socket:
        simulator.control("POST", "/sim/halts", {"symbol": "AAPL", "halted": True})
        simulator.step_seconds(60)
        assert json.loads(socket.recv(5))[0]["sc"] == "H"
        order = simulator.ask("POST", "/v2/orders", ORDER)
        simulator.step_seconds(300)
        assert simulator.ask("GET", f"/v2/orders/{order['id']}")["status"] == "new"
        simulator.control("POST", "/sim/halts", {"symbol": "AAPL", "halted": False})
        simulator.step_seconds(60)
        now = simulator.ask("GET", f"/v2/orders/{order['id']}")
        assert now["status"] == "filled"
        assert json.loads(socket.recv(5))[0]["sm"] == "Trading Resumption"


def test_a_split_multiplies_the_shares_and_leaves_the_money(simulator):
    simulator.ask("POST", "/v2/orders", ORDER | {"symbol": "SPLT", "qty": 10})
    resting = simulator.ask(
        "POST",
        "/v2/orders",
        ORDER | {"symbol": "SPLT", "type": "limit", "limit_price": 50, "time_in_force": "gtc"},
    )
    before = simulator.ask("GET", "/v2/positions/SPLT")
    simulator.step_to("2026-11-27T09:30:00-05:00")
    after = simulator.ask("GET", "/v2/positions/SPLT")
    assert (before["qty"], after["qty"], after["cost_basis"]) == ("10", "40", before["cost_basis"])
    assert simulator.ask("GET", f"/v2/orders/{resting['id']}")["status"] == "canceled"
    activity = simulator.ask("GET", "/v2/account/activities/SPLIT")[0]
    assert (activity["qty"], activity["date"]) == ("30", "2026-11-27")
    days = "/v2/stocks/SPLT/bars?timeframe=1Day&start=2026-11-19&end=2026-11-26"
    raw, split = (simulator.ask("GET", f"{days}&adjustment={kind}")["bars"] for kind in ("raw", "split"))
    assert [bar["c"] for bar in split] == [pytest.approx(bar["c"] / 4, abs=0.0001) for bar in raw]
    actions = simulator.ask("GET", "/v1/corporate-actions?symbols=SPLT&start=2026-11-01&end=2026-12-31")
    assert actions["corporate_actions"]["forward_splits"][0]["new_rate"] == 4


def test_a_request_that_lands_late(simulator):
    simulator.set_faults({"effect": "late", "method": "POST", "path": "/v2/orders", "delay": 0.3, "status": 504})
    assert simulator.request("POST", "/v2/orders", ORDER | {"client_order_id": "late"})[0] == 504
    lookup = "/v2/orders:by_client_order_id?client_order_id=late"
    assert simulator.request("GET", lookup)[0] == 404
    assert wait_for(lambda: simulator.request("GET", lookup)[0] == 200)


def test_fills_arrive_before_the_orders_answer(simulator):
    with trade_updates(simulator) as socket:
        simulator.set_faults({"effect": "delay", "when": "after", "path": "/v2/orders", "delay": 0.5})
        began = time.monotonic()
        assert simulator.request("POST", "/v2/orders", ORDER)[0] == 200
        assert time.monotonic() - began >= 0.5
        assert told(socket, 0.05) == ["new", "fill"]


@pytest.mark.parametrize(
    ("effect", "status", "body"), [("empty", 200, None), ("status", 401, {"message": "unauthorized."})]
)
def test_answers_that_are_none(simulator, effect, status, body):
    simulator.set_faults({"effect": effect, "status": status, "when": "after", "path": "/v2/orders"})
    assert simulator.request("POST", "/v2/orders", ORDER) == (status, body)
    assert simulator.state()["orders"] == 1


def test_rates_windows_and_rejections(simulator):
    simulator.set_faults({"effect": "status", "path": "/v2/account", "status": 503, "rate": 0.5})
    found = [simulator.request("GET", "/v2/account")[0] for _ in range(60)]
    assert 15 < found.count(503) < 45
    simulator.set_faults({"effect": "reject", "symbol": "AAPL", "until": "2026-11-19T14:32:00Z"})
    orders = [simulator.ask("POST", "/v2/orders", ORDER), simulator.ask("POST", "/v2/orders", ORDER | {"symbol": "KO"})]
    simulator.step_seconds(60)
    orders.append(simulator.ask("POST", "/v2/orders", ORDER))
    found = [simulator.ask("GET", f"/v2/orders/{order['id']}")["status"] for order in orders]
    assert found == ["rejected", "filled", "filled"]


def test_late_activities_are_listed_late(simulator):
    simulator.set_faults({"effect": "late_activities", "delay": 100, "rate": 1})
    simulator.ask("POST", "/v2/orders", ORDER)
    assert simulator.ask("GET", "/v2/account/activities/FILL") == []
    simulator.step_seconds(100)
    assert len(simulator.ask("GET", "/v2/account/activities/FILL")) == 1


def test_the_rate_limit_has_its_headers_and_its_end(start):
    simulator = start("--rate-limit", "5")
    found = [simulator.request("GET", "/v2/account")[0] for _ in range(12)]
    # A new minute may have begun in between.
    assert 429 in found
    assert found[0] == 200
    assert simulator.request("GET", "/sim/clock")[0] == 200


@pytest.mark.parametrize(("speed", "limit"), [("real", 200), ("0.5", 200), ("10", 2000), ("lockstep", UNLIMITED)])
def test_a_faster_clock_has_more_requests_in_a_real_minute(speed: str, limit: int) -> None:
    """Else a demonstration at ten times the speed would run out of them at once."""
    given = vars(Command().create_parser("manage.py", "simulator").parse_args(["--speed", speed]))
    headers = dict(RateLimit(options_from(given).rate_limit, lambda: 0.0).count("/v2/account"))
    assert headers[b"x-ratelimit-limit"] == str(limit).encode()


def test_a_script_of_faults_that_is_wrong_says_so(tmp_path):
    from simulator.testing import SimulatorFailedError, SimulatorProcess

    script = tmp_path / "faults.json"
    script.write_text('{"faults": [{"effect": "melt"}]}')
    with pytest.raises(SimulatorFailedError, match="effect must be one of status"):
        SimulatorProcess("--faults", script).start()


def test_late_trades_are_told_again(start):
    simulator = start("--late-trades", "1")
    with market_data(simulator, bars=["AAPL"], updatedBars=["AAPL"]) as socket:
        simulator.step_seconds(120)
        first = json.loads(socket.recv(5))
        second = json.loads(socket.recv(5))
    early = next(row for row in first if row["T"] == "b")
    updated = next(row for row in second if row["T"] == "u")
    assert early["t"] == updated["t"]
    assert early["v"] < updated["v"]
    assert {name: early[name] for name in "ohlc"} == {name: updated[name] for name in "ohlc"}
