"""So many requests a minute, as the broker counts them: of trading and of market data each."""

from collections.abc import Callable

from simulator.errors import ApiError
from simulator.sessions import MINUTE

# The real broker's, of a real minute.
LIMIT = 200
UNLIMITED = 10_000  # what the headers say where nothing is limited


def limit_at(speed: float) -> int:
    """Requests a real minute where so many market seconds pass in a real one; 0 for none, in lockstep."""
    return round(LIMIT * max(1.0, speed)) if speed else 0


class RateLimit:
    """`limit`: requests in each minute of real time; None lets everything pass."""

    def __init__(self, limit: int | None, real: Callable[[], float]) -> None:
        self._limit = limit
        self._real = real
        self._minute = 0
        self._used: dict[str, int] = {}

    def count(self, path: str) -> list[tuple[bytes, bytes]]:
        """Count a request and say in headers how things stand. Raises ApiError, with them, when it was one too many."""
        minute = int(self._real()) // MINUTE
        if minute != self._minute:
            self._minute, self._used = minute, {}
        interface = "data" if path.startswith(("/v2/stocks", "/v1")) else "trading"
        used = self._used[interface] = self._used.get(interface, 0) + 1
        limit = UNLIMITED if self._limit is None else self._limit
        left = max(0, limit - used) if self._limit is not None else limit
        headers = [
            (b"x-ratelimit-limit", str(limit).encode()),
            (b"x-ratelimit-remaining", str(left).encode()),
            (b"x-ratelimit-reset", str((minute + 1) * MINUTE).encode()),
        ]
        if self._limit is not None and used > self._limit:
            error = ApiError(429, 42910000, "rate limit exceeded")
            error.headers = headers
            raise error
        return headers
