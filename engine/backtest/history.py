"""What a backtest looks at: bars with their warm-up, and the sessions in which it trades."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import numpy as np

from engine.backtest.gaps import minutes_missing, reach_fault, sessions_missing
from engine.core.config import BotConfig
from engine.core.timeframes import MINUTES, bars_resample, bars_slice
from engine.core.types import Bars, Session
from marketdata.barfiles import BarFileError, bar_files, bars_read
from marketdata.calendar import REGULAR_MINUTES, sessions_back, sessions_between, sessions_by_ordinal

TIMES = ("start", "end", "session")
SPARE_SESSIONS = 2
WEEK = timedelta(days=7)
# Of New York, where the regular session has begun since 1985.
USUAL_OPEN = time(9, 30)
# The first session of the calendar.
KNOWN_SINCE = date(1990, 1, 2)
# What a result is compared with.
BENCHMARK = "SPY"


class HistoryError(ValueError):
    """The bars do not hold what was asked for; the text says what is missing and what there is."""


@dataclass(frozen=True)
class History:
    """bars: by symbol, 1Min or 1Day, oldest first, warm-up included: orders fill at their prices
    days: by symbol, what a bot on daily bars looks at where the minutes are known; then `bars` are these minutes
    asked_from: the first day that was asked for, where that is known
    missing: by symbol, the sessions it has no bar of
    no_minutes: what is missing of them, in words, where `bars` are days
    sessions: those traded in, oldest first; known: every session any bar is of, by the ordinal of its day
    benchmark: bars of SPY, to compare with; None where there are none
    short: by symbol, how many bars lie before the first session where indicators need more
    """

    bars: Mapping[str, Bars]
    sessions: tuple[Session, ...]
    known: Mapping[int, Session]
    benchmark: Bars | None = None
    short: Mapping[str, int] = field(default_factory=dict)
    days: Mapping[str, Bars] = field(default_factory=dict)
    asked_from: date | None = None
    missing: Mapping[str, tuple[date, ...]] = field(default_factory=dict)
    no_minutes: str = "no minutes of them were given"

    def looked_at(self, symbol: str, timeframe: str) -> Bars:
        """The bars of a timeframe; a long one is over when its time is, whether or not its last minutes printed."""
        if symbol in self.days:
            return self.days[symbol]
        return bars_resample(self.bars[symbol], timeframe, self.known, self.last.timestamp())

    @property
    def first(self) -> datetime:
        return self.sessions[0].open

    @property
    def last(self) -> datetime:
        return self.sessions[-1].close


def history_from_folder(
    folder: Path,
    symbols: Sequence[str],
    timeframe: str,
    first_day: date,
    last_day: date,
    warmup: int,
    minutes: Path | None = None,
) -> History:
    """Read bars of the sessions of [first_day, last_day] and of the warm-up before them from files, one a symbol.

    Raises HistoryError, or BarFileError for a file that cannot be trusted.

    minutes: another folder, with minutes of the days a bot on daily bars trades in; one with minutes alone will do, too
    """
    sessions = sessions_within(first_day, last_day)
    rows = warm_rows(timeframe, warmup)
    files = bar_files(folder)
    missing = sorted(set(symbols) - files.keys())
    if missing:
        raise HistoryError(f"{folder} has no file of {', '.join(missing)}; it has {', '.join(sorted(files))}")
    found: dict[str, Bars] = {}
    fills: dict[str, Bars] = {}
    for symbol in sorted({*symbols, BENCHMARK} & files.keys()):
        bars = _base_read(files[symbol], timeframe, symbol)
        if timeframe == "1Day" and bars.timeframe != "1Day":
            fills[symbol] = _of_sessions(bars, sessions)
            bars = _days_of(bars)
        before, end = np.searchsorted(bars.session, (sessions[0].day.toordinal(), sessions[-1].day.toordinal() + 1))
        begin = max(0, int(before) - rows)
        if begin:
            # With the first bar of its session, so that longer bars are whole.
            begin = int(np.searchsorted(bars.session, bars.session[begin]))
        found[symbol] = bars_slice(bars, slice(begin, int(end)))
    history = history_make({symbol: found[symbol] for symbol in symbols}, sessions)
    history = replace(history, asked_from=first_day)
    if timeframe == "1Day":
        others = bar_files(minutes) if minutes else {}
        for symbol in sorted({*symbols, BENCHMARK} & others.keys()):
            fills[symbol] = _of_sessions(bars_read(others[symbol], "1Min", symbol), sessions)
        history = history_with_minutes(history, {symbol: fills[symbol] for symbol in symbols if symbol in fills})
        if history.days and (compared := history_compared(history, fills.get(BENCHMARK))).benchmark is not None:
            return history_counted(compared, timeframe, warmup)
    return history_compared(history_counted(history, timeframe, warmup), found.get(BENCHMARK))


def history_make(bars: Mapping[str, Bars], sessions: Sequence[Session]) -> History:
    """A history of these bars, traded in these sessions. Raises HistoryError where the bars do not reach."""
    if fault := reach_fault(bars, sessions):
        raise HistoryError(fault)
    ordinals = {int(day) for series in bars.values() for day in np.unique(series.session)}
    known = sessions_by_ordinal(sorted(ordinals))
    from_open = {symbol: _from_open(series, known) for symbol, series in bars.items()}
    return History(_share_times(from_open), tuple(sessions), known, missing=sessions_missing(bars, sessions))


def _from_open(bars: Bars, known: Mapping[int, Session]) -> Bars:
    """A day's bar is stored as of midnight; its first price is that of the open."""
    if bars.timeframe != "1Day":
        return bars
    opens = np.array([int(known[int(day)].open.timestamp()) for day in bars.session], dtype=np.int64)
    return replace(bars, start=opens)


