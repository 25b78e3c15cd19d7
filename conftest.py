"""Shared fixtures: the bundled exchange is the broker in every test of the order path."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import numpy as np
import pytest
from django.core.cache import cache

from bots.models import Bot
from bots.services import bot_create
from engine.brokers.connect import broker_adapter
from engine.core.failpoints import failpoints_install
from engine.core.indicators import REGISTRY, Arrays, Indicator
from engine.core.types import Bars, Votes
from engine.live import protection, renames, splits
from engine.live.account import account_refresh
from engine.live.bars import history_forget
from engine.live.lifecycle import bot_start
from engine.live.newest_prices import asked_forget
from engine.live.reconcile import recover
from engine.live.sweep import sweep as sweep_once
from engine.live.tick import ticks_run
from engine.models import Lease
from marketdata.calendar import calendar_believe, session_today
from marketdata.clock import market_clock, market_now
from marketdata.services import symbols_store
from simulator.testing import SimulatorProcess
from simulator.tests.conftest import checked_simulator

# A Tuesday in the middle of nowhere.
START = "2026-06-02T09:31"
SEED = 7


class AlwaysBuys(Indicator):
    """Votes to buy on every bar, so that a test decides when there is an entry."""

    label = "BUY"
    title = "Always buys"
    lines = ("close",)

    def warmup(self) -> int:
        return 1

    def compute(self, bars: Bars) -> Arrays:
        return {"close": bars.close}

    def vote(self, arrays: Arrays) -> Votes:
        return np.ones(len(arrays["close"]), dtype=np.int8)

    state = vote


class AlwaysSells(AlwaysBuys):
    label = "SELL"

    def vote(self, arrays: Arrays) -> Votes:
        return -np.ones(len(arrays["close"]), dtype=np.int8)

    state = vote


def everything_forget() -> None:
    """What this process remembers of the broker and the market, as one that has just started."""
    market_clock.forget()
    protection.forget()
    splits.forget()
    renames.forget()
    history_forget()
    asked_forget()
    cache.clear()
    broker_adapter().forget()
    calendar_believe({})


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


BotMaker = Callable[..., Bot]


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


def tick(*bots: Bot) -> int:
    """Tick bots at the grid time the standing clock shows; how many orders that led to."""
    now = market_now()
    session = session_today(now)
    assert session is not None
    due: list[tuple[int, datetime]] = []
    for bot in bots:
        grid_time = bot.grid().latest(session, now)
        assert grid_time is not None
        due.append((bot.pk, grid_time))
    return ticks_run(due)


def sweep() -> None:
    """A pass of the sweeper in which everything is due, also what it does rarely."""
    Lease.objects.all().delete()
    assert sweep_once()


def step(exchange: SimulatorProcess, seconds: float = 60) -> datetime:
    """Let the exchange's clock go on; returns market time."""
    exchange.step_seconds(seconds)
    market_clock.refresh()
    return market_now()


def change_indicators(bot: Bot, **indicators: dict[str, Any]) -> Bot:
    """Give a bot other indicators, as an edit would."""
    Bot.objects.filter(pk=bot.pk).update(indicators=indicators)
    bot.refresh_from_db()
    return bot
