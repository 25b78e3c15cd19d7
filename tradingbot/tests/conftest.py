"""An exchange in this process, for what lives through many sessions in lockstep."""

from collections.abc import Iterator
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from engine.brokers.alpaca import transport
from simulator.testing_in_process import InProcess
from tradingbot.tests.random_bots.live import ExchangeBegins, StandingExchange

_numbers = count()


@pytest.fixture
def exchange_begins(db: None, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[ExchangeBegins]:
    """Opens an exchange at a time, over recorded bars or its own; all requests go there from then on."""
    opened = transport.Transport.__init__
    exchanges: list[StandingExchange] = []
    seconds = count()

    def mounted(self: transport.Transport, access: transport.AlpacaAccess) -> None:
        opened(self, access)
        for client in (self.trading, self.data, self.actions):
            client._session.mount("http://", InProcess(exchanges[-1]))

    def begin(at: datetime, replay: Path | None = None) -> None:
        exchanges.append(StandingExchange(at, replay))
        # Of its own: a thread keeps its client for as long as the address is the same.
        settings.SIMULATOR_URL = f"http://lockstep-{next(_numbers)}.test"

    monkeypatch.setattr(transport.Transport, "__init__", mounted)
    # Of requests there is no end in lockstep.
    monkeypatch.setattr("engine.brokers.budget.time.time", lambda: 1.0e9 + next(seconds))
    yield begin
    transport.budgets_forget()
