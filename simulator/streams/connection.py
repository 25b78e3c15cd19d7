"""One WebSocket: what is put is sent in order, by its own task, whenever the client takes it."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]
_LONGEST_QUEUE = 20_000
_SLOW_CLIENT = 1008


class Connection:
    """Speaks JSON in binary frames, as the trading stream does."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._queue: asyncio.Queue[bytes | str] = asyncio.Queue(_LONGEST_QUEUE)
        self._pump = asyncio.ensure_future(self._send_all())
        self._closing: asyncio.Future[None] | None = None

    def put(self, message: dict[str, Any]) -> None:
        self.put_frame(json.dumps(message).encode())

    def put_frame(self, frame: bytes | str) -> None:
        if self._closing is not None:
            return
        try:
            self._queue.put_nowait(frame)
        except asyncio.QueueFull:
            # It reads slower than the market moves: cut it off rather than keep its past.
            self._pump.cancel()
            self._closing = asyncio.ensure_future(self._send({"type": "websocket.close", "code": _SLOW_CLIENT}))

    async def sent(self) -> None:
        if not self._pump.done():
            await self._queue.join()

    async def close(self) -> None:
        self._pump.cancel()
        await asyncio.gather(self._pump, return_exceptions=True)

    async def _send_all(self) -> None:
        while True:
            frame = await self._queue.get()
            try:
                await self._send({"type": "websocket.send", "bytes" if isinstance(frame, bytes) else "text": frame})
            finally:
                self._queue.task_done()


def payload(message: dict[str, Any]) -> bytes | str:
    """What a received frame holds, text or binary."""
    data = message.get("bytes")
    return data if data is not None else message.get("text") or ""


def parse_json(message: dict[str, Any]) -> dict[str, Any] | None:
    try:
        body = json.loads(payload(message))
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None
