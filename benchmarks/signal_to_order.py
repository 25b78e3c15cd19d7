"""From the signal to an order the exchange has accepted: a tick of ten bots, over HTTP, committed to disk before."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from django.conf import settings
from django.core.management import call_command

from benchmarks.row import Row
from bots.models import Bot
from bots.services import bot_create
from engine.brokers.connect import broker_connect
from engine.core.failpoints import failpoints_install
from engine.core.indicators import REGISTRY, Arrays, Indicator
from engine.core.types import Bars, Votes
from engine.live.account import account_refresh
from engine.live.bars import bots_warm_up
from engine.live.fills import fills_collect
from engine.live.lifecycle import bot_start
from engine.live.reconcile import recover
from engine.live.tick import ticks_run
from marketdata.calendar import session_today
from marketdata.clock import market_clock, market_now
from marketdata.services import symbols_store
from simulator.testing import SimulatorProcess

BOTS = 10
ROUNDS = 30
TARGET_MS = 1000.0
SYMBOLS = ("AAPL", "MSFT", "GOOGL", "AMZN", "NVDA", "META", "TSLA", "AMD", "NFLX", "JPM")


class AlwaysBuys(Indicator):
    label = "BUY"
    title = "Always buys"
    lines = ("close",)
    side: int = 1

    def warmup(self) -> int:
        return 1

    def compute(self, bars: Bars) -> Arrays:
        return {"close": bars.close}

    def vote(self, arrays: Arrays) -> Votes:
        return np.full(len(arrays["close"]), self.side, dtype=np.int8)

    state = vote


def measure(folder: Path) -> list[Row]:
    """Every round all bots buy, then all sell; each order's time runs from the beginning of its tick."""
    call_command("migrate", verbosity=0)
    REGISTRY["BUY"] = AlwaysBuys
    with SimulatorProcess("--at", "2026-06-02T09:31", "--seed", "7", "--journal", folder / "bench.journal") as exchange:
        settings.SIMULATOR_URL = exchange.url
        symbols_store(broker_connect().assets())
        account_refresh()
        recover()
        bots = [_bot(number) for number in range(BOTS)]
        bots_warm_up(bots, market_now())
        first: list[float] = []
        entries: list[float] = []
        exits: list[float] = []
        for _ in range(ROUNDS):
            with _acknowledged() as times:
                _tick(bots, exchange)
            first += times[:1]
            entries += times
            fills_collect()
            Bot.objects.update(indicators=_looks(-1))
            with _acknowledged() as times:
                _tick(bots, exchange)
            exits += times
            fills_collect()
            Bot.objects.update(indicators=_looks(1))
    return [
        Row("signal to order accepted, first of ten bots' orders", "ms", first, TARGET_MS),
        Row("signal to order accepted, all of ten bots' orders", "ms", entries, TARGET_MS),
        Row("signal to sale accepted (legs cancelled first), all of ten", "ms", exits, None),
    ]


def _bot(number: int) -> Bot:
    config = {
        "name": f"Bench {number}",
        "capital": 10_000,
        "symbols": [SYMBOLS[number]],
        "indicators": _looks(1),
        "risk_management": {"stop_loss": 0.2},
        "end_hour": 15,
        "end_minute": 59,
    }
    return bot_start(bot=bot_create(data=config))


def _looks(side: int) -> dict[str, dict[str, float]]:
    """A realistic set of indicators to compute, of which one decides."""
    return {"BUY": {"side": side}, "RSI:seen": {"oversold": 0.0, "overbought": 100.0}}


def _tick(bots: list[Bot], exchange: SimulatorProcess) -> None:
    exchange.step_seconds(60)
    market_clock.refresh()
    now = market_now()
    session = session_today(now)
    assert session is not None
    due = [(bot.pk, bot.grid().latest(session, now)) for bot in bots]
    _began[0] = time.perf_counter()
    ticks_run((bot_id, grid_time) for bot_id, grid_time in due if grid_time is not None)


_began = [0.0]


@contextmanager
def _acknowledged() -> Iterator[list[float]]:
    """Milliseconds from the tick's beginning to each order's recorded answer."""
    times: list[float] = []

    def note(point: str) -> None:
        if point == "order:recorded":
            times.append((time.perf_counter() - _began[0]) * 1000)

    failpoints_install(note)
    yield times
    failpoints_install(None)
