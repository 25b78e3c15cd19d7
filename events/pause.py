"""Not waiting again and again for somebody who does not answer."""

import time


class Pause:
    """After an answer that did not come in time nobody is asked for a while; everybody waiting in turn would add up."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._until = 0.0

    @property
    def is_on(self) -> bool:
        return time.monotonic() < self._until

    def begin(self) -> None:
        self._until = time.monotonic() + self._seconds
