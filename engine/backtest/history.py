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
# New York time, at which the regular session has begun since 1985.
USUAL_OPEN = time(9, 30)
# The first session of the calendar.
KNOWN_SINCE = date(1990, 1, 2)
# What a result is compared with.
BENCHMARK = "SPY"


class HistoryError(ValueError):
    """The bars do not hold what was asked for; the text says what is missing and what there is."""


@dataclass(frozen=True)
class History:
    """The bars and sessions of a backtest.

    Attributes:
        bars: By symbol, 1Min or 1Day bars, oldest first, warm-up included; orders fill at their prices.
        sessions: The sessions traded in, oldest first.
        known: Every session that any bar belongs to, by the ordinal of its day.
        benchmark: Bars of SPY, to compare with; None where there are none.
        short: By symbol, how many bars lie before the first session, for symbols whose indicators need more.
        days: By symbol, the daily bars a bot looks at where the minutes are known; `bars` are then these minutes.
        asked_from: The first day that was asked for, where that is known.
        missing: By symbol, the days of the sessions it has no bar of.
        no_minutes: Which minutes are missing, in words, where `bars` are days.
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
        """Return the bars of a timeframe; a long bar ends at its time, whether or not its last minutes traded."""
        if symbol in self.days:
            return self.days[symbol]
        return bars_resample(self.bars[symbol], timeframe, self.known, self.last.timestamp())

    @property
    def first(self) -> datetime:
        """Return the open of the first session."""
        return self.sessions[0].open

    @property
    def last(self) -> datetime:
        """Return the close of the last session."""
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
    """Read the bars of the sessions of [first_day, last_day], and of the warm-up before them, from one file a symbol.

    Args:
        folder: The files, daily or of minutes; a bot on daily bars may be given minutes alone.
        symbols: The bot's symbols.
        timeframe: The bot's timeframe.
        first_day: The first New York day.
        last_day: The last New York day, included.
        warmup: How many bars of the timeframe the indicators need before the first session.
        minutes: Another folder, with minutes of the days a bot on daily bars trades in.

    Raises:
        HistoryError: The files do not hold what was asked for.
        BarFileError: A file cannot be trusted.
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
            # It begins with the first bar of its session, so that longer bars are whole.
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
    """Make a history of these bars, traded in these sessions.

    Raises:
        HistoryError: The bars do not reach over the sessions.
    """
    if fault := reach_fault(bars, sessions):
        raise HistoryError(fault)
    ordinals = {int(day) for series in bars.values() for day in np.unique(series.session)}
    known = sessions_by_ordinal(sorted(ordinals))
    from_open = {symbol: _from_open(series, known) for symbol, series in bars.items()}
    return History(_share_times(from_open), tuple(sessions), known, missing=sessions_missing(bars, sessions))


def _from_open(bars: Bars, known: Mapping[int, Session]) -> Bars:
    """Let daily bars start at the open, where their first price is from: they are stored as of midnight."""
    if bars.timeframe != "1Day":
        return bars
    opens = np.array([int(known[int(day)].open.timestamp()) for day in bars.session], dtype=np.int64)
    return replace(bars, start=opens)


def history_with_minutes(history: History, minutes: Mapping[str, Bars]) -> History:
    """Let a history of days fill at these minutes, if they are known for every one of its sessions."""
    if missing := minutes_missing(minutes, history.bars, history.sessions, history.missing):
        return replace(history, no_minutes=missing)
    fills = _share_times({symbol: minutes[symbol] for symbol in history.bars})
    return replace(history, bars=fills, days=history.bars, no_minutes="")


def _base_read(path: Path, timeframe: str, symbol: str) -> Bars:
    """Read the bars of a file; for a bot on daily bars it may hold minutes, too."""
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
    """Share the arrays of times among symbols whose bars have the same times.

    This takes less memory, and equal times are known by one look at the arrays.
    """
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
    """Add bars to compare with to a history, if they reach from its first to its last session."""
    days = set(np.unique(benchmark.session).tolist()) if benchmark is not None else set()
    reaches = {history.sessions[place].day.toordinal() for place in (0, -1)} <= days
    return replace(history, benchmark=benchmark) if reaches else history


def base_timeframe(timeframe: str) -> str:
    """Return the timeframe of the stored bars that a bot's bars are made of."""
    return "1Day" if timeframe == "1Day" else "1Min"


def looks_late(config: BotConfig) -> bool:
    """Return whether a bot first looks after the usual open, so that the day's open is not a price it can get."""
    return config.window_start > USUAL_OPEN


def sessions_within(first_day: date, last_day: date) -> list[Session]:
    """Return the sessions of these New York days, both included, since 1990.

    Raises:
        HistoryError: There are no sessions on these days.
    """
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
    """Return how many stored bars surely hold `warmup` bars of a timeframe, however many minutes each was made of."""
    return warmup if timeframe == "1Day" else warmup * MINUTES[timeframe]


def warm_since_dense(first: Session, timeframe: str, warmup: int) -> datetime:
    """Return from when on a stock that trades every minute needs bars; a broker is asked for bars from then on."""
    back = warmup if timeframe == "1Day" else -(-warmup * MINUTES[timeframe] // REGULAR_MINUTES)
    return midnight(sessions_back(first.open - timedelta(seconds=1), back + SPARE_SESSIONS)[0].day)


def history_counted(history: History, timeframe: str, warmup: int) -> History:
    """Note in a history which symbols have fewer bars before its first session than the indicators need.

    The first bar of such a symbol is taken as the first that is known.

    Args:
        history: The history.
        timeframe: The bot's timeframe.
        warmup: How many bars of the timeframe the indicators need.
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
    """Return the UTC midnight that begins a day: sessions lie within a day of UTC, so no bar of them spans it."""
    return datetime.combine(day, time(), UTC)
