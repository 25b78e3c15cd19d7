"""One WebSocket: what is put is sent in order, by its own task, whenever the client takes it."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

from starlette.types import Message, Send

from simulator.faults import Fault

Frame = bytes | str
_LONGEST_QUEUE = 20_000
_CLOSED = 1000  # the server knows no other code that is not an application's own


class Connection:
    """Speaks JSON in binary frames, as the trading stream does.

    fault: asked before each event whether something is to go wrong with it
    """

    # What a client is told before it is cut off for being slow, if anything.
    slow_client: Frame | None = None

    def __init__(self, send: Send, fault: Callable[[], Fault | None]) -> None:
        self._send = send
        self._fault = fault
        self._queue: asyncio.Queue[Frame] = asyncio.Queue(_LONGEST_QUEUE)
        self._pump = asyncio.ensure_future(self._send_all())
        self._closing: asyncio.Future[None] | None = None
        self._muted = False
        self._held: list[Frame] = []

    def put(self, message: dict[str, Any]) -> None:
        """An answer to what the client asked."""
        self.put_frame(json.dumps(message).encode())

    def put_event(self, message: dict[str, Any]) -> None:
        """Something that happened; it may meet a fault."""
        self.deliver(json.dumps(message).encode())

    def deliver(self, frame: Frame) -> None:
        fault = None if self._muted else self._fault()
        effect = fault.effect if fault else ""
        if effect == "stream_mute":
            self._muted = True
        if self._muted or effect == "stream_omit":
            return
        if effect == "stream_drop":
            self._end(None)
        elif effect == "stream_reorder":
            self._held.append(frame)
        elif fault is not None and effect == "stream_delay":
            asyncio.get_running_loop().call_later(fault.delay, self.put_frame, frame)
        else:
            for _ in range(2 if effect == "stream_duplicate" else 1):
                self.put_frame(frame)
            held, self._held = self._held, []
            for late in held:
                self.put_frame(late)

    def put_frame(self, frame: Frame) -> None:
        if self._closing is not None:
            return
        try:
            self._queue.put_nowait(frame)
        except asyncio.QueueFull:
            # It reads slower than the market moves: cut it off rather than keep its past.
            self._end(self.slow_client)

    async def sent(self) -> None:
        if not self._pump.done():
            await self._queue.join()

    async def close(self) -> None:
        self._pump.cancel()
        await asyncio.gather(self._pump, return_exceptions=True)

    def _end(self, last: Frame | None) -> None:
        if self._closing is None:
            self._pump.cancel()
            self._closing = asyncio.ensure_future(self._say_goodbye(last))

    async def _say_goodbye(self, last: Frame | None) -> None:
        if last is not None:
            await self._send_frame(last)
        await self._send({"type": "websocket.close", "code": _CLOSED})

    async def _send_all(self) -> None:
        while True:
            frame = await self._queue.get()
            try:
                await self._send_frame(frame)
            finally:
                self._queue.task_done()

    async def _send_frame(self, frame: Frame) -> None:
        await self._send({"type": "websocket.send", "bytes" if isinstance(frame, bytes) else "text": frame})


def payload(message: Message) -> Frame:
    """What a received frame holds, text or binary."""
    data = message.get("bytes")
    return data if data is not None else message.get("text") or ""


def parse_json(message: Message) -> dict[str, Any] | None:
    try:
        body = json.loads(payload(message))
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None
