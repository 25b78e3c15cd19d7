"""The real order path in lockstep, with the exchange in this process: its clock moves when it is told to."""

import asyncio
import inspect
import io
import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import requests
from requests.adapters import BaseAdapter

from bots.models import Bot
from bots.services import bot_create
from engine.brokers.connect import broker_connect
from engine.live.account import account_refresh
from engine.live.lifecycle import bot_start
from engine.live.reconcile import recover
from marketdata.clock import market_clock
from marketdata.services import symbols_store
from simulator.api.http import Request, parse_query
from simulator.api.routes import find_route
from simulator.errors import ApiError
from simulator.options import Options
from simulator.simulation import Simulation
from tradingbot.runtime.lockstep import lockstep_step


class InThisProcess(BaseAdapter):
    """Hands requests of alpaca-py to an exchange without a network."""

    def __init__(self, at: datetime, replay: Path | None = None) -> None:
        super().__init__()
        options = Options(replay=replay, at=at, speed=0.0, frozen=True, key="PKSIMULATOR", secret="simulator-secret")
        self.simulation = Simulation(options)

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        path, _, query = str(request.path_url).partition("?")
        body = request.body or b""
        content = body.encode() if isinstance(body, str) else body
        asked = Request(str(request.method), path.replace("//", "/"), parse_query(query.encode()), {}, content)
        response = requests.Response()
        response.status_code, body = self._answer(asked)
        response.raw = io.BytesIO(b"" if body is None else json.dumps(body).encode())
        response.request, response.url = request, str(request.url)
        return response

    def _answer(self, request: Request) -> tuple[int, Any]:
        try:
            found = find_route(request.method, request.path)
            assert found is not None, request.path
            handler, values = found
            self.simulation.sync()
            response: Any = handler(self.simulation, Request(**{**request.__dict__, "path_values": values}))
            if inspect.iscoroutine(response):
                response = asyncio.run(response)
        except ApiError as error:
            return error.status, error.body
        return response.status, response.body

    def close(self) -> None:
        return


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
