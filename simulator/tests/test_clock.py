import json
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command

from simulator.clock import SimulatorClock
from simulator.sessions import SessionCalendar
from simulator.testing import SimulatorFailedError, SimulatorProcess, free_port, wait_for
from simulator.tests.test_streams import market_data


def at(text):
    return datetime.fromisoformat(text)


class RealTime:
    def __init__(self):
        self.seconds = 1_000.0

    def __call__(self):
        return self.seconds


@pytest.fixture(scope="module")
def calendar():
    return SessionCalendar(at("2026-11-22").date())


def test_closed_hours_are_leapt_over(calendar):
    real = RealTime()
    clock = SimulatorClock(calendar, real, at("2026-11-25T15:59:00-05:00"), speed=60, skip_closed=True)
    real.seconds += 1.5
    assert clock.now() == at("2026-11-25T16:00:30-05:00")
    real.seconds += 0.5
    # Thanksgiving is leapt over too.
    assert clock.now() == at("2026-11-27T09:29:00-05:00")
    assert clock.to_json()["jump_at"] == "2026-11-27T18:01:00+00:00"
    assert clock.to_json()["jump_to"] == "2026-11-30T14:29:00+00:00"
    real.seconds += 60 * 60 * 24
    assert clock.now() > at("2026-11-30T09:29:00-05:00")


def test_a_clock_begun_in_closed_hours_leaps_at_once(calendar):
    clock = SimulatorClock(calendar, RealTime(), at("2026-11-21T12:00:00-05:00"), speed=10, skip_closed=True)
    assert clock.now() == at("2026-11-23T09:29:00-05:00")


def test_freezing_and_releasing(calendar):
    real = RealTime()
    clock = SimulatorClock(calendar, real, at("2026-11-25T10:00:00-05:00"), speed=10, frozen=True)
    real.seconds += 100
    assert clock.now() == at("2026-11-25T10:00:00-05:00")
    assert clock.to_json()["speed"] == 0
    clock.set_frozen(False)
    real.seconds += 6
    assert clock.now() == at("2026-11-25T10:01:00-05:00")
    clock.set_frozen(True)
    real.seconds += 6
    assert clock.now() == at("2026-11-25T10:01:00-05:00")


def test_steps_only_go_forwards(simulator):
    now = simulator.now()
    status, body = simulator.request("POST", "/sim/clock", {"step_to": (now - timedelta(seconds=1)).isoformat()})
    assert (status, body["code"]) == (422, 42210000)
    assert simulator.request("POST", "/sim/clock", {"step_seconds": -1})[0] == 422
    assert simulator.request("POST", "/sim/clock", {"step_to": "soon"})[0] == 422
    assert simulator.request("POST", "/sim/clock", {"sped": 5})[1]["message"].startswith("unknown field sped")
    assert simulator.now() == now
    stepped = simulator.step_seconds(30)
    assert at(stepped["market"]) == now + timedelta(seconds=30)
    assert (stepped["frozen"], stepped["lockstep"], stepped["speed"]) == (True, False, 0)


def test_time_passes_when_released():
    with SimulatorProcess("--at", "2026-11-19T15:59:30", "--speed", "600") as process:
        # Over the close, and on in the next session.
        assert wait_for(lambda: process.now() >= at("2026-11-20T09:31:00-05:00"))
        clock = process.set_clock(frozen=True)
        assert (clock["frozen"], clock["speed"]) == (True, 0)
        assert process.now() == at(clock["market"])
        assert process.set_clock(frozen=False, speed=5)["speed"] == 5


def told(process):
    """What the broker's own clock says."""
    return at(process.ask("GET", "/v2/clock")["timestamp"])


def test_real_time_is_the_time_of_the_day():
    with SimulatorProcess("--speed", "real") as process:
        before = datetime.now(UTC)
        assert before <= told(process) <= datetime.now(UTC)


def test_a_shifted_clock_runs_at_the_pace_of_the_real_one():
    with SimulatorProcess("--at", "2026-11-19T10:00", "--speed", "1") as process:
        began = time.monotonic()
        first = told(process)
        assert at("2026-11-19T10:00:00-05:00") <= first < at("2026-11-19T10:00:20-05:00")
        time.sleep(1.5)
        passed, least = (told(process) - first).total_seconds(), 1.5
        assert least <= passed <= time.monotonic() - began


