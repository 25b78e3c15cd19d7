"""What one person may take of a web process with sockets."""

from collections import Counter, deque

# Messages of one socket in so many seconds; a page sends a ping every 15 s and names its symbols when they change.
MESSAGES_AT_MOST = 60
MESSAGES_WITHIN = 10.0
# Replays read and send up to a thousand events; a page asks for one when it has connected.
REPLAYS_AT_MOST = 5
# Open sockets of one person in one process, each a page in a browser.
SOCKETS_AT_MOST = 20


class Rate:
    """Lets so many pass within some seconds."""

    def __init__(self, at_most: int, within: float) -> None:
        self._within = within
        self._passed: deque[float] = deque(maxlen=at_most)

    def passes(self, now: float) -> bool:
        full = len(self._passed) == self._passed.maxlen
        if full and now - self._passed[0] < self._within:
            return False
        self._passed.append(now)
        return True


class Sockets:
    """How many are open, by person."""

    def __init__(self) -> None:
        self._open: Counter[int] = Counter()

    def take(self, person: int) -> bool:
        """Count one more, unless that is one too many."""
        if self._open[person] >= SOCKETS_AT_MOST:
            return False
        self._open[person] += 1
        return True

    def give_back(self, person: int) -> None:
        self._open[person] -= 1
        if self._open[person] <= 0:
            del self._open[person]


sockets = Sockets()
