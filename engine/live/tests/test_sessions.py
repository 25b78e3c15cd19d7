"""Random sessions of the real order path: the laws hold in each. The long form (RELIABILITY=long) runs two thousand."""

import os
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import asdict
from itertools import count
from typing import Any

import pytest
from django.core.cache import cache

from engine.brokers.alpaca import transport
from engine.core.failpoints import failpoints_install
from engine.core.indicators import REGISTRY
from engine.live import fills, unread
from engine.live.tests.sessions.session import Naked, Session
from engine.live.tests.sessions.world import MOODS, Faults, World
from marketdata.clock import market_clock
from marketdata.services import symbols_store
from simulator.testing_in_process import InProcess

SESSIONS = int(os.environ.get("SESSIONS", "2000" if os.environ.get("RELIABILITY") == "long" else "50"))
FIRST = int(os.environ.get("SESSIONS_FROM", "0"))
_numbers = count()
MOOD = os.environ.get("SESSIONS_MOOD", "")


@pytest.fixture
def begin(db: None, monkeypatch: pytest.MonkeyPatch, voting: None, settings: Any) -> Iterator[Any]:
    """Begins a session: the exchange in this process, its clock, and a process that has just started."""
    opened = transport.Transport.__init__

    def begin(seed: int, mood: Faults | None = None) -> Session:
        world = World(seed)

        def mounted(self: transport.Transport, access: transport.AlpacaAccess) -> None:
            opened(self, access)
            for client in (self.trading, self.data, self.actions):
                client._session.mount("http://", InProcess(world))

        # Of its own: a thread keeps its client for as long as the address is the same.
        settings.SIMULATOR_URL = f"http://exchange-{next(_numbers)}.test"
        monkeypatch.setattr(transport.Transport, "__init__", mounted)
        monkeypatch.setattr("django.utils.timezone.now", world.now)
        monkeypatch.setattr("engine.brokers.budget.time.time", lambda: world.real)
        # Another worker has a lock of its own: here both are one thread.
        monkeypatch.setattr(fills, "_one_at_a_time", nullcontext())
        # Nothing streams bars here: they are asked for at once.
        monkeypatch.setattr("engine.live.bars.ASK_AFTER", 0.0)
        for forget in (market_clock.forget, unread.unread_forget, transport.budgets_forget, cache.clear):
            forget()
        from engine.brokers.connect import broker_connect

        symbols_store(broker_connect().assets())
        session = Session(world, shorting=seed % 3 == 0, mood=mood)
        monkeypatch.setattr(
            "engine.live.steps.log.exception", lambda *_: session.failed_steps.append(sys.exc_info()[1])
        )
        return session

    yield begin
    failpoints_install(None)
    assert "BUY" in REGISTRY


@pytest.mark.parametrize("seed", range(FIRST, FIRST + SESSIONS))
def test_the_laws_hold(begin: Any, seed: int) -> None:
    session = begin(seed, MOODS[int(MOOD)] if MOOD else None)
    session.run()
    keep(session.naked)


def keep(naked: Naked) -> None:
    """For `make reliability`, which adds them up."""
    path = os.environ.get("NAKED_SECONDS")
    if path:
        with open(path, "a", encoding="utf-8") as file:
            for name, found in asdict(naked).items():
                file.writelines(f"{name} {seconds:.2f}\n" for seconds in found)
