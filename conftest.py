"""Shared fixtures: the bundled exchange is the broker in every test of the order path."""

from collections.abc import Iterator
from typing import Any

import pytest

from bots.models import Bot
from bots.services import bot_create
from engine.core.failpoints import failpoints_install
from engine.core.indicators import REGISTRY
from engine.live.account import account_refresh
from engine.live.lifecycle import bot_start
from engine.live.reconcile import recover
from engine.live.testing import SEED, START, AlwaysBuys, AlwaysSells, BotMaker, everything_forget
from marketdata.clock import market_clock
from marketdata.services import symbols_store
from simulator.testing import SimulatorProcess
from simulator.tests.exchanges import checked_simulator


@pytest.fixture(autouse=True)
def _clean_slate(settings: Any) -> Iterator[None]:
    # Whatever keys the shell or a .env file holds: tests trade on the bundled exchange.
    settings.MARKET_MODE = "simulator"
    # Nothing listens here: a test that needs the exchange asks for it.
    settings.SIMULATOR_URL = "http://127.0.0.1:9"
    everything_forget()
    yield
    failpoints_install(None)
    market_clock.forget()


@pytest.fixture(scope="session")
def exchange_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatorProcess]:
    """Every answer it gives in the whole suite is held against the broker's own descriptions."""
    folder = tmp_path_factory.mktemp("exchange")
    with checked_simulator(folder, "--at", START, "--seed", str(SEED), "--frozen") as process:
        yield process


@pytest.fixture
def exchange(exchange_process: SimulatorProcess, settings: Any) -> SimulatorProcess:
    """The exchange at 09:31, its clock standing, on a new account."""
    exchange_process.set_faults()
    exchange_process.reset(at=START, seed=SEED)
    settings.SIMULATOR_URL = exchange_process.url
    market_clock.forget()
    return exchange_process


@pytest.fixture
def trading(db: None, exchange: SimulatorProcess) -> SimulatorProcess:
    """The exchange, its symbols known and the books compared: bots may trade."""
    from engine.brokers.connect import broker_connect

    symbols_store(broker_connect().assets())
    assert account_refresh()
    assert recover()
    return exchange


@pytest.fixture
def voting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Indicators that always vote, under the names BUY and SELL."""
    monkeypatch.setitem(REGISTRY, "BUY", AlwaysBuys)
    monkeypatch.setitem(REGISTRY, "SELL", AlwaysSells)


@pytest.fixture
def bot_running(trading: SimulatorProcess, voting: None) -> BotMaker:
    """Makes a running bot that wants to buy AAPL at every tick; keywords change its configuration."""

    def make(**changes: Any) -> Bot:
        config = {
            "name": f"Bot {Bot.objects.count() + 1}",
            "capital": 10_000,
            "symbols": ["AAPL"],
            "indicators": {"BUY": {}},
            "risk_management": {"stop_loss": 0.02, "take_profit": 0.05},
            "end_hour": 15,
        }
        return bot_start(bot=bot_create(data=config | changes))

    return make
