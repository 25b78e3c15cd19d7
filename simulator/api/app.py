"""The ASGI application: keys, faults, routes, and the two streams."""

import asyncio
import inspect
import logging
from collections.abc import Callable
from typing import Any

from simulator.api.http import Request, Response, parse_query
from simulator.api.routes import find_route
from simulator.errors import ApiError, not_found
from simulator.faults import Fault
from simulator.simulation import Simulation
from simulator.streams.connection import Receive, Send
from simulator.streams.market_data import serve_market_data
from simulator.streams.trade_updates import serve_trade_updates

logger = logging.getLogger(__name__)
_LARGEST_BODY = 1 << 20
_HTML = b"<html><head><title>Gateway</title></head><body><h1>nginx</h1></body></html>"


class Application:
    """`drop` closes the connection of the running request without a word."""

    def __init__(self, simulation: Simulation, drop: Callable[[], None]) -> None:
        self._simulation = simulation
        self._drop = drop

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._stream(scope, receive, send)
        else:
            await self._http(scope, receive, send)

    async def _stream(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        headers = _headers(scope)
        if scope["path"] == "/stream":
            await serve_trade_updates(self._simulation, receive, send)
        elif scope["path"] in ("/v2/iex", "/v2/sip"):
            packed = "msgpack" in headers.get("content-type", "")
            await serve_market_data(self._simulation, packed, receive, send)
        else:
            await receive()
            await send({"type": "websocket.close"})

    async def _http(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        body = await _body(receive)
        if body is None:
            return
        request = Request(scope["method"], scope["path"], parse_query(scope["query_string"]), _headers(scope), body)
        fault = self._simulation.faults.take(request.method, request.path)
        if fault is None:
            await _send(send, await self._answer(request))
            return
        if fault.when == "after":
            await self._answer(request)
        await self._fail(fault, receive, send)

    async def _answer(self, request: Request) -> Response:
        try:
            return await self._handle(request)
        except ApiError as error:
            return Response(error.status, error.body)
        except Exception:
            logger.exception("%s %s failed", request.method, request.path)
            return Response(500, {"code": 50010000, "message": "internal server error occurred"})

    async def _handle(self, request: Request) -> Response:
        if len(request.body) > _LARGEST_BODY:
            raise ApiError(413, 41310000, "request body is too large")
        simulation = self._simulation
        if not request.path.startswith("/sim/") and not _has_keys(simulation, request.headers):
            raise ApiError(401, None, "unauthorized.")
        route = find_route(request.method, request.path)
        if route is None:
            raise not_found("endpoint not found")
        handler, path_values = route
        simulation.sync()
        routed = Request(request.method, request.path, request.query, request.headers, request.body, path_values)
        response = handler(simulation, routed)
        return await response if inspect.isawaitable(response) else response

    async def _fail(self, fault: Fault, receive: Receive, send: Send) -> None:
        await asyncio.sleep(fault.delay)
        if fault.effect == "drop":
            self._drop()
        elif fault.effect == "hang":
            while (await receive())["type"] != "http.disconnect":
                pass
        elif fault.effect == "html":
            await _send_bytes(send, fault.status, _HTML, b"text/html")
        else:
            code = fault.status * 100_000 + 10_000
            await _send(send, Response(fault.status, {"code": code, "message": "injected fault"}))


def _has_keys(simulation: Simulation, headers: dict[str, str]) -> bool:
    keys = (headers.get("apca-api-key-id"), headers.get("apca-api-secret-key"))
    return keys == (simulation.options.key, simulation.options.secret)


def _headers(scope: dict[str, Any]) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}


async def _body(receive: Receive) -> bytes | None:
    """The whole body; None when the client went away before it was complete."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if not message.get("more_body"):
            return bytes(body)


async def _send(send: Send, response: Response) -> None:
    await _send_bytes(send, response.status, response.encoded(), b"application/json; charset=UTF-8")


async def _send_bytes(send: Send, status: int, body: bytes, content_type: bytes) -> None:
    headers = [(b"content-type", content_type), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers if status != 204 else []})
    await send({"type": "http.response.body", "body": body})
