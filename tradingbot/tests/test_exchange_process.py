"""The exchange as a child process: however long it takes to come back, it is waited for and its clock goes on."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.brokers.connect import broker_connect
from engine.brokers.errors import BrokerError, BrokerUnavailable
from simulator.testing import free_port, wait_for
from tradingbot.runtime import exchange as runtime
from tradingbot.runtime.exchange import ExchangeFailed, ExchangeProcess

# What took longer than this was given up once: 20 seconds in production.
PATIENCE = 0.3


@pytest.fixture
def port(settings: Any, monkeypatch: pytest.MonkeyPatch) -> int:
    settings.SIMULATOR_PORT = free_port()
    settings.SIMULATOR_URL = f"http://127.0.0.1:{settings.SIMULATOR_PORT}"
    monkeypatch.setattr(runtime, "TELL_EVERY", PATIENCE)
    return int(settings.SIMULATOR_PORT)


@pytest.fixture
def child(port: int, tmp_path: Path) -> Iterator[ExchangeProcess]:
    process = ExchangeProcess(["--speed", "60"], tmp_path / "exchange.journal")
    yield process
    process.stop()


def test_a_start_that_takes_long_is_waited_for_and_told_of(child: ExchangeProcess) -> None:
    os.kill(child.pid, signal.SIGSTOP)
    told: list[str] = []
    waiting = threading.Thread(target=child.wait_ready, args=[told.append])
    waiting.start()
    assert wait_for(lambda: len(told) >= 2)
    assert waiting.is_alive()
    os.kill(child.pid, signal.SIGCONT)
    waiting.join(30)
    assert not waiting.is_alive()
    assert broker_connect().clock().frozen
    assert told[0] == "the exchange simulator is starting and does not answer yet, after 0 seconds"


def test_one_that_ends_is_not_waited_for(port: int, tmp_path: Path) -> None:
    (tmp_path / "exchange.journal").write_text("my notes\n")
    child = ExchangeProcess([], tmp_path / "exchange.journal")
    began = time.monotonic()
    with pytest.raises(ExchangeFailed, match=r"did not start \(exit code 1\)"):
        child.wait_ready(lambda line: None)
    assert time.monotonic() - began < 20


def test_its_clock_is_released_however_often_that_fails_and_however_long_the_return_takes(
    child: ExchangeProcess, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(runtime, "FIRST_PAUSE", 0.05)
    calls: list[bool] = []

    def release(died: bool) -> None:
        calls.append(died)
        if len(calls) in (1, 3):
            raise BrokerUnavailable("not yet") if died else RuntimeError("anything else")
        broker_connect().steer_clock(frozen=False)

    threading.Thread(target=child.watch, args=[release], daemon=True).start()
    assert wait_for(lambda: calls == [False, False] and runs(), 30)

    before = child.pid
    os.kill(before, signal.SIGKILL)
    assert wait_for(lambda: child.pid != before, 30)
    os.kill(child.pid, signal.SIGSTOP)
    assert wait_for(lambda: "does not answer yet" in caplog.text, 30)
    os.kill(child.pid, signal.SIGCONT)
    assert wait_for(lambda: calls == [False, False, True, True] and runs(), 30)


def runs() -> bool:
    try:
        return not broker_connect().clock().frozen
    except BrokerError:
        return False
