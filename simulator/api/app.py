"""The ASGI application: keys, faults, rates, routes, and the two streams."""

import asyncio
import inspect
import logging
import uuid
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import replace
from typing import Any

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.requests import Request as HttpRequest
from starlette.responses import Response as HttpResponse
from starlette.types import Receive, Send

from simulator.api.doors import require_own
from simulator.api.http import Request, Response
from simulator.api.routes import find_route
from simulator.errors import ApiError, not_found
from simulator.faults import OWN_PATHS, Fault
from simulator.journal import JournalFull
from simulator.simulation import Simulation
from simulator.streams.market_data import serve_market_data
from simulator.streams.trade_updates import serve_trade_updates

logger = logging.getLogger(__name__)
_LARGEST_BODY = 1 << 20
_HTML = b"<html><head><title>Gateway</title></head><body><h1>nginx</h1></body></html>"
_JSON = "application/json; charset=UTF-8"
# Paths that answer a request without keys with a page, not with JSON.
_HTML_PATHS = ("/v2/clock", "/v2/calendar", "/v2/stocks", "/v1")


class Application:
    """`drop` closes the connection of the running request without a word; `end` ends the process a moment later."""

    def __init__(
        self,
        simulation: Simulation,
        drop: Callable[[], None],
        end: Callable[[JournalFull], None] = lambda failure: None,
    ) -> None:
        self._simulation = simulation
        self._drop = drop
        self._end = end
        self._late: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._stream(scope, receive, send)
        else:
            await self._http(scope, receive, send)

    async def _stream(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        if scope["path"] == "/stream":
            await serve_trade_updates(self._simulation, receive, send)
        elif scope["path"] in ("/v2/iex", "/v2/sip"):
            packed = "msgpack" in headers.get("content-type", "")
            feed = scope["path"].removeprefix("/v2/")
            await serve_market_data(self._simulation, feed, packed, receive, send)
        else:
            await receive()
            await send({"type": "websocket.close"})

    async def _http(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        http = HttpRequest(scope, receive)
        try:
            body = await http.body()
        except ClientDisconnect:
            return
        request = Request(http.method, scope["path"], http.query_params, http.headers, body)
        fault = self._simulation.faults.request(request.method, request.path)
        if fault is None:
            await _send(send, await self._answer(request))
        elif fault.effect in ("delay", "truncated"):
            await self._spoil(fault, request, send)
        elif fault.effect in ("alter", "stale"):
            await _send(send, await self._untrue(fault, request))
        else:
            await self._fail(fault, request, receive, send)

    async def _answer(self, request: Request) -> Response:
        try:
            response = await self._handle(request)
        except ApiError as error:
            response = Response(error.status, error.body, error.headers)
        except JournalFull as error:
            response = Response(507, {"code": 50710000, "message": str(error)})
            self._end(error)
        except Exception:
            logger.exception("%s %s failed", request.method, request.path)
            response = Response(500, {"code": 50010000, "message": "internal server error occurred"})
        self._simulation.log(request.method, request.path, response.status, response.body)
        return response

    async def _handle(self, request: Request) -> Response:
        if len(request.body) > _LARGEST_BODY:
            raise ApiError(413, 41310000, "request body is too large")
        simulation = self._simulation
        if simulation.journal.failure is not None:
            raise simulation.journal.failure
        own = request.path.lstrip("/").startswith(OWN_PATHS.lstrip("/"))
        if own:
            require_own(request.headers, simulation.options.hosts)
        if not own and not _has_keys(simulation, request.headers):
            if request.path.startswith(_HTML_PATHS):
                return Response(401, _HTML)
            raise ApiError(401, None, "unauthorized.")
        headers = [] if own else simulation.rate_limit.count(request.path)
        route = find_route(request.method, request.path)
        if route is None:
            raise not_found("endpoint not found")
        handler, path_values = route
        simulation.sync()
        response = handler(simulation, replace(request, path_values=path_values))
        response = await response if inspect.isawaitable(response) else response
        return replace(response, headers=headers)

    async def _untrue(self, fault: Fault, request: Request) -> Response:
        """The real answer, altered; or the one that was given when the fault first met such a request."""
        answer = await self._answer(request)
        if fault.effect == "stale":
            return fault.remembered.setdefault((request.path, tuple(sorted(request.query.items()))), answer)
        if answer.status >= 300:
            return answer
        return replace(answer, body=fault.alteration.of(answer.body))

    async def _spoil(self, fault: Fault, request: Request, send: Send) -> None:
        """The real answer, late or cut off in the middle."""
        if fault.effect == "truncated":
            response = await self._answer(request)
            await _send(send, response, cut=True)
            self._drop()
            return
        if fault.when == "before":
            await asyncio.sleep(fault.delay)
        response = await self._answer(request)
        if fault.when == "after":
            await asyncio.sleep(fault.delay)
        await _send(send, response)

    async def _fail(self, fault: Fault, request: Request, receive: Receive, send: Send) -> None:
        """Anything but the real answer."""
        if fault.effect == "late":
            task = asyncio.ensure_future(self._land(fault.delay, request))
            # The event loop itself holds its tasks weakly.
            self._late.add(task)
            task.add_done_callback(self._late.discard)
        else:
            if fault.when == "after":
                await self._answer(request)
            await asyncio.sleep(fault.delay)
        if fault.effect == "drop":
            self._drop()
        elif fault.effect == "hang":
            while (await receive())["type"] != "http.disconnect":
                pass
        elif fault.effect == "html":
            await _send(send, Response(fault.status, _HTML))
        elif fault.effect == "empty":
            await _send(send, Response(fault.status, b""))
        else:
            await _send(send, _injected(fault))

    async def _land(self, delay: float, request: Request) -> None:
        await asyncio.sleep(delay)
        await self._answer(request)


def _injected(fault: Fault) -> Response:
    """An error in the fault's own words, or in the broker's form, as far as it has one."""
    status = fault.status
    if fault.body is not None:
        return Response(status, fault.body)
    if status == 401:
        return Response(status, {"message": "unauthorized."})
    if status == 429:
        return Response(status, {"code": 42910000, "message": "rate limit exceeded"})
    return Response(status, {"code": status * 100_000 + 10_000, "message": "injected fault"})


def _has_keys(simulation: Simulation, headers: Mapping[str, str]) -> bool:
    keys = (headers.get("apca-api-key-id"), headers.get("apca-api-secret-key"))
    return keys == (simulation.options.key, simulation.options.secret)


async def _send(send: Send, response: Response, cut: bool = False) -> None:
    """`cut`: only half of the body is sent, and the response stays open."""
    answer = HttpResponse(
        response.encoded(),
        response.status,
        headers={"x-request-id": uuid.uuid4().hex},
        media_type="text/html" if isinstance(response.body, bytes) else _JSON,
    )
    answer.raw_headers += response.headers

    async def send_half(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.body":
            body = message["body"]
            message["body"], message["more_body"] = body[: len(body) // 2], True
        await send(message)

    await answer({"type": "http"}, _no_more, send_half if cut else send)


async def _no_more() -> dict[str, Any]:
    return {"type": "http.disconnect"}
