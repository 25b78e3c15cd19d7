"""What people ask to be computed: counted first, in a process of its own, within a budget."""

import json
import os
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from engine.core.config import ConfigError, config_parse
from engine.core.indicators import custom
from engine.core.indicators.custom import function_memory, run_elsewhere
from engine.core.indicators.measured import Memory
from marketdata.tests.factories import SymbolFactory
from tradingbot.computing import budget, process
from tradingbot.computing.process import ComputingFailed, ComputingProcess, computing
from web.testing import BOT, client_of, problem

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_measured_before() -> None:
    custom.function_memory.cache_clear()
    custom.function_outputs.cache_clear()


@pytest.fixture(scope="module", autouse=True)
def _stopped() -> Iterator[None]:
    yield
    computing.stop()


def fishers(count: int, first: int = 2) -> dict[str, dict[str, Any]]:
    """Functions that take long to measure, none of them like another."""
    lengths = range(first, first + count)
    rule = "FISHERT_{0}_1 > 0"
    return {f"F{n}": {"pandas_ta": "fisher", "length": n, "buy": rule.format(n)} for n in lengths}


def asked(client: Any, count: int, first: int = 2) -> Any:
    return client.get("/api/market-data/AAPL", {"indicators": json.dumps(fishers(count, first))})


def test_too_many_indicators_are_refused_before_any_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    def measured(*_: Any) -> None:
        raise AssertionError("it was measured")

    monkeypatch.setattr(custom, "outputs_measure", measured)
    monkeypatch.setattr(custom, "memory_measure", measured)
    for count in (21, 1000):
        with pytest.raises(ConfigError) as refused:
            config_parse(BOT | {"indicators": fishers(count)})
        [error] = refused.value.errors
        assert (error.field, error.message) == ("indicators", "must have 1 to 20 entries")


@pytest.mark.parametrize("path", ["/api/backtests", "/api/bots"])
def test_of_a_body_of_a_thousand_nothing_is_measured(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    measured: list[Any] = []
    for name in ("outputs_measure", "memory_measure"):
        monkeypatch.setattr(custom, name, lambda *given: measured.append(given))
    config = BOT | {"indicators": fishers(700)}
    body = {"config": config, "from": "2026-01-01", "to": "2026-01-02"} if path == "/api/backtests" else config
    problem(client_of("admin").post(path, body, format="json"), 400)
    assert measured == []


def test_a_request_is_computed_in_another_process_and_trading_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    SymbolFactory.create(symbol="AAPL")
    client = client_of("viewer")
    # Without bars of its own the exchange's are asked for; it is not here.
    asked(client, 1)
    assert computing._process is not None
    child = computing._process.pid
    assert child != os.getpid()
    assert os.getpriority(os.PRIO_PROCESS, child) == process.NICENESS
    measured = []

    def counted(name: str, chosen: Any) -> Memory:
        measured.append(os.getpid())
        return Memory(50, anchored=False)

    monkeypatch.setattr(custom, "memory_measure", counted)
    assert function_memory("fisher", (("length", 300), ("signal", 1))).bars == 50
    assert measured == [os.getpid()], "a tick waits for nobody's chart"


def test_what_a_child_is_told_has_no_settings_in_it() -> None:
    SymbolFactory.create(symbol="AAPL")
    asked(client_of("viewer"), 1)
    assert computing._process is not None
    with open(f"/proc/{computing._process.pid}/environ", "rb") as file:
        names = {word.partition(b"=")[0] for word in file.read().split(b"\0") if word}
    assert names <= {b"PATH", b"LANG", b"TZ", b"LC_CTYPE"}


def test_each_person_has_a_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    SymbolFactory.create(symbol="AAPL")
    monkeypatch.setattr(budget, "SECONDS_A_MINUTE", 0.3)
    viewer, other = client_of("viewer"), client_of("viewer")
    statuses = [asked(viewer, 5, first).status_code for first in (2, 7, 12, 17)]
    assert statuses[-1] == 429
    refused = asked(viewer, 5, 40)
    body = problem(refused, 429)
    assert body["title"] == "Too much was computed for you within a minute"
    assert 0 < int(refused["Retry-After"]) <= 60
    problem(client_of("admin").post("/api/bots", BOT | {"symbols": ["AAPL"], "indicators": {}}, format="json"), 400)
    assert asked(other, 1, 100).status_code != 429
    # What costs nothing is answered on.
    assert viewer.get("/api/auth/me").status_code == 200


def test_what_was_refused_by_the_function_is_refused_in_the_same_words() -> None:
    given = {"T": {"pandas_ta": "fisher", "length": 400, "signal": 500, "buy": "nothing > 0"}}
    with pytest.raises(ConfigError) as here:
        config_parse(BOT | {"indicators": given})
    custom.function_outputs.cache_clear()
    body = problem(client_of("admin").post("/api/bots", BOT | {"indicators": given}, format="json"), 400)
    assert [error["message"] for error in body["errors"]] == [error.message for error in here.value.errors]


def test_a_call_that_takes_too_long_is_ended_and_the_next_one_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    child = ComputingProcess()
    monkeypatch.setattr(process, "CALL_SECONDS", 0.3)
    with pytest.raises(ComputingFailed):
        child.call(time.sleep, 30)
    monkeypatch.setattr(process, "CALL_SECONDS", 10.0)
    assert child.call(abs, -3)[:2] == (3, None)
    child.stop()


def test_a_child_that_was_killed_is_started_again() -> None:
    child = ComputingProcess()
    assert child.call(int, "x")[1] is not None
    assert child._process is not None
    child._process.kill()
    child._process.wait()
    assert child.call(abs, -3)[:2] == (3, None)
    child.stop()


def test_the_thread_that_started_it_may_end_and_its_parent_not() -> None:
    child = ComputingProcess()
    thread = threading.Thread(target=child.call, args=[abs, -3])
    thread.start()
    thread.join()
    assert child._process is not None
    first = child._process
    time.sleep(0.1)
    assert child.call(abs, -4)[:2] == (4, None)
    assert child._process is first
    assert first.stdin is not None
    first.stdin.close()
    assert first.wait(5) == 0
    child._process = None


def test_outside_of_a_request_nothing_is_elsewhere() -> None:
    assert run_elsewhere.get() is None
