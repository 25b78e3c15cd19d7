"""Redis as a cache that may die: what it holds (newest prices, rate limits) is then simply not there."""

import logging
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.cache import cache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeout

from events.pause import Pause

log = logging.getLogger(__name__)


# Real seconds.
SAID_AGAIN_AFTER = 10.0
_said_at = -SAID_AGAIN_AFTER
_pause = Pause(2.0)


def _say(error: Exception) -> None:
    """Not for every key: a page asks for hundreds."""
    global _said_at
    if time.monotonic() - _said_at >= SAID_AGAIN_AFTER:
        _said_at = time.monotonic()
        log.warning("the cache is not there: %s", error)


def _forgiving(name: str, otherwise: Callable[..., Any]) -> Any:
    """The method of Django's cache of that name; `otherwise`, given the same arguments, answers while Redis is away."""
    method = getattr(RedisCache, name)

    @wraps(method)
    def call(self: RedisCache, *args: Any, **options: Any) -> Any:
        if _pause.is_on:
            return otherwise(*args, **options)
        try:
            return method(self, *args, **options)
        except (RedisError, OSError) as error:
            _say(error)
            if isinstance(error, RedisTimeout):
                _pause.begin()
            return otherwise(*args, **options)

    return call


class ForgivingRedisCache(RedisCache):
    """Every method that is used here; a rate limit that cannot be read does not bind."""

    get = _forgiving("get", lambda key, default=None, version=None: default)
    get_many = _forgiving("get_many", lambda *_, **__: {})
    set = _forgiving("set", lambda *_, **__: None)
    set_many = _forgiving("set_many", lambda data, *_, **__: list(data))
    add = _forgiving("add", lambda *_, **__: True)
    incr = _forgiving("incr", lambda *_, **__: 0)
    delete = _forgiving("delete", lambda *_, **__: False)
    clear = _forgiving("clear", lambda *_, **__: False)


def count_up(key: str, by: int, seconds: int) -> int:
    """Add to a count that is forgotten so many seconds after it was begun; what it is now. Safe in many processes."""
    cache.add(key, 0, seconds)
    try:
        return int(cache.incr(key, by))
    except ValueError:
        # It was forgotten in between.
        cache.set(key, by, seconds)
        return by
