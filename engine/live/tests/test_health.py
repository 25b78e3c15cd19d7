"""/health names every component and what is wrong with it; /health/live and /health/ready answer one question each."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError
from rest_framework.test import APIClient

from engine import ballast, tasks
from engine.brokers.alpaca import transport
from engine.live import health, pulse
from engine.live.fills import fills_collect
from engine.live.lateness import Lateness, Sample, missed
from engine.live.pulse import pulse_bad, pulse_good
from engine.live.testing import BotMaker, step, sweep, tick
from engine.models import BrokerAccount, Lease, Pulse
from engine.services import lease_take
from engine.tasks import pulse as worker_pulse
from engine.tasks import sweep as sweep_task
from marketdata.clock import market_now, real_now
from notifications.models import Alert
from simulator.testing import SimulatorProcess
from tradingbot.runtime import process
from tradingbot.runtime.health_watch import HealthWatch

NOBODY = "nobody sweeps: is a worker running?"


@pytest.fixture(autouse=True)
def _no_pulses(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[None]:
    settings.REDIS_URL = ""
    pulse.pulses_forget()
    monkeypatch.setattr(pulse, "WRITTEN_EVERY", 0.0)
    monkeypatch.setattr(health, "disk_state", lambda: "ok")
    monkeypatch.setattr(transport, "_listeners", [process._broker_answered])
    # The test's own transaction is open in it.
    monkeypatch.setattr(tasks, "close_old_connections", lambda: None)
    yield
    health.last_written = None


def ask(path: str = "/health", status: int = 200) -> dict[str, Any]:
    answer = APIClient().get(path)
    assert answer.status_code == status, answer.json()
    body: dict[str, Any] = answer.json()
    return body


def wrong() -> dict[str, str]:
    return {name: state for name, state in ask()["components"].items() if state != "ok"}


def ago(seconds: float) -> datetime:
    return real_now() - timedelta(seconds=seconds)


@pytest.fixture
def well(trading: SimulatorProcess) -> SimulatorProcess:
    """Everything runs, and the exchange's clock goes on."""
    trading.set_clock(frozen=False, speed=1)
    lease_take("beat", "somebody", now=real_now(), seconds=60)
    worker_pulse()
    sweep_task()
    return trading


@pytest.mark.django_db
def test_it_is_public_and_says_what_is_not_well() -> None:
    body = ask()
    assert body["status"] == "degraded"
    assert wrong() == {
        "broker": "not connected",
        "trading": "the books are being compared with the broker's",
        "sweeper": NOBODY,
        "worker": "no worker takes ticks",
        "beat": "nobody asks for ticks: beat is not running",
    }
    assert ask("/health/live") == {"status": "ok", "components": {"database": "ok"}}
    assert ask("/health/ready", 503)["components"] == body["components"]


def test_when_all_is_well(well: SimulatorProcess) -> None:
    assert (ask()["status"], wrong()) == ("ok", {})
    assert ask("/health/ready")["status"] == "ok"


