"""The real order path in lockstep, with the exchange in this process: its clock moves when it is told to."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from bots.models import Bot
from bots.services import bot_create
from engine.brokers.connect import broker_connect
from engine.live.account import account_refresh
from engine.live.lifecycle import bot_start
from engine.live.reconcile import recover
from marketdata.clock import market_clock
from marketdata.services import symbols_store
from simulator.api.http import Request
from simulator.options import Options
from simulator.simulation import Simulation
from simulator.testing_in_process import Answer, answer_of
from tradingbot.runtime.lockstep import lockstep_step

# Opens an exchange at a time, over recorded bars or its own.
ExchangeBegins = Callable[[datetime, Path | None], None]


class StandingExchange:
    """An exchange whose clock moves only when it is told to."""

    def __init__(self, at: datetime, replay: Path | None = None) -> None:
        options = Options(replay=replay, at=at, speed=0.0, frozen=True, key="PKSIMULATOR", secret="simulator-secret")
        self._simulation = Simulation(options)

    def send(self, request: Request) -> Answer:
        return answer_of(self._simulation, request)


def bots_begin(configs: Sequence[dict[str, Any]]) -> list[Bot]:
    """The bots of these configurations, running; their symbols known and the books compared."""
    market_clock.forget()
    symbols_store(broker_connect().assets())
    assert account_refresh()
    assert recover()
    return [bot_start(bot=bot_create(data=config)) for config in configs]


def live_until(end: datetime) -> None:
    """Everything that is due until then, as `manage.py up --speed lockstep` does it."""
    while market_clock.now() < end:
        lockstep_step(broker_connect(), end)
