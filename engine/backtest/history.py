"""What a backtest looks at: bars with their warm-up, and the sessions in which it trades."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import numpy as np

from engine.core.timeframes import MINUTES, bars_resample, bars_slice
from engine.core.types import Bars, Session
from marketdata.barfiles import bar_files, bars_read
from marketdata.calendar import REGULAR_MINUTES, sessions_back, sessions_between, sessions_by_ordinal
from marketdata.selectors import bars_between, bars_since

TIMES = ("start", "end", "session")
SPARE_SESSIONS = 2
WEEK = timedelta(days=7)
# What a result is compared with.
BENCHMARK = "SPY"


class HistoryError(ValueError):
    """The bars do not hold what was asked for; the text says what is missing and what there is."""


@dataclass(frozen=True)
class History:
    """bars: by symbol, 1Min or 1Day, oldest first, warm-up included
    sessions: those traded in, oldest first; known: every session any bar is of, by the ordinal of its day
    benchmark: bars of SPY, to compare with; None where there are none
    short: by symbol, how many bars lie before the first session where indicators need more
    """

    bars: Mapping[str, Bars]
    sessions: tuple[Session, ...]
    known: Mapping[int, Session]
    benchmark: Bars | None = None
    short: Mapping[str, int] = field(default_factory=dict)

    @property
    def first(self) -> datetime:
        return self.sessions[0].open

    @property
    def last(self) -> datetime:
        return self.sessions[-1].close


def history_from_store(
    symbols: Sequence[str],
    timeframe: str,
    first_day: date,
    last_day: date,
    warmup: int,
    *,
    going_on: Callable[[], None] = lambda: None,
) -> History:
    """Bars this installation has stored, from the sessions of [first_day, last_day] and the warm-up before them.

    going_on: called before each symbol; may raise to end it
    Raises HistoryError where a symbol has no bars in one of the sessions.
    """
    sessions = sessions_within(first_day, last_day)
    base, until = base_timeframe(timeframe), sessions[-1].close
    found: dict[str, Bars] = {}
    for name in symbols:
        going_on()
        found[name] = bars_between(name, base, warm_since(name, timeframe, sessions[0], warmup), until)
    history = history_counted(history_make(found, sessions), timeframe, warmup)
    return history_compared(history, bars_between(BENCHMARK, base, _midnight(sessions[0].day - WEEK), until))


def history_from_folder(
    folder: Path, symbols: Sequence[str], timeframe: str, first_day: date, last_day: date, warmup: int
) -> History:
    """The same from files, one a symbol. Raises HistoryError, or BarFileError for a file that cannot be trusted."""
    sessions = sessions_within(first_day, last_day)
    rows = warm_rows(timeframe, warmup)
    files = bar_files(folder)
    missing = sorted(set(symbols) - files.keys())
    if missing:
        raise HistoryError(f"{folder} has no file of {', '.join(missing)}; it has {', '.join(sorted(files))}")
    found: dict[str, Bars] = {}
    for symbol in sorted({*symbols, BENCHMARK} & files.keys()):
        bars = bars_read(files[symbol], base_timeframe(timeframe), symbol)
        before, end = np.searchsorted(bars.session, (sessions[0].day.toordinal(), sessions[-1].day.toordinal() + 1))
        begin = max(0, int(before) - rows)
        if begin:
            # With the first bar of its session, so that longer bars are whole.
            begin = int(np.searchsorted(bars.session, bars.session[begin]))
        found[symbol] = bars_slice(bars, slice(begin, int(end)))
    history = history_make({symbol: found[symbol] for symbol in symbols}, sessions)
    return history_compared(history_counted(history, timeframe, warmup), found.get(BENCHMARK))


def history_make(bars: Mapping[str, Bars], sessions: Sequence[Session]) -> History:
    """A history of these bars, traded in these sessions. Raises HistoryError where the bars do not reach."""
    for symbol, series in bars.items():
        _check(symbol, series, sessions)
    ordinals = {int(day) for series in bars.values() for day in np.unique(series.session)}
    known = sessions_by_ordinal(sorted(ordinals))
    return History(_share_times(bars), tuple(sessions), known)


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


def sessions_within(first_day: date, last_day: date) -> list[Session]:
    """The sessions of these New York days, both included. Raises HistoryError where there are none."""
    if first_day > last_day:
        raise HistoryError(f"the first day, {first_day}, is after the last, {last_day}")
    sessions = sessions_between(first_day, last_day)
    if not sessions:
        raise HistoryError(f"the market was closed from {first_day} to {last_day}")
    return sessions


def warm_rows(timeframe: str, warmup: int) -> int:
    """How many stored bars hold that many bars of a timeframe, even where each of them is all that printed in it."""
    return warmup if timeframe == "1Day" else warmup * MINUTES[timeframe]


def warm_since(symbol: str, timeframe: str, first: Session, warmup: int) -> datetime:
    """From when on stored bars are needed for the indicators to count on the session's first tick.

    Bars are counted, not sessions: a thin stock trades in some of the minutes only.
    """
    rows = warm_rows(timeframe, warmup)
    since = bars_since(symbol, base_timeframe(timeframe), rows, _midnight(first.day))
    # With the first bar of its session, so that longer bars are whole.
    return _midnight(since.date())


def warm_since_dense(first: Session, timeframe: str, warmup: int) -> datetime:
    """The same of a stock that trades every minute: from when on a broker is asked."""
    back = warmup if timeframe == "1Day" else -(-warmup * MINUTES[timeframe] // REGULAR_MINUTES)
    return _midnight(sessions_back(first.open - timedelta(seconds=1), back + SPARE_SESSIONS)[0].day)


def history_counted(history: History, timeframe: str, warmup: int) -> History:
    """The history with how many bars of it lie before its first session, of symbols where they are too few.

    Their first bar is the first that is known.
    """
    short = {}
    found = dict(history.bars)
    for symbol, bars in history.bars.items():
        looked_at = bars_resample(bars, timeframe, history.known, history.last.timestamp())
        have = int(np.searchsorted(looked_at.session, history.sessions[0].day.toordinal()))
        if have < warmup:
            short[symbol] = have
            found[symbol] = replace(bars, from_first=True)
    return replace(history, bars=found, short=short)


def _midnight(day: date) -> datetime:
    """Before every bar of that day, and after all of the day before: sessions lie within a day of UTC."""
    return datetime.combine(day, time(), UTC)


def _check(symbol: str, bars: Bars, sessions: Sequence[Session]) -> None:
    if len(bars) == 0:
        raise HistoryError(
            f"{symbol} has no bars up to {sessions[-1].day}: "
            "import them with manage.py import_bars, or ask for fewer days"
        )
    first, last = (date.fromordinal(int(bars.session[place])) for place in (0, -1))
    # Only those near the days asked for are at hand: their other end is not where the bars end.
    if first > sessions[0].day:
        raise HistoryError(f"the bars of {symbol} begin on {first}, after {sessions[0].day}")
    if last < sessions[-1].day:
        raise HistoryError(f"the bars of {symbol} end on {last}, before {sessions[-1].day}")
    traded = set(np.unique(bars.session).tolist())
    missing = [session.day for session in sessions if session.day.toordinal() not in traded]
    if missing:
        shown = ", ".join(str(day) for day in missing[:5]) + (
            f" and {len(missing) - 5} more" if len(missing) > 5 else ""
        )
        raise HistoryError(f"{symbol} has no bars at all on {shown}: nothing is filled in")
