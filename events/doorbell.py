"""Ringing the web processes: something was committed, or prices moved.

What is sent here may be lost; the tailer reads the event log at least once a second anyway.
"""

import asyncio
import logging
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import InMemoryChannelLayer, get_channel_layer
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeout

from events.pause import Pause

log = logging.getLogger(__name__)

DOORBELL = "doorbell"
PRICES = "prices"

_pause = Pause(2.0)

_web_loop: asyncio.AbstractEventLoop | None = None


def use_loop(loop: asyncio.AbstractEventLoop) -> None:
    """The loop in which this process serves sockets; the in-memory layer lives there."""
    global _web_loop
    _web_loop = loop


def layer_send(group: str, message: dict[str, Any]) -> None:
    """Send to a group of the channel layer from any thread; never raises, never waits for the web loop."""
    layer = get_channel_layer()
    if layer is None or _pause.is_on:
        return
    try:
        if isinstance(layer, InMemoryChannelLayer):
            if _web_loop is not None and _web_loop.is_running():
                asyncio.run_coroutine_threadsafe(layer.group_send(group, message), _web_loop)
        else:
            async_to_sync(layer.group_send)(group, message)
    except (OSError, RuntimeError, RedisError) as error:
        # What was committed must not look failed because a bell is broken.
        log.warning("the channel layer did not take a message: %s", error)
        if isinstance(error, RedisTimeout):
            # Whoever rings is trading.
            _pause.begin()


def ring() -> None:
    layer_send(DOORBELL, {"type": "ring"})
