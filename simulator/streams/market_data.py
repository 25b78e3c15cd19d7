"""/v2/iex and /v2/sip: bars, trades, quotes and halts as they happen, in msgpack or JSON as the client asked."""

import asyncio
from typing import TYPE_CHECKING, Any

import msgpack

from simulator.streams.connection import Connection, Receive, Send, parse_json, payload
from simulator.streams.messages import Encoder, Message, encode_json, encode_msgpack

if TYPE_CHECKING:
    from simulator.simulation import Simulation

CHANNELS = ("trades", "quotes", "bars", "updatedBars", "dailyBars", "statuses", "lulds", "corrections", "cancelErrors")
ERRORS = {
    400: "invalid syntax",
    401: "not authenticated",
    402: "auth failed",
    403: "already authenticated",
    404: "auth timeout",
    405: "symbol limit exceeded",
    406: "connection limit exceeded",
    407: "slow client",
    408: "v2 not enabled",
    409: "insufficient subscription",
    410: "invalid subscribe action for this feed",
    500: "internal error",
}
FREE_SYMBOLS = 30
_AUTH_SECONDS = 10.0
_AUTH_ERRORS = (402, 404, 406, 408, 409, 500)
_SUBSCRIBE_ERRORS = (400, 405, 409, 410, 500)


class MarketDataConnection(Connection):
    def __init__(self, simulation: "Simulation", send: Send, encode: Encoder) -> None:
        super().__init__(send, lambda: simulation.faults.stream("market_data"))
        self._simulation = simulation
        self._encode = encode
        self.slow_client = encode([_error(407)])
        self._subscribed: dict[str, set[str]] = {channel: set() for channel in CHANNELS}
        self._known: dict[str, list[str]] = {channel: [] for channel in CHANNELS}

    def symbols(self, channel: str) -> list[str]:
        return self._known[channel]

    def put_rows(self, rows: list[Message]) -> None:
        """Data of one instant."""
        if rows:
            self.deliver(self._encode(rows))

    def answer(self, row: Message) -> None:
        """Control messages arrive alone."""
        self.put_frame(self._encode([row]))

    def change_subscription(self, body: dict[str, Any]) -> None:
        """A wrong or too large wish leaves everything as it was."""
        changed = _changed(self._subscribed, body)
        if isinstance(changed, int):
            self.error(changed)
            return
        if self._simulation.options.free_plan and _too_many(changed):
            self.error(405)
            return
        self._subscribed = changed
        self.follow_assets()
        self.answer({"T": "subscription", **{name: sorted(self._subscribed[name]) for name in CHANNELS}})

    def follow_assets(self) -> None:
        """What it is subscribed to may be listed now, or no more."""
        assets = self._simulation.market.assets
        for channel, wanted in self._subscribed.items():
            self._known[channel] = sorted(assets if "*" in wanted else wanted & set(assets))

    def error(self, code: int) -> None:
        self.answer(_error(code))


def _error(code: int) -> Message:
    return {"T": "error", "code": code, "msg": ERRORS[code]}


def _changed(subscribed: dict[str, set[str]], body: dict[str, Any]) -> dict[str, set[str]] | int:
    """The subscriptions after a request, or the code of what is wrong with it."""
    wishes = {name: names for name, names in body.items() if name != "action"}
    if not set(wishes) <= set(CHANNELS):
        return 410
    if not all(isinstance(names, list) and all(isinstance(name, str) for name in names) for names in wishes.values()):
        return 400
    changed = dict(subscribed)
    for channel, names in wishes.items():
        # Trades bring their corrections along.
        for target in (channel, *(("corrections", "cancelErrors") if channel == "trades" else ())):
            given = set(names)
            changed[target] = changed[target] | given if body["action"] == "subscribe" else changed[target] - given
    return changed


def _too_many(subscribed: dict[str, set[str]]) -> bool:
    """The free plan counts trades and quotes; bars of any number of stocks are free."""
    return any("*" in subscribed[name] or len(subscribed[name]) > FREE_SYMBOLS for name in ("trades", "quotes"))


async def serve_market_data(simulation: "Simulation", feed: str, packed: bool, receive: Receive, send: Send) -> None:
    """`packed`: speak msgpack."""
    await receive()
    await send({"type": "websocket.accept"})
    connection = MarketDataConnection(simulation, send, encode_msgpack if packed else encode_json)
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
    simulation: "Simulation",
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


def _refusal(simulation: "Simulation", feed: str, body: dict[str, Any]) -> int | None:
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
