"""A market of recorded bars: one file of minute bars per symbol."""

from bisect import bisect_left
from pathlib import Path

import numpy as np

from simulator.bar_files import ReplayError, bar_files, read_bars
from simulator.halts import Halts
from simulator.listings import listed
from simulator.market import NO_BARS, Bar, BarSeries, Market, merge
from simulator.sessions import SessionCalendar


class ReplayMarket(Market):
    """Assets are the files. A file is read when its symbol is first asked for."""

    def __init__(self, folder: Path, calendar: SessionCalendar) -> None:
        paths = bar_files(folder)
        self.name = f"replay:{folder.resolve().name}"
        self.halts = Halts()
        self.calendar = calendar
        self.assets = {symbol: listed(symbol) for symbol in paths}
        self._paths = paths
        self._loaded: dict[str, dict[int, BarSeries]] = {}
        self._sessions: dict[str, list[int]] = {}

    def _minutes(self, symbol: str, session: int) -> BarSeries:
        return self._load(symbol).get(session, NO_BARS)

    def _day(self, symbol: str, session: int) -> Bar | None:
        series = self.minutes(symbol, session)
        start = self.calendar.opens[session]
        return merge([series.bar(index) for index in range(len(series))], start) if len(series) else None

    def session_before(self, symbol: str, session: int) -> int | None:
        symbol = self.listed_as(symbol)
        self._load(symbol)
        sessions = self._sessions[symbol]
        index = bisect_left(sessions, session) - 1
        return sessions[index] if index >= 0 else None

    def first_session(self, symbol: str, daily: bool) -> int:
        symbol = self.listed_as(symbol)
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
            self._loaded[symbol] = self._by_session(read_bars(self._paths[symbol]))
            self._sessions[symbol] = sorted(self._loaded[symbol])
        return self._loaded[symbol]

    def _by_session(self, series: BarSeries) -> dict[int, BarSeries]:
        sessions = np.searchsorted(np.array(self.calendar.opens), series.start, side="right") - 1
        inside = (sessions >= 0) & (series.start < np.array(self.calendar.closes)[sessions])
        found: dict[int, BarSeries] = {}
        for session in np.unique(sessions[inside]).tolist():
            rows = inside & (sessions == session)
            found[session] = series.where(rows)
        return found
