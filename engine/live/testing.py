"""What tests of the order path do: tick, sweep, let the exchange's clock go on; indicators that always vote."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import numpy as np
from django.core.cache import cache

from bots.models import Bot
from engine.brokers.connect import broker_adapter
from engine.core.indicators import Arrays, Indicator
from engine.core.types import Bars, Votes
from engine.live import protection, renames, splits
from engine.live.bars import history_forget
from engine.live.newest_prices import asked_forget
from engine.live.sweep import sweep as sweep_once
from engine.live.tick import ticks_run
from engine.models import Lease
from marketdata.calendar import calendar_believe, session_today
from marketdata.clock import market_clock, market_now
from simulator.testing import SimulatorProcess

BotMaker = Callable[..., Bot]
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