@pytest.mark.parametrize("speed", [600, 1_000])
def test_a_fast_clock_loses_no_bar_and_tells_none_before_its_end(replay, speed):
    end = at("2019-02-13T10:31:00-05:00")
    got, early = [], []
    try:
        with market_data(replay, bars=["*"]) as socket:
            replay.set_clock(frozen=False, speed=speed)
            while not got or got[-1][1] < end:
                rows = [(row["S"], at(row["t"])) for row in json.loads(socket.recv(5))]
                early += [row for row in rows if row[1] + timedelta(minutes=1) > replay.now()]
                got += rows
    finally:
        replay.set_clock(frozen=True)
    assert early == []
    got = [row for row in got if row[1] < end]
    symbols = ",".join(row["symbol"] for row in replay.ask("GET", "/v2/assets"))
    path = "/v2/stocks/bars?timeframe=1Min&limit=10000&start=2019-02-13T14:31:00Z&end=2019-02-13T15:30:59Z&symbols="
    bars = replay.ask("GET", path + symbols)["bars"]
    assert sorted(got) == sorted((symbol, at(row["t"])) for symbol, rows in bars.items() for row in rows)
    assert len(got) > 1_000


def play_lockstep_session(process):
    order = {"symbol": "AMD", "qty": "20", "side": "buy", "type": "market", "time_in_force": "gtc"}
    legs = {"order_class": "bracket"}
    for minute in range(0, 390, 26):
        process.step_to(at("2026-11-19T09:31:00-05:00") + timedelta(minutes=minute))
        price = process.ask("GET", "/v2/stocks/AMD/trades/latest")["trade"]["p"]
        targets = {
            "take_profit": {"limit_price": round(price * 1.002, 2)},
            "stop_loss": {"stop_price": round(price * 0.998, 2)},
        }
        process.ask("POST", "/v2/orders", order | legs | targets | {"client_order_id": f"entry-{minute}"})
    process.step_to("2026-11-20T09:31:00-05:00")
    return process.ledger()


def test_two_lockstep_sessions_are_identical():
    args = ("--at", "2026-11-19T09:31", "--seed", "3", "--speed", "lockstep", "--slippage-bps", "5")
    with SimulatorProcess(*args) as first, SimulatorProcess(*args) as second:
        assert (first.clock()["lockstep"], first.clock()["speed"], first.clock()["frozen"]) == (True, 0, False)
        ledger = play_lockstep_session(first)
        assert len(ledger["activities"]) > 15
        assert play_lockstep_session(second) == ledger


def test_a_seed_behaves_the_same_on_whatever_day_it_starts(simulator):
    def first_bars(start):
        simulator.reset(at=start, seed=11)
        simulator.step_seconds(600)
        bars = simulator.ask("GET", "/v2/stocks/bars?symbols=AAPL,TSLA&timeframe=1Min&limit=1000")["bars"]
        return {symbol: [{**row, "t": None} for row in rows] for symbol, rows in bars.items()}

    assert first_bars("2026-11-19T09:31") == first_bars("2025-03-04T09:31")


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("--replay", "/nowhere"), "there is no such folder"),
        (("--at", "yesterday"), "--at was 'yesterday'; it must be a New York time such as 2019-02-13T09:31."),
        (("--at", "1989-02-13T09:31"), "the exchange's calendar begins in 1990"),
        (("--speed", "fast"), "--speed was 'fast'; it must be a number above 0 such as 10, real, or lockstep."),
        (("--speed", "nan"), "--speed was 'nan'"),
        (("--seed", "-1"), "--seed was -1; it must be 0 or more."),
        (("--slippage-bps", "lots"), "--slippage-bps was 'lots'"),
    ],
)
def test_a_wrong_option_is_one_clear_line(args, message):
    with pytest.raises(CommandError) as failure:
        call_command("simulator", "--port", str(free_port()), *args)
    assert message in str(failure.value)
    assert "\n" not in str(failure.value)


def test_a_taken_port_is_one_clear_line(simulator):
    process = SimulatorProcess(port=simulator.port)
    with pytest.raises(SimulatorFailedError, match="Choose another --port") as failure:
        process.start()
    assert failure.value.output.count("\n") == 1
    assert process.process.returncode == 1
