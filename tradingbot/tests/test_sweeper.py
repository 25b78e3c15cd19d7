"""The sweeper has a thread of its own: whatever else waits or fails, it looks once a second."""

import threading
import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from celery import shared_task
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError

from simulator.testing import wait_for
from tradingbot.celery import app
from tradingbot.management.commands import worker
from tradingbot.runtime import embedded
from tradingbot.runtime import sweeper as runtime
from tradingbot.runtime.sweeper import Sweeper

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def passes(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """When each pass began; five a second instead of one."""
    began: list[float] = []
    monkeypatch.setattr(runtime, "SWEEP_EVERY", 0.2)
    monkeypatch.setattr(runtime, "is_due", lambda *_, **__: True)
    monkeypatch.setattr(runtime, "sweep", lambda: began.append(time.monotonic()))
    return began


def running(sweeper: Sweeper, condition: Callable[[], Any]) -> None:
    sweeper.start()
    try:
        assert wait_for(condition)
    finally:
        sweeper.stop()


def test_ticks_that_wait_by_the_hundred_hold_up_no_pass(passes: list[float]) -> None:
    release = threading.Event()

    @shared_task(name="tests.tick_that_hangs")
    def hang() -> None:
        release.wait(10)

    for _ in range(400):
        app.send_task("tests.tick_that_hangs", expires=60)
    busy = embedded.worker_start(app)
    try:
        running(Sweeper(), lambda: len(passes) >= 5)
    finally:
        app.control.purge()
        release.set()
        embedded.work_stop(busy, None)
    pauses = [later - earlier for earlier, later in pairwise(passes)]
    assert max(pauses) < 1


def test_a_pass_that_fails_is_followed_by_the_next(
    passes: list[float], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    errors = [OperationalError("the database is away"), ValueError("anything")]

    def sweep() -> None:
        passes.append(time.monotonic())
        if errors:
            raise errors.pop(0)

    monkeypatch.setattr(runtime, "sweep", sweep)
    running(Sweeper(), lambda: len(passes) >= 3)
    assert [record.levelname for record in caplog.records if record.levelname != "INFO"] == ["WARNING", "ERROR"]


def test_of_several_processes_one_sweeps_in_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    passes: list[str] = []
    monkeypatch.setattr(runtime, "sweep", lambda: passes.append(threading.current_thread().name))
    for _ in range(3):
        Sweeper()._once()
    assert len(passes) == 1


def test_a_worker_that_cannot_ask_for_a_recovery_does_not_start(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    def away() -> None:
        raise OperationalError("the database system is starting up")

    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    monkeypatch.setattr(worker, "process_start", lambda **_: None)
    monkeypatch.setattr(worker, "recovery_required", away)
    with pytest.raises(CommandError, match="the database system is starting up"):
        call_command("worker")