def test_with_processes_of_their_own_redis_and_the_stream_are_components(well: SimulatorProcess, settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert wrong() == {"redis": "not reachable", "stream": "not running"}
    assert lease_take("stream", "somebody", now=real_now(), seconds=15)
    assert wrong() == {"redis": "not reachable"}


BROKEN: list[tuple[str, dict[str, Any], str]] = [
    ("dead", {"effect": "drop"}, "does not answer (ConnectionError)"),
    ("500", {"effect": "status", "status": 500}, "500: injected fault"),
    ("429", {"effect": "status", "status": 429}, "no request is left in this minute"),
    ("401", {"effect": "status", "status": 401}, "the broker refused the API keys (401: unauthorized.)"),
]


@pytest.mark.parametrize(("name", "fault", "words"), BROKEN, ids=[name for name, _, _ in BROKEN])
def test_a_broker_that_does_not_answer_is_known_and_is_well_again(
    well: SimulatorProcess, name: str, fault: dict[str, Any], words: str
) -> None:
    well.set_faults({"method": "*", "path": "/v2/*", "count": 1000} | fault)
    sweep()
    Pulse.objects.filter(pk="broker trading").update(failing_since=ago(3))
    assert words in wrong()["broker"]
    assert ask("/health/ready", 503)["status"] == "degraded"
    # The page and a halt are served all the while.
    assert ask("/health/live")["status"] == "ok"
    well.set_faults()
    transport.budgets_forget()
    BrokerAccount.objects.update(read_at=None)
    sweep()
    assert "broker" not in wrong()


SILENT: list[tuple[str, str]] = [
    ("sweeper", NOBODY),
    ("worker", "no worker takes ticks"),
]


@pytest.mark.parametrize(("name", "words"), SILENT)
def test_a_part_that_falls_silent_is_known_within_ten_seconds(well: SimulatorProcess, name: str, words: str) -> None:
    Pulse.objects.filter(pk=name).update(at=ago(8))
    assert name not in wrong()
    Pulse.objects.filter(pk=name).update(at=ago(9.5))
    assert wrong()[name] == words


def test_a_sweeper_that_starves_is_not_one_that_is_gone(well: SimulatorProcess) -> None:
    Pulse.objects.filter(pk="sweeper").update(at=ago(20))
    Lease.objects.filter(name="sweeper").update(expires_at=ago(-10))
    assert wrong()["sweeper"] == "a pass takes very long"


def test_a_beat_that_is_gone(well: SimulatorProcess) -> None:
    Lease.objects.filter(name="beat").update(expires_at=ago(1))
    assert wrong()["beat"].startswith("nobody asks for ticks")


def test_an_exchange_whose_clock_stands(well: SimulatorProcess) -> None:
    well.set_clock(frozen=True)
    from marketdata.clock import market_clock

    market_clock.refresh()
    sweep_task()
    assert "exchange" not in wrong()
    Pulse.objects.filter(pk="exchange").update(failing_since=ago(9))
    assert wrong()["exchange"] == "its clock stands: nothing is traded"


def test_an_order_stream_that_is_silent_while_fills_happen(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    pulse_good("order stream")
    Pulse.objects.filter(pk="order stream").update(at=ago(60))
    tick(bot_running())
    assert fills_collect() == 1
    assert Pulse.objects.get(pk="order stream").why.startswith("silent")
    pulse_good("order stream")
    assert Pulse.objects.get(pk="order stream").failing_since is None


@pytest.mark.parametrize("state", ["nearly full", "full"])
def test_a_disk_that_is_full(well: SimulatorProcess, monkeypatch: pytest.MonkeyPatch, state: str) -> None:
    monkeypatch.setattr(health, "disk_state", lambda: state)
    assert wrong() == {"disk": f"{state}: entries have stopped, halts, exits and bookings go on"}
    assert ask("/health/ready", 503)
    assert ballast.NEARLY_FULL in ("nearly full", "full")


def test_a_database_that_takes_no_writes(well: SimulatorProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "last_written", health.time.monotonic() - 7)
    body = ask(status=503)
    assert body["components"]["database"].startswith("takes no writes for 7 seconds")


def test_a_database_that_is_away(well: SimulatorProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> str:
        raise OperationalError("gone")

    monkeypatch.setattr(health, "pulses", away)
    assert ask(status=503)["components"]["database"] != "ok"


def test_what_begins_and_what_ends_is_told_once_each(well: SimulatorProcess) -> None:
    watch = HealthWatch()
    watch.look()
    Pulse.objects.filter(pk="worker").update(at=ago(20))
    watch.look()
    assert not Alert.objects.filter(kind="health").exists(), "one look may be an accident"
    for _ in range(3):
        watch.look()
    [alert] = Alert.objects.filter(kind="health")
    assert (alert.key, alert.words, alert.ended_at) == ("worker", "worker: no worker takes ticks", None)
    worker_pulse()
    for _ in range(3):
        watch.look()
    alert.refresh_from_db()
    assert (alert.ended_at is None, alert.end_words) == (False, "worker: well again")
    assert Alert.objects.filter(kind="health").count() == 1


def test_what_an_earlier_process_told_is_ended_by_the_next(well: SimulatorProcess) -> None:
    Pulse.objects.filter(pk="worker").update(at=ago(20))
    first = HealthWatch()
    for _ in range(2):
        first.look()
    worker_pulse()
    second = HealthWatch()
    for _ in range(2):
        second.look()
    assert Alert.objects.get(kind="health").ended_at is not None


def test_ticks_that_nobody_asked_for_are_missed(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    bot = bot_running(trading_frequency=10)
    start = market_now()
    grids = {bot.pk: bot.grid()}

    def sample(seconds: float, taken: int, late: int = 0, skipped: int = 0) -> Sample:
        return Sample(seconds, start + timedelta(seconds=seconds), {bot.pk: (taken, late, skipped)}, grids)

    first, grace = sample(0, 5), timedelta(seconds=5)
    assert missed(first, sample(60, 10), grace=grace) == (0, 5)
    assert missed(first, sample(60, 7), grace=grace) == (3, 5)
    assert missed(first, sample(60, 10, late=2), grace=grace) == (2, 5)
    assert missed(first, sample(60, 8, skipped=2), grace=grace) == (2, 5)
    edited = Sample(60, start, {bot.pk: (5, 0, 0)}, {bot.pk: bot_running(symbols=["KO"]).grid()})
    assert missed(first, edited, grace=grace) == (0, 0)


def test_lateness_is_noted_and_taken_back(
    bot_running: BotMaker, trading: SimulatorProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    bot = bot_running(trading_frequency=10)
    watch, passed = Lateness(), [0.0]
    trading.set_clock(frozen=False, speed=1)
    from marketdata.clock import market_clock

    market_clock.refresh()
    reading = market_clock.reading()
    monkeypatch.setattr("engine.live.lateness.time.monotonic", lambda: passed[0])
    monkeypatch.setattr("engine.live.lateness.real_now", lambda: real_now() + timedelta(seconds=passed[0]))
    monkeypatch.setattr(market_clock, "reading", lambda: reading)
    for _ in range(9):
        watch.look()
        passed[0] += 6
    assert "were late, skipped or never asked for" in Pulse.objects.get(pk="ticks").why
    type(bot).objects.update(taken_ticks=20)
    for _ in range(12):
        watch.look()
        passed[0] += 6
        type(bot).objects.update(taken_ticks=20 + passed[0] // 10)
    assert Pulse.objects.get(pk="ticks").failing_since is None


def test_a_sign_of_life_that_fails_keeps_since_when(db: None) -> None:
    pulse_bad("x", "first")
    since = Pulse.objects.get(pk="x").failing_since
    pulse_bad("x", "second")
    found = Pulse.objects.get(pk="x")
    assert (found.failing_since, found.why) == (since, "second")
    pulse_good("x")
    assert Pulse.objects.get(pk="x").failing_since is None


def test_a_tick_that_comes_late_is_counted(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    bot = bot_running()
    tick(bot)
    bot.refresh_from_db()
    assert (bot.taken_ticks, bot.late_ticks) == (1, 0)
    step(trading, 60 + 30)
    tick(bot)
    bot.refresh_from_db()
    assert (bot.taken_ticks, bot.late_ticks) == (2, 1)
