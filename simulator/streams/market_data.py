"""/v2/iex and /v2/sip: bars, trades and quotes as they happen, in msgpack or JSON as the client asked."""

import asyncio
from typing import TYPE_CHECKING, Any

import msgpack

from simulator.streams.connection import Connection, Receive, Send, parse_json, payload
from simulator.streams.messages import Encoder, Message, encode_json, encode_msgpack

if TYPE_CHECKING:
    from simulator.simulation import Simulation

CHANNELS = ("trades", "quotes", "bars", "updatedBars", "dailyBars", "statuses", "lulds", "corrections", "cancelErrors")
_AUTH_SECONDS = 10.0


class MarketDataConnection(Connection):
    def __init__(self, simulation: "Simulation", send: Send, encode: Encoder) -> None:
        super().__init__(send)
        self._simulation = simulation
        self._encode = encode
        self._subscribed: dict[str, set[str]] = {channel: set() for channel in CHANNELS}

    def symbols(self, channel: str) -> list[str]:
        wanted = self._subscribed[channel]
        return (
            sorted(self._simulation.market.assets)
            if "*" in wanted
            else sorted(wanted & set(self._simulation.market.assets))
        )

    def put_rows(self, rows: list[Message]) -> None:
        if rows:
            self.put_frame(self._encode(rows))

    def change_subscription(self, body: dict[str, Any]) -> None:
        adding = body["action"] == "subscribe"
        for channel in CHANNELS:
            names = body.get(channel)
            symbols = {name for name in names if isinstance(name, str)} if isinstance(names, list) else set()
            # Trades bring their corrections along.
            for target in (channel, *(("corrections", "cancelErrors") if channel == "trades" else ())):
                self._subscribed[target] = (
                    self._subscribed[target] | symbols if adding else self._subscribed[target] - symbols
                )
        self.put_rows([{"T": "subscription", **{name: sorted(self._subscribed[name]) for name in CHANNELS}}])

    def error(self, code: int, text: str) -> None:
        self.put_rows([{"T": "error", "code": code, "msg": text}])


async def serve_market_data(simulation: "Simulation", packed: bool, receive: Receive, send: Send) -> None:
    """`packed`: speak msgpack."""
    await receive()
    await send({"type": "websocket.accept"})
    connection = MarketDataConnection(simulation, send, encode_msgpack if packed else encode_json)
    connection.put_rows([{"T": "success", "msg": "connected"}])
    try:
        while True:
            authenticated = connection in simulation.hub.market_data
            try:
                message = await asyncio.wait_for(receive(), None if authenticated else _AUTH_SECONDS)
            except TimeoutError:
                connection.error(404, "auth timeout")
                await connection.sent()
                await send({"type": "websocket.close", "code": 1000})
                return
            if message["type"] == "websocket.disconnect":
                return
            body = _unpacked(message) if packed else parse_json(message)
            _answer(simulation, connection, body, authenticated)
    finally:
        simulation.hub.market_data.discard(connection)
        await connection.close()


def _unpacked(message: dict[str, Any]) -> dict[str, Any] | None:
    data = payload(message)
    if isinstance(data, str):
        return parse_json(message)
    try:
        body = msgpack.unpackb(data)
    except (ValueError, msgpack.UnpackException):
        return None
    return body if isinstance(body, dict) else None


def _answer(
    simulation: "Simulation", connection: MarketDataConnection, body: dict[str, Any] | None, authenticated: bool
) -> None:
    action = body.get("action") if body else None
    if body is None or action not in ("auth", "subscribe", "unsubscribe"):
        connection.error(400, "invalid syntax")
    elif action == "auth":
        if authenticated:
            connection.error(403, "already authenticated")
        elif (body.get("key"), body.get("secret")) == (simulation.options.key, simulation.options.secret):
            simulation.hub.market_data.add(connection)
            connection.put_rows([{"T": "success", "msg": "authenticated"}])
        else:
            connection.error(402, "auth failed")
    elif not authenticated:
        connection.error(401, "not authenticated")
    else:
        connection.change_subscription(body)
