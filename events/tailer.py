"""Reads the event log once for all sockets of this process, and hands out what is new.

The doorbell only makes it quick: the log is also read once a second, so that a lost message makes the page late, never
wrong.
"""

import asyncio
import logging
from typing import Any, ClassVar, Protocol

from channels.db import database_sync_to_async
from channels.layers import get_channel_layer
from django.db.models import Min
from redis.exceptions import RedisError

from events.doorbell import DOORBELL, PRICES, use_loop
from events.models import Event
from events.services import newest_event

log = logging.getLogger(__name__)

READ_EVERY = 1.0
READ_AT_MOST = 500


class Listener(Protocol):
    """Somebody who wants what is new; must not wait."""

    def events_arrived(self, frames: list[dict[str, Any]]) -> None: ...

    def prices_arrived(self, prices: dict[str, dict[str, str]]) -> None: ...


class Tailer:
    """One per event loop, begun by the first socket."""

    _running: ClassVar[dict[asyncio.AbstractEventLoop, "Tailer"]] = {}

    def __init__(self) -> None:
        self._listeners: set[Listener] = set()
        self._bell = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self.last = 0

    @classmethod
    async def here(cls) -> "Tailer":
        """The tailer of the running loop."""
        loop = asyncio.get_running_loop()
        if loop not in cls._running:
            tailer = cls._running[loop] = cls()
            tailer.last = await newest_event_id()
            use_loop(loop)
            tailer._tasks = [asyncio.create_task(tailer._tail()), asyncio.create_task(tailer._hear())]
        return cls._running[loop]

    def join(self, listener: Listener) -> None:
        self._listeners.add(listener)

    def leave(self, listener: Listener) -> None:
        self._listeners.discard(listener)

    async def _tail(self) -> None:
        while True:
            try:
                frames = await events_after(self.last, READ_AT_MOST)
            except Exception:
                # Without this loop the page would go on showing what is old as if it were new.
                log.exception("the event log could not be read")
                frames = []
            if frames:
                self.last = frames[-1]["id"]
                for listener in list(self._listeners):
                    listener.events_arrived(frames)
                if len(frames) == READ_AT_MOST:
                    continue
            self._bell.clear()
            try:
                # Not wait_for: Python 3.11's may swallow a cancellation, and the process would never end.
                async with asyncio.timeout(READ_EVERY):
                    await self._bell.wait()
            except TimeoutError:
                continue

    async def _hear(self) -> None:
        # A channel layer that is left may raise an error of its own instead of the cancellation.
        while not _is_cancelled():
            try:
                layer = get_channel_layer()
                channel = await layer.new_channel()
                await layer.group_add(DOORBELL, channel)
                await layer.group_add(PRICES, channel)
                while not _is_cancelled():
                    message = await layer.receive(channel)
                    if message["type"] == "ring":
                        self._bell.set()
                    elif message["type"] == "prices":
                        for listener in list(self._listeners):
                            listener.prices_arrived(message["prices"])
            except (RedisError, OSError) as error:
                log.warning("the doorbell is silent: %s", error)
                await asyncio.sleep(READ_EVERY)
            except Exception:
                # Whatever a channel layer raises, it is asked again.
                log.exception("the doorbell is silent")
                await asyncio.sleep(READ_EVERY)


def _is_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def frame_of(event: Event) -> dict[str, Any]:
    """An event as the socket carries it."""
    return {"type": event.type, "id": event.pk, "at": event.created.isoformat(), "data": event.payload}


@database_sync_to_async
def events_after(last: int, limit: int) -> list[dict[str, Any]]:
    return [frame_of(event) for event in Event.objects.filter(id__gt=last).order_by("id")[:limit]]


newest_event_id = database_sync_to_async(newest_event)


@database_sync_to_async
def oldest_event_id() -> int:
    """0 while there is none."""
    return Event.objects.aggregate(oldest=Min("id"))["oldest"] or 0
