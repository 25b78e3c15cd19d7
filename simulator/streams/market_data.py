"""/v2/iex and /v2/sip: bars, trades, quotes and halts as they happen, in msgpack or JSON as the client asked."""

import asyncio
from typing import Any

import msgpack
from starlette.types import Message, Receive, Send

from simulator.simulation import Simulation
from simulator.streams.connection import parse_json, payload
from simulator.streams.messages import encode_json, encode_msgpack
from simulator.streams.subscriptions import MarketDataConnection

_AUTH_SECONDS = 10.0
_AUTH_ERRORS = (402, 404, 406, 408, 409, 500)
_SUBSCRIBE_ERRORS = (400, 405, 409, 410, 500)


async def serve_market_data(simulation: Simulation, feed: str, packed: bool, receive: Receive, send: Send) -> None:
    """`packed`: speak msgpack."""
    await receive()
    await send({"type": "websocket.accept"})
    connection = MarketDataConnection(
        send,
        encode_msgpack if packed else encode_json,
        simulation.faults,
        lambda: simulation.market.assets,
        free_plan=simulation.options.free_plan,
    )
    connection.answer({"T": "success", "msg": "connected"})
    try:
        while True:
            authenticated = connection in simulation.hub.market_data
            try:
                message = await asyncio.wait_for(receive(), None if authenticated else _AUTH_SECONDS)
            except TimeoutError:
                connection.error(404)
                await connection.sent()
                await send({"type": "websocket.close", "code": 1000})
                return
            if message["type"] == "websocket.disconnect":
                return
            body = _unpacked(message) if packed else parse_json(message)
            _answer(simulation, connection, feed, body, authenticated)
    finally:
        simulation.hub.market_data.discard(connection)
        await connection.close()


def _unpacked(message: Message) -> dict[str, Any] | None:
    data = payload(message)
    if isinstance(data, str):
        return parse_json(message)
    try:
        body = msgpack.unpackb(data)
    except (ValueError, msgpack.UnpackException):
        return None
    return body if isinstance(body, dict) else None


def _answer(
    simulation: Simulation,
    connection: MarketDataConnection,
    feed: str,
    body: dict[str, Any] | None,
    authenticated: bool,
) -> None:
    action = body.get("action") if body else None
    if body is None or action not in ("auth", "subscribe", "unsubscribe"):
        connection.error(400)
    elif action == "auth":
        if authenticated:
            connection.error(403)
        elif (code := _refusal(simulation, feed, body)) is not None:
            connection.error(code)
        else:
            simulation.hub.market_data.add(connection)
            connection.answer({"T": "success", "msg": "authenticated"})
    elif not authenticated:
        connection.error(401)
    elif (code := simulation.faults.stream_error(_SUBSCRIBE_ERRORS)) is not None:
        connection.error(code)
    else:
        connection.change_subscription(body)


def _refusal(simulation: Simulation, feed: str, body: dict[str, Any]) -> int | None:
    """The code of why a client may not come in."""
    if (code := simulation.faults.stream_error(_AUTH_ERRORS)) is not None:
        return code
    if (body.get("key"), body.get("secret")) != (simulation.options.key, simulation.options.secret):
        return 402
    if simulation.options.free_plan:
        if feed != "iex":
            return 409
        if simulation.hub.market_data:
            return 406
    return None
