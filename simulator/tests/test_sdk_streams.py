"""The real SDK's streams against the exchange: every channel, and connections that are lost, refused and come back."""

import threading
from contextlib import contextmanager

import pytest
from alpaca.data.live import StockDataStream
from alpaca.trading.stream import TradingStream

from simulator.testing import wait_for
from simulator.tests.exchanges import SYNTHETIC

ORDER = {"symbol": "AAPL", "qty": "3", "side": "buy", "type": "market", "time_in_force": "day"}
# The SDK waits half a second to a second before it connects again after a loss.
BACK = 15.0


def keeping(rows):
    async def keep(row):
        rows.append(row)

    return keep


@contextmanager
def running(*streams):
    threads = [threading.Thread(target=stream.run, daemon=True) for stream in streams]
    for thread in threads:
        thread.start()
    try:
        yield threads
    finally:
        # Each takes five seconds to stop.
        stopping = [threading.Thread(target=stream.stop) for stream in streams if stream._running]
        for thread in stopping:
            thread.start()
        for thread in stopping + threads:
            thread.join(BACK)


def updates_of(simulator, rows):
    stream = TradingStream(simulator.key, simulator.secret, url_override=simulator.ws_url + "/stream")
    stream.subscribe_trade_updates(keeping(rows))
    return stream


def data_of(simulator):
    return StockDataStream(simulator.key, simulator.secret, url_override=simulator.ws_url + "/v2/iex")


def connected(simulator, **counts):
    return wait_for(lambda: counts.items() <= simulator.state()["streams"].items(), BACK)


def test_every_channel(start):
    simulator = start("--late-trades", "1")
    found = {name: [] for name in ("trades", "quotes", "bars", "updated_bars", "daily_bars", "trading_statuses")}
    data = data_of(simulator)
    for name, rows in found.items():
        getattr(data, f"subscribe_{name}")(keeping(rows), "AAPL")
    with running(data):
        assert connected(simulator, subscribed_bars=1)
        simulator.step_seconds(60)
        simulator.control("POST", "/sim/halts", {"symbol": "AAPL", "halted": True})
        simulator.step_seconds(120)
        assert wait_for(lambda: all(found.values())), {name: len(rows) for name, rows in found.items()}
    assert {row.symbol for rows in found.values() for row in rows} == {"AAPL"}
    assert found["trading_statuses"][0].status_code == "H"
    (first, second), daily = found["bars"], found["daily_bars"][-1]
    assert {row.timestamp: row.price for row in found["trades"]}[second.timestamp] == second.open
    assert found["quotes"][0].ask_price > found["quotes"][0].bid_price > 0
    assert first.timestamp in [row.timestamp for row in found["updated_bars"]]
    assert daily.high >= first.high
    assert daily.volume >= first.volume


def test_streams_that_are_cut_come_back_and_tell_nothing_twice(simulator):
    updates, bars = [], []
    data = data_of(simulator)
    data.subscribe_bars(keeping(bars), "AAPL", "KO")
    whole = {"trade_updates": 1, "market_data": 1, "subscribed_bars": 2}
    with running(updates_of(simulator, updates), data):
        assert connected(simulator, **whole)
        simulator.ask("POST", "/v2/orders", ORDER)
        simulator.step_seconds(60)
        assert wait_for(lambda: (len(updates), len(bars)) == (2, 2))
        assert (updates[1].qty, updates[1].position_qty) == (3.0, 3.0)
        assert [row.timestamp.isoformat() for row in bars] == ["2026-11-19T14:31:00+00:00"] * 2

        names = ("trade_updates", "market_data")
        simulator.set_faults(*({"effect": "stream_drop", "stream": name} for name in names))
        simulator.ask("POST", "/v2/orders", ORDER)
        simulator.step_seconds(60)
        assert connected(simulator, **dict.fromkeys(whole, 0))
        assert connected(simulator, **whole)

        simulator.ask("POST", "/v2/orders", ORDER | {"symbol": "KO"})
        simulator.step_seconds(60)
        assert wait_for(lambda: (len(updates), len(bars)) == (4, 4)), (updates, bars)
    # What happened while nobody listened is told by nobody; the books have it.
    assert [(row.event, row.order.symbol) for row in updates] == [
        ("new", "AAPL"),
        ("fill", "AAPL"),
        ("new", "KO"),
        ("fill", "KO"),
    ]
    assert len(simulator.ask("GET", "/v2/account/activities/FILL")) == 3
    assert len({(row.symbol, row.timestamp) for row in bars}) == len(bars)


def test_streams_outlive_the_exchange(start, tmp_path):
    simulator = start(*SYNTHETIC, "--frozen", "--journal", tmp_path / "journal")
    updates = []
    with running(updates_of(simulator, updates)):
        assert connected(simulator, trade_updates=1)
        simulator.kill()
        simulator.start()
        assert connected(simulator, trade_updates=1)
        simulator.ask("POST", "/v2/orders", ORDER)
        assert wait_for(lambda: [row.event for row in updates] == ["new", "fill"])


@pytest.mark.parametrize("status", [402, 406, 408])
def test_a_refused_connection_is_tried_again(simulator, status):
    bars = []
    data = data_of(simulator)
    data.subscribe_bars(keeping(bars), "AAPL")
    simulator.set_faults({"effect": "stream_error", "status": status})
    with running(data):
        assert connected(simulator, subscribed_bars=1)
        simulator.step_seconds(60)
        assert wait_for(lambda: len(bars) == 1)


def test_a_plan_that_is_too_small_ends_the_sdks_stream(simulator):
    data = data_of(simulator)
    data.subscribe_bars(keeping([]), "AAPL")
    simulator.set_faults({"effect": "stream_error", "status": 409})
    with running(data) as [thread]:
        thread.join(BACK)
        assert not thread.is_alive()
