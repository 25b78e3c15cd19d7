"""/stream: what becomes of orders, as it happens."""

from typing import Any

from starlette.types import Receive, Send

from simulator.simulation import Simulation
from simulator.streams.connection import Connection, parse_json


async def serve_trade_updates(simulation: Simulation, receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "websocket.accept"})
    connection = Connection(send, lambda: simulation.faults.stream("trade_updates"))
    authorized = False
    try:
        while True:
            message = await receive()
            if message["type"] == "websocket.disconnect":
                return
            body = parse_json(message)
            action = body.get("action") if body else None
            if body and action in ("authenticate", "auth"):
                authorized = _knows_keys(simulation, body)
                status = "authorized" if authorized else "unauthorized"
                connection.put({"stream": "authorization", "data": {"status": status, "action": "authenticate"}})
            elif body and action == "listen":
                if authorized:
                    _listen(simulation, connection, body)
                else:
                    connection.put({"stream": "authorization", "data": {"status": "unauthorized", "action": "listen"}})
            else:
                connection.put({"stream": "error", "data": {"error_message": "invalid message"}})
    finally:
        simulation.hub.trade_updates.discard(connection)
        await connection.close()


def _knows_keys(simulation: Simulation, body: dict[str, Any]) -> bool:
    data = body.get("data")
    data = data if isinstance(data, dict) else {}
    key, secret = data.get("key_id", body.get("key")), data.get("secret_key", body.get("secret"))
    return (key, secret) == (simulation.options.key, simulation.options.secret)


def _listen(simulation: Simulation, connection: Connection, body: dict[str, Any]) -> None:
    """The list replaces the one before; unknown streams are left out without a word."""
    data = body.get("data")
    wanted = data.get("streams") if isinstance(data, dict) else None
    streams = ["trade_updates"] if isinstance(wanted, list) and "trade_updates" in wanted else []
    if streams:
        simulation.hub.trade_updates.add(connection)
    else:
        simulation.hub.trade_updates.discard(connection)
    connection.put({"stream": "listening", "data": {"streams": streams}})
