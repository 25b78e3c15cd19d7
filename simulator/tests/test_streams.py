import json
from contextlib import contextmanager

import msgpack
import pytest
from websockets.sync.client import connect

ORDER = {"symbol": "AAPL", "qty": "3", "side": "buy", "type": "market", "time_in_force": "day"}


@contextmanager
def trade_updates(simulator):
    with connect(simulator.ws_url + "/stream", proxy=None) as socket:

        def ask(message):
            socket.send(json.dumps(message))
            return json.loads(socket.recv(5))

        keys = {"key_id": simulator.key, "secret_key": simulator.secret}
        assert ask({"action": "authenticate", "data": keys}) == {
            "stream": "authorization",
            "data": {"status": "authorized", "action": "authenticate"},
        }
        assert ask({"action": "listen", "data": {"streams": ["trade_updates", "other"]}}) == {
            "stream": "listening",
            "data": {"streams": ["trade_updates"]},
        }
        yield socket


@contextmanager
def market_data(simulator, **channels):
    with connect(simulator.ws_url + "/v2/iex", proxy=None) as socket:
        assert json.loads(socket.recv(5)) == [{"T": "success", "msg": "connected"}]
        socket.send(json.dumps({"action": "auth", "key": simulator.key, "secret": simulator.secret}))
        assert json.loads(socket.recv(5)) == [{"T": "success", "msg": "authenticated"}]
        socket.send(json.dumps({"action": "subscribe"} | channels))
        state = json.loads(socket.recv(5))[0]
        assert state["T"] == "subscription"
        assert all(state[name] == symbols for name, symbols in channels.items())
        yield socket


def test_a_bracket_as_the_trading_stream_tells_it(simulator):
    with trade_updates(simulator) as socket:
        order = simulator.ask("POST", "/v2/orders", ORDER | {"order_class": "oto", "stop_loss": {"stop_price": 100}})
        frames = [socket.recv(5) for _ in range(3)]
        assert {type(frame) for frame in frames} == {bytes}
        updates = [json.loads(frame)["data"] for frame in frames]
        assert [(update["event"], update["order"]["type"]) for update in updates] == [
            ("new", "market"),
            ("fill", "market"),
            ("new", "stop"),
        ]
        fill = updates[1]
        assert (fill["order"]["id"], fill["qty"], fill["position_qty"]) == (order["id"], "3", "3")
        assert fill["price"] == fill["order"]["filled_avg_price"] == simulator.ledger()["activities"][0]["price"]
        simulator.request("DELETE", f"/v2/orders/{order['legs'][0]['id']}")
        assert json.loads(socket.recv(5))["data"]["event"] == "canceled"


def test_the_trading_stream_wants_its_keys(simulator):
    with connect(simulator.ws_url + "/stream", proxy=None) as socket:
        socket.send(json.dumps({"action": "listen", "data": {"streams": ["trade_updates"]}}))
        assert json.loads(socket.recv(5))["data"] == {"status": "unauthorized", "action": "listen"}
        socket.send(json.dumps({"action": "authenticate", "data": {"key_id": "x", "secret_key": "y"}}))
        assert json.loads(socket.recv(5))["data"]["status"] == "unauthorized"
        socket.send("not json")
        assert "error_message" in json.loads(socket.recv(5))["data"]


def test_bars_come_when_their_minute_has_ended(simulator):
    with market_data(simulator, bars=["AAPL", "MSFT"]) as first, market_data(simulator, bars=["*"]) as second:
        simulator.step_seconds(59)
        with pytest.raises(TimeoutError):
            first.recv(0.2)
        simulator.step_seconds(1)
        rows = json.loads(first.recv(5))
        assert [(row["T"], row["S"], row["t"]) for row in rows] == [
            ("b", "AAPL", "2026-11-19T14:31:00Z"),
            ("b", "MSFT", "2026-11-19T14:31:00Z"),
        ]
        bar = simulator.ask("GET", "/v2/stocks/AAPL/bars/latest")["bar"]
        assert {name: rows[0][name] for name in bar} == bar
        assert len(json.loads(second.recv(5))) == 17


def test_four_trades_make_a_bar(simulator):
    with market_data(simulator, trades=["AAPL"]) as socket:
        simulator.step_seconds(119)
        trades = [row for _ in range(7) for row in json.loads(socket.recv(5))]
        assert [row["t"][-9:] for row in trades] == [
            "14:31:20Z",
            "14:31:40Z",
            "14:31:59Z",
            "14:32:00Z",
            "14:32:20Z",
            "14:32:40Z",
            "14:32:59Z",
        ]
        bar = simulator.set_clock(step_seconds=1) and simulator.ask("GET", "/v2/stocks/AAPL/bars/latest")["bar"]
        prices = [row["p"] for row in trades[3:]]
        assert (prices[0], max(prices), min(prices), prices[3]) == (bar["o"], bar["h"], bar["l"], bar["c"])


def test_a_step_over_hours_loses_no_bar(simulator):
    with market_data(simulator, bars=["SPY"]) as socket:
        simulator.step_to("2026-11-20T09:32:00-05:00")
        received = [json.loads(socket.recv(5))[0]["t"] for _ in range(391)]
        assert received == sorted(set(received))
        assert received[-1] == "2026-11-20T14:31:00Z"


def test_market_data_errors(simulator):
    with connect(simulator.ws_url + "/v2/sip", proxy=None) as socket:
        socket.recv(5)
        for message, code in [
            ({"action": "subscribe", "bars": ["AAPL"]}, 401),
            ({"action": "auth", "key": "x", "secret": "y"}, 402),
            ({"action": "dance"}, 400),
        ]:
            socket.send(json.dumps(message))
            assert json.loads(socket.recv(5))[0]["code"] == code


def test_msgpack_is_spoken_to_who_asks_for_it(simulator):
    headers = {"Content-Type": "application/msgpack"}
    with connect(simulator.ws_url + "/v2/iex", proxy=None, additional_headers=headers) as socket:
        assert msgpack.unpackb(socket.recv(5)) == [{"T": "success", "msg": "connected"}]
        socket.send(msgpack.packb({"action": "auth", "key": simulator.key, "secret": simulator.secret}))
        socket.recv(5)
        # A fragmented message, as the SDK sends its subscriptions.
        packed = msgpack.packb({"action": "subscribe", "bars": ["AAPL"]})
        socket.send(iter([packed[:5], packed[5:]]))
        assert msgpack.unpackb(socket.recv(5))[0]["bars"] == ["AAPL"]
        simulator.step_seconds(60)
        row = msgpack.unpackb(socket.recv(5))[0]
        assert row["t"] == msgpack.Timestamp.from_unix_nano(1795098660 * 10**9)
