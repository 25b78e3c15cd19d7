"""A market of recorded bars: one CSV file of minute bars per symbol, plain or gzipped."""

import csv
import gzip
import logging
import math
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

import numpy as np

from simulator.listings import listed
from simulator.market import NO_BARS, Bar, BarSeries, Market, merge
from simulator.sessions import SessionCalendar

COLUMNS = ["timestamp", "open", "high", "low", "close", "volume"]
logger = logging.getLogger(__name__)


class ReplayError(ValueError):
    """The folder cannot be replayed; the text says why."""


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    with gzip.open(path, "rt", newline="") if path.suffix == ".gz" else path.open(newline="") as file:
        yield file


class ReplayMarket(Market):
    """Assets are the files. A file is read when its symbol is first asked for."""

    def __init__(self, folder: Path, calendar: SessionCalendar) -> None:
        if not folder.is_dir():
            raise ReplayError(
                f"--replay {folder}: there is no such folder; it holds one SYMBOL.csv or SYMBOL.csv.gz each."
            )
        paths = {path.name.split(".")[0].upper(): path for path in sorted(folder.glob("*.csv*")) if _is_csv(path)}
        if not paths:
            raise ReplayError(f"--replay {folder}: it holds no SYMBOL.csv or SYMBOL.csv.gz.")
        for path in paths.values():
            _check_columns(path)
        self.name = f"replay:{folder.resolve().name}"
        self.calendar = calendar
        self.assets = {symbol: listed(symbol) for symbol in paths}
        self._paths = paths
        self._loaded: dict[str, dict[int, BarSeries]] = {}
        self._sessions: dict[str, list[int]] = {}

    def minutes(self, symbol: str, session: int) -> BarSeries:
        return self._load(symbol).get(session, NO_BARS)

    def day(self, symbol: str, session: int) -> Bar | None:
        series = self.minutes(symbol, session)
        start = self.calendar.opens[session]
        return merge([series.bar(index) for index in range(len(series))], start) if len(series) else None

    def session_before(self, symbol: str, session: int) -> int | None:
        self._load(symbol)
        sessions = self._sessions[symbol]
        index = bisect_left(sessions, session) - 1
        return sessions[index] if index >= 0 else None

    def first_session(self, symbol: str, daily: bool) -> int:
        self._load(symbol)
        return self._sessions[symbol][0] if self._sessions[symbol] else len(self.calendar)

    def last_session(self) -> int:
        """The latest session with bars of any symbol."""
        last = [self._sessions[symbol][-1] for symbol in self.assets if self._load(symbol)]
        if not last:
            raise ReplayError(f"--replay: there is no bar of a session in {self.name.removeprefix('replay:')}.")
        return max(last)

    def _load(self, symbol: str) -> dict[int, BarSeries]:
        if symbol not in self._loaded:
            self._loaded[symbol] = self._by_session(_read(self._paths[symbol]))
            self._sessions[symbol] = sorted(self._loaded[symbol])
        return self._loaded[symbol]

    def _by_session(self, series: BarSeries) -> dict[int, BarSeries]:
        sessions = np.searchsorted(np.array(self.calendar.opens), series.start, side="right") - 1
        inside = (sessions >= 0) & (series.start < np.array(self.calendar.closes)[sessions])
        found: dict[int, BarSeries] = {}
        for session in np.unique(sessions[inside]).tolist():
            rows = inside & (sessions == session)
            found[session] = BarSeries(*(getattr(series, column)[rows] for column in BarSeries.__slots__))
        return found


def _is_csv(path: Path) -> bool:
    return path.name.lower().endswith((".csv", ".csv.gz"))


def _check_columns(path: Path) -> None:
    try:
        with _opened(path) as file:
            header = next(csv.reader(file), [])
    except (OSError, UnicodeDecodeError) as error:
        raise ReplayError(f"--replay: {path.name} cannot be read: {error}") from error
    if [column.strip().lower() for column in header] != COLUMNS:
        raise ReplayError(
            f"--replay: the columns of {path.name} were {','.join(header)}; they must be {','.join(COLUMNS)}."
        )


def _read(path: Path) -> BarSeries:
    """All bars of a file in ascending time; a row that is no bar is left out and said so."""
    rows: dict[int, tuple[float, float, float, float, float]] = {}
    with _opened(path) as file:
        reader = csv.reader(file)
        next(reader)
        for line in reader:
            try:
                at = datetime.fromisoformat(line[0])
                start = int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp())
                rows[start] = _prices(line)
            except (ValueError, IndexError):
                logger.warning("%s line %d is not a bar: %s", path.name, reader.line_num, ",".join(line)[:80])
    starts = sorted(rows)
    table = np.array([rows[start] for start in starts], np.float64).reshape(-1, 5)
    opens, highs, lows, closes, volumes = table.T.copy()
    return BarSeries(np.array(starts, np.int64), opens, highs, lows, closes, volumes.astype(np.int64))


def _prices(line: list[str]) -> tuple[float, float, float, float, float]:
    first, high, low, last, volume = (float(text) for text in line[1:6])
    # Also false for a price that is not a number.
    if not (0 < low <= min(first, last) <= max(first, last) <= high < math.inf and 0 <= volume < math.inf):
        raise ValueError("not a bar")
    return first, high, low, last, volume
