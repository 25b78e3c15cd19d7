"""Trading halts: stretches of whole minutes in which a stock does not trade."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.sessions import MINUTE

Stretch = tuple[int, int | None]


class Halts:
    """By symbol, (first second, second it resumes at or None), both on full minutes."""

    def __init__(self) -> None:
        self._stretches: dict[str, list[Stretch]] = {}

    def halt(self, symbol: str, at: float) -> None:
        """From the next full minute on; a stock that is halted stays so."""
        start = _next_minute(at)
        if not self.is_halted(symbol, start):
            self._stretches.setdefault(symbol, []).append((start, None))

    def halt_between(self, symbol: str, start: int, end: int) -> None:
        """For a stretch that is known beforehand; both on full minutes."""
        start = -(-start // MINUTE) * MINUTE
        if start < end:
            self._stretches.setdefault(symbol, []).append((start, end))

    def resume(self, symbol: str, at: float) -> None:
        """From the next full minute on; a halt that has not begun by then never was."""
        end = _next_minute(at)
        self._stretches[symbol] = [
            (start, end if stop is None else stop)
            for start, stop in self._stretches.get(symbol, [])
            if stop is not None or start < end
        ]

    def rename(self, old: str, new: str) -> None:
        if old in self._stretches:
            self._stretches[new] = self._stretches.pop(old)

    def is_halted(self, symbol: str, at: float) -> bool:
        return any(start <= at and (end is None or at < end) for start, end in self._stretches.get(symbol, ()))

    def trading(self, symbol: str, starts: NDArray[np.int64]) -> NDArray[np.bool_] | None:
        """Which of the minutes that start then had no halt; None when all had none."""
        stretches = self._stretches.get(symbol)
        if not stretches:
            return None
        free = np.ones(len(starts), np.bool_)
        for start, end in stretches:
            free &= (starts < start) | (starts >= (np.inf if end is None else end))
        return free

    def turns(self, symbol: str, at: int) -> bool | None:
        """True when a halt begins at this very second, False when one ends, None otherwise."""
        for start, end in self._stretches.get(symbol, ()):
            if at in (start, end):
                return at == start
        return None

    def to_record(self) -> dict[str, Any]:
        return {symbol: stretches for symbol, stretches in self._stretches.items() if stretches}

    def restore(self, record: dict[str, Any]) -> None:
        self._stretches = {symbol: [(start, end) for start, end in rows] for symbol, rows in record.items()}


def _next_minute(at: float) -> int:
    """The one after the running minute, whose opening was printed already."""
    return int(at) // MINUTE * MINUTE + MINUTE
