"""How many requests the account has left, shared by all processes, and who goes first when they run short.

The broker counts requests a minute and account, and tells in the headers of each answer how things stand. Its answers
are believed over our own count; between answers each process adds what it sends. The numbers are kept where all
processes see them (the cache); while that is away, each process goes by what its own answers say.
"""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from django.core.cache import cache
from redis.exceptions import RedisError

# Requests a real minute for trading, and as many for market data, until the broker has named its limit.
LIMIT = 200
MINUTE = 60.0
KEPT_SECONDS = 150
# Real seconds to wait after a 429 that does not say when its minute ends.
ASK_AGAIN_AFTER = 5.0
# Without the shared count each process goes by its own. ValueError means that the count vanished between two calls.
AWAY = (RedisError, OSError, ValueError)


class Lane(IntEnum):
    """What a request is for; the earlier lane goes first."""

    EXIT = 0
    RECONCILE = 1
    ENTRY = 2
    DATA = 3


# The part of the limit that a lane leaves free for the lanes before it.
_KEPT_FREE = {Lane.EXIT: 0.0, Lane.RECONCILE: 0.25, Lane.ENTRY: 0.4, Lane.DATA: 0.05}


@dataclass(frozen=True)
class Standing:
    """How an interface stands in the running minute.

    Attributes:
        limit: Requests a minute.
        used: Requests of this minute.
        reset: The end of the minute, seconds since the epoch.
    """

    limit: int
    used: int
    reset: float


class Budget:
    """The requests of one interface of one account; the interface is "trading" or "data"."""

    def __init__(self, name: str) -> None:
        self._name = f"requests:{name}"
        self._lock = threading.Lock()
        # While this is None, no answer has told this process yet, and it goes by what others were told.
        self._told: int | None = None
        self._taught = (0, 0.0)
        self._used = 0
        self._reset = 0.0
        self._blocked_until = 0.0

    def wait(self, lane: Lane) -> float:
        """Take a request out of the budget.

        Returns:
            0 when the request may go, else the real seconds until the next minute.
        """
        now = time.time()
        with self._lock:
            self._turn(now)
            blocked = max(self._blocked_until, float(self._shared(self._blocked)))
            if now < blocked <= now + 2 * MINUTE:
                return blocked - now
            used = max(self._used, int(self._shared(self._key(self._reset))))
            if used >= self._limit * (1 - _KEPT_FREE[lane]):
                return max(0.1, self._reset - now)
            self._used = max(used + 1, self._count(self._reset))
        return 0.0

    def told(self, headers: Mapping[str, str], status: int) -> None:
        """Believe what an answer says; a 429 means that nothing is left until the reset.

        Args:
            headers: The answer's headers.
            status: The answer's HTTP status.
        """
        limit, remaining, reset = (
            _number(headers.get(f"X-RateLimit-{name}")) for name in ("Limit", "Remaining", "Reset")
        )
        now = time.time()
        with self._lock:
            self._turn(now)
            if reset is not None and now < reset <= now + 2 * MINUTE:
                # The broker's minute ends at another second than ours.
                self._reset = reset
            if limit is not None and limit > 0:
                self._learn(int(limit))
            if remaining is not None:
                self._used = max(self._used, self._limit - int(remaining))
            if status == 429:
                self._blocked_until = self._reset if reset is not None else now + ASK_AGAIN_AFTER
                self._share(self._blocked, self._blocked_until)
            if self._used > self._shared(self._key(self._reset)):
                self._share(self._key(self._reset), self._used)

    def _learn(self, limit: int) -> None:
        """Note the limit, and tell the other processes once a minute.

        A process that has just begun and goes by the first limit would find nothing left.
        """
        self._told = limit
        if self._taught != (limit, self._reset):
            self._taught = (limit, self._reset)
            self._share(self._limits, limit)

    def forget(self) -> None:
        """Forget the numbers that all processes see; the caller drops this process's budget."""
        try:
            cache.delete_many([self._blocked, self._limits, self._key(self._reset)])
        except AWAY:
            return

    @property
    def standing(self) -> Standing:
        """Return how the interface stands in the running minute."""
        with self._lock:
            self._turn(time.time())
            return Standing(self._limit, max(self._used, int(self._shared(self._key(self._reset)))), self._reset)

    def _turn(self, now: float) -> None:
        """Begin a new minute, with all its requests, when the last is over; minutes end where the broker's do."""
        if self._reset - now > 2 * MINUTE:
            # This machine's clock was set back, so that minute will not come.
            self._reset = self._blocked_until = 0.0
        if now >= self._reset:
            ended = self._reset or now // MINUTE * MINUTE
            self._reset = ended + ((now - ended) // MINUTE + 1) * MINUTE
            self._used = 0

    def _shared(self, key: str) -> float:
        try:
            return float(cache.get(key, 0) or 0)
        except AWAY:
            return 0

    def _count(self, reset: float) -> int:
        """Add one request where all processes see it, and return how many there are."""
        try:
            cache.add(self._key(reset), 0, KEPT_SECONDS)
            return int(cache.incr(self._key(reset)))
        except AWAY:
            return 0

    def _share(self, key: str, value: float) -> None:
        try:
            cache.set(key, value, KEPT_SECONDS)
        except AWAY:
            return

    @property
    def _limit(self) -> int:
        return self._told or int(self._shared(self._limits)) or LIMIT

    @property
    def _limits(self) -> str:
        return f"{self._name}:limit"

    @property
    def _blocked(self) -> str:
        return f"{self._name}:blocked"

    def _key(self, reset: float) -> str:
        return f"{self._name}:{round(reset)}"


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text is not None else None
    except ValueError:
        return None