def history_with_minutes(history: History, minutes: Mapping[str, Bars]) -> History:
    """A history of days that fills at these minutes of its sessions, where they are known of every one of them."""
    if missing := minutes_missing(minutes, history.bars, history.sessions, history.missing):
        return replace(history, no_minutes=missing)
    fills = _share_times({symbol: minutes[symbol] for symbol in history.bars})
    return replace(history, bars=fills, days=history.bars, no_minutes="")


def _base_read(path: Path, timeframe: str, symbol: str) -> Bars:
    """The bars of a file; minutes, too, for a bot on daily bars."""
    try:
        return bars_read(path, base_timeframe(timeframe), symbol)
    except BarFileError:
        if timeframe != "1Day":
            raise
        try:
            return bars_read(path, "1Min", symbol)
        except BarFileError:
            pass
        raise


def _of_sessions(bars: Bars, sessions: Sequence[Session]) -> Bars:
    edges = (sessions[0].day.toordinal(), sessions[-1].day.toordinal() + 1)
    begin, end = np.searchsorted(bars.session, edges)
    return bars_slice(bars, slice(int(begin), int(end)))


def _days_of(minutes: Bars) -> Bars:
    known = sessions_by_ordinal(np.unique(minutes.session).tolist())
    return bars_resample(minutes, "1Day", known, np.inf)


def _share_times(bars: Mapping[str, Bars]) -> dict[str, Bars]:
    """Symbols whose bars have the same times have the same arrays of them: less memory, and known at a glance."""
    found: dict[str, Bars] = {}
    models: dict[tuple[int, int, int], Bars] = {}
    for symbol, series in bars.items():
        model = models.setdefault((len(series), series.start.item(0), series.start.item(-1)), series)
        if all(np.array_equal(getattr(series, name), getattr(model, name)) for name in TIMES):
            found[symbol] = replace(series, **{name: getattr(model, name) for name in TIMES})
        else:
            found[symbol] = series
    return found


def history_compared(history: History, benchmark: Bars | None) -> History:
    """The history with bars to compare with, if they reach from its first to its last session."""
    days = set(np.unique(benchmark.session).tolist()) if benchmark is not None else set()
    reaches = {history.sessions[place].day.toordinal() for place in (0, -1)} <= days
    return replace(history, benchmark=benchmark) if reaches else history


def base_timeframe(timeframe: str) -> str:
    """The stored bars a bot's bars are made of."""
    return "1Day" if timeframe == "1Day" else "1Min"


def looks_late(config: BotConfig) -> bool:
    """Whether a bot looks at the market later than at the usual open, so that the price of a day's open is not its."""
    return config.window_start > USUAL_OPEN


def sessions_within(first_day: date, last_day: date) -> list[Session]:
    """The sessions of these New York days, both included, since 1990. Raises HistoryError where there are none."""
    if first_day > last_day:
        raise HistoryError(f"the first day, {first_day}, is after the last, {last_day}")
    if last_day < KNOWN_SINCE:
        raise HistoryError(
            f"the calendar of the exchange begins on {KNOWN_SINCE}, and the last day asked for is {last_day}: "
            "ask for later days"
        )
    sessions = sessions_between(first_day, last_day)
    if not sessions:
        raise HistoryError(f"the market was closed from {first_day} to {last_day}")
    return sessions


def warm_rows(timeframe: str, warmup: int) -> int:
    """How many stored bars hold that many bars of a timeframe, even where each of them is all that printed in it."""
    return warmup if timeframe == "1Day" else warmup * MINUTES[timeframe]


def warm_since_dense(first: Session, timeframe: str, warmup: int) -> datetime:
    """Return from when on bars of a stock that trades every minute are needed: from then on a broker is asked."""
    back = warmup if timeframe == "1Day" else -(-warmup * MINUTES[timeframe] // REGULAR_MINUTES)
    return midnight(sessions_back(first.open - timedelta(seconds=1), back + SPARE_SESSIONS)[0].day)


def history_counted(history: History, timeframe: str, warmup: int) -> History:
    """The history with how many bars of it lie before its first session, of symbols where they are too few.

    Their first bar is the first that is known.
    """
    short = {}
    found = dict(history.days or history.bars)
    for symbol, bars in found.items():
        looked_at = history.looked_at(symbol, timeframe)
        have = int(np.searchsorted(looked_at.session, history.sessions[0].day.toordinal()))
        if have < warmup:
            short[symbol] = have
            found[symbol] = replace(bars, from_first=True)
    return replace(history, days=found, short=short) if history.days else replace(history, bars=found, short=short)


def midnight(day: date) -> datetime:
    """Before every bar of that day, and after all of the day before: sessions lie within a day of UTC."""
    return datetime.combine(day, time(), UTC)
