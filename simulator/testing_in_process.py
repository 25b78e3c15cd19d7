"""An exchange in the process of its caller, for tests: requests of alpaca-py reach it without a network."""

import asyncio
import inspect
import io
import json
from typing import Any, Protocol

import requests
from requests.adapters import BaseAdapter
from starlette.datastructures import QueryParams

from simulator.api.http import Request
from simulator.api.routes import find_route
from simulator.errors import ApiError
from simulator.simulation import Simulation

Answer = tuple[int, Any, list[tuple[bytes, bytes]]]


class Exchange(Protocol):
    """Whatever answers a request; `InProcess` hands them over."""

    def send(self, request: Request) -> Answer: ...


def answer_of(simulation: Simulation, request: Request) -> Answer:
    """What the exchange says: status, JSON, headers."""
    try:
        route = find_route(request.method, request.path)
        assert route is not None, request.path
        handler, values = route
        simulation.sync()
        headers = simulation.rate_limit.count(request.path)
        response: Any = handler(simulation, Request(**{**request.__dict__, "path_values": values}))
        if inspect.iscoroutine(response):
            response = asyncio.run(response)
        return response.status, response.body, headers
    except ApiError as error:
        return error.status, error.body, error.headers


class InProcess(BaseAdapter):
    """Hands requests of alpaca-py to the exchange without a network."""

    def __init__(self, exchange: Exchange) -> None:
        super().__init__()
        self._exchange = exchange

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        path, _, query = str(request.path_url).partition("?")
        body = request.body or b""
        content = body.encode() if isinstance(body, str) else body
        asked = Request(str(request.method), path.replace("//", "/"), QueryParams(query), {}, content)
        status, answer, headers = self._exchange.send(asked)
        response = requests.Response()
        response.status_code = status
        response.raw = io.BytesIO(b"" if answer is None else json.dumps(answer).encode())
        response.headers.update({name.decode(): value.decode() for name, value in headers})
        response.request, response.url = request, str(request.url)
        return response

    def close(self) -> None:
        return
