"""Bars in files: CSV (plain or gzipped) and Parquet, one symbol a file, read with suspicion.

Columns: timestamp (start of the bar, with its zone; of daily bars `date` will do), open, high, low, close, volume.
Prices in dollars. A file is taken whole or not at all: every fault is named, nothing is repaired.
"""

import gzip
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, time
from pathlib import Path

import numpy as np
import pandas as pd

from engine.core.config import SYMBOL
from engine.core.schedule import NEW_YORK
from engine.core.types import Bars, Session
from marketdata.barcheck import prices_check, times_check
from marketdata.calendar import sessions_by_ordinal

SUFFIXES = (".csv", ".csv.gz", ".parquet")
PRICES = ("open", "high", "low", "close", "volume")
PROBLEMS_SHOWN = 20
MINUTE = 60
# Fewer bars say too little about their clock; of more than CLOCK_BARS the first are enough.
TELLING = 30
CLOCK_BARS = 20_000
OPENING = 5 * MINUTE


class BarFileError(ValueError):
    """The file cannot be trusted. problems: what is wrong, each with its row and value, and what would be right."""

    def __init__(self, path: Path, problems: Iterable[str]) -> None:
        found = list(problems)
        more = len(found) - PROBLEMS_SHOWN
        shown = found[:PROBLEMS_SHOWN] + ([f"and {more} more"] if more > 0 else [])
        self.problems = [f"{path.name}: {problem}" for problem in shown]
        super().__init__("; ".join(self.problems))


def bar_files(folder: Path) -> dict[str, Path]:
    """The files of a folder by the symbol they are named after. Raises BarFileError."""
    if not folder.is_dir():
        raise BarFileError(folder, ["there is no such folder; it holds one SYMBOL.csv, .csv.gz or .parquet each"])
    paths = [path for path in sorted(folder.iterdir()) if path.name.lower().endswith(SUFFIXES)]
    if not paths:
        raise BarFileError(folder, ["it holds no SYMBOL.csv, SYMBOL.csv.gz or SYMBOL.parquet"])
    found: dict[str, Path] = {}
    for path in paths:
        symbol = file_symbol(path)
        if symbol in found:
            raise BarFileError(folder, [f"{found[symbol].name} and {path.name} are both of {symbol}; keep one"])
        found[symbol] = path
    return found


def file_symbol(path: Path) -> str:
    """The symbol a file is named after. Raises BarFileError.

    >>> file_symbol(Path("brk.b.csv.gz"))
    'BRK.B'
    """
    name = path.name.lower()
    for suffix in sorted(SUFFIXES, key=len, reverse=True):
        if name.endswith(suffix):
            symbol = path.name[: -len(suffix)].upper()
            if SYMBOL.fullmatch(symbol):
                return symbol
            raise BarFileError(path, [f"{symbol!r} is not a stock symbol; name the file after one, or say --symbol"])
    raise BarFileError(path, [f"it is none of {', '.join(SUFFIXES)}"])


def bars_read(path: Path, timeframe: str, symbol: str | None = None) -> Bars:
    """The bars of one file, minutes of the regular session or days. Raises BarFileError naming every fault."""
    return bar_file_read(path, timeframe, symbol)[0]


def bar_file_read(path: Path, timeframe: str, symbol: str | None = None) -> tuple[Bars, int]:
    """The same, and how many minutes outside the regular session were left out: nobody trades on them here."""
    symbol = symbol or file_symbol(path)
    frame = _frame(path)
    times = "date" if timeframe == "1Day" and "timestamp" not in frame else "timestamp"
    missing = [name for name in (times, *PRICES) if name not in frame]
    if missing:
        there = ", ".join(map(str, frame.columns)) or "none"
        raise BarFileError(path, [f"the columns {', '.join(missing)} are missing; there are {there}"])
    if "symbol" in frame and (others := sorted(set(frame["symbol"].astype(str).str.upper()) - {symbol})):
        raise BarFileError(path, [f"it holds bars of {', '.join(others[:5])}, not only of {symbol}"])
    if frame.empty:
        raise BarFileError(path, ["it holds no bars"])
    problems: list[str] = []
    start = _starts(frame[times], timeframe, problems)
    numbers = {name: _numbers(frame[name], name, problems) for name in PRICES}
    if start is not None:
        problems += times_check(start, timeframe)
    problems += prices_check(**numbers)
    if problems or start is None:
        raise BarFileError(path, problems)
    bars = _bars(symbol, timeframe, start, numbers, path)
    return bars, len(start) - len(bars)


def bars_write(bars: Bars, path: Path) -> None:
    """Write a file `bars_read` reads; the same bars always make the same bytes."""
    stamps = [_text(int(start), bars.timeframe) for start in bars.start]
    frame = pd.DataFrame({"timestamp": stamps} | {name: getattr(bars, name) for name in PRICES})
    if (frame["volume"] == frame["volume"].round()).all():
        frame["volume"] = frame["volume"].astype("int64")
    if path.name.endswith(".parquet"):
        frame.to_parquet(path, index=False)
        return
    text = frame.to_csv(index=False, lineterminator="\n")
    path.write_bytes(gzip.compress(text.encode(), mtime=0) if path.name.endswith(".gz") else text.encode())


def _text(start: int, timeframe: str) -> str:
    at = pd.Timestamp(start, unit="s", tz="UTC")
    return at.tz_convert(NEW_YORK).strftime("%Y-%m-%d") if timeframe == "1Day" else at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _frame(path: Path) -> pd.DataFrame:
    readers: dict[str, Callable[[bytes], pd.DataFrame]] = {
        ".parquet": lambda data: pd.read_parquet(io.BytesIO(data)),
        ".gz": lambda data: _csv(gzip.decompress(data)),
        ".csv": _csv,
    }
    try:
        frame = readers[path.suffix.lower()](path.read_bytes())
    except OSError as error:
        raise BarFileError(path, [f"it cannot be read: {error.strerror or error}"]) from error
    except (ValueError, EOFError, LookupError) as error:
        raise BarFileError(path, [f"it cannot be read: {error}"]) from error
    frame.columns = [str(name).strip().lower() for name in frame.columns]
    return frame


def _csv(data: bytes) -> pd.DataFrame:
    # As text first: a number that is none must be shown as it was written.
    return pd.read_csv(io.BytesIO(data), dtype=str, keep_default_na=False, skipinitialspace=True)


def _numbers(column: "pd.Series[str]", name: str, problems: list[str]) -> np.ndarray:
    numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64)
    wrong = np.flatnonzero(~np.isfinite(numbers))
    problems += [f"row {place + 2}: {name} was {str(column.iloc[place])!r}, not a number" for place in wrong.tolist()]
    return numbers


def _starts(column: "pd.Series[str]", timeframe: str, problems: list[str]) -> np.ndarray | None:
    """Seconds since the epoch; None, and why, where they cannot be told."""
    try:
        stamps = pd.to_datetime(column, format="ISO8601" if column.dtype == object else None)
    except (ValueError, TypeError):
        stamps = None
    if stamps is None or not isinstance(stamps.dtype, pd.DatetimeTZDtype | np.dtype) or stamps.isna().any():
        wrong = [place for place, text in enumerate(column) if not _is_time(text)]
        problems += [f"row {place + 2}: {str(column.iloc[place])!r} is not a time" for place in wrong] or [
            "the times are of several zones; write them all in UTC, as 2019-02-13T14:30:00Z"
        ]
        return None
    if timeframe == "1Day":
        return _seconds(_days(stamps).dt.tz_localize(NEW_YORK))
    if stamps.dt.tz is None:
        problems.append(
            f"row 2: {str(column.iloc[0])!r} has no time zone; write UTC, as 2019-02-13T14:30:00Z, "
            "or New York time with its offset, as 2019-02-13T09:30:00-05:00"
        )
        return None
    return _seconds(stamps)


def _days(stamps: "pd.Series[pd.Timestamp]") -> "pd.Series[pd.Timestamp]":
    """The days that daily bars are of, without a zone. Midnight UTC stands for its day, not for the evening before."""
    if stamps.dt.tz is not None:
        utc = stamps.dt.tz_convert("UTC")
        stamps = utc if (utc == utc.dt.normalize()).all() else stamps.dt.tz_convert(NEW_YORK)
    return stamps.dt.tz_localize(None).dt.normalize()


def _seconds(stamps: "pd.Series[pd.Timestamp]") -> np.ndarray:
    return np.asarray(stamps.dt.tz_convert("UTC").dt.as_unit("s").astype("int64"), dtype=np.int64)


def _is_time(text: object) -> bool:
    try:
        return not pd.isna(pd.Timestamp(text))
    except (ValueError, TypeError):
        return False


def _bars(symbol: str, timeframe: str, start: np.ndarray, numbers: dict[str, np.ndarray], path: Path) -> Bars:
    ordinals, sessions = _sessions(start)
    if timeframe == "1Day":
        closed = [int(day) for day in np.unique(ordinals) if int(day) not in sessions]
        if closed:
            raise BarFileError(
                path, [f"the market was closed on {datetime.fromordinal(day):%Y-%m-%d}" for day in closed]
            )
        end = np.array([int(sessions[int(day)].close.timestamp()) for day in ordinals], dtype=np.int64)
        inside = np.ones(len(start), dtype=np.bool_)
    else:
        inside = _in_session(start, ordinals, sessions)
        end = start + MINUTE
        if fault := _clock_fault(start, inside):
            raise BarFileError(path, [fault])
    columns = (numbers[name][inside] for name in PRICES)
    return Bars(symbol, timeframe, start[inside], end[inside], ordinals[inside], *columns)


def _sessions(start: np.ndarray) -> tuple[np.ndarray, dict[int, Session]]:
    """The ordinal of each bar's New York day, and the sessions of those days."""
    unique, place = np.unique(start // MINUTE, return_inverse=True)
    days = [datetime.fromtimestamp(at, NEW_YORK).date().toordinal() for at in (unique * MINUTE).tolist()]
    ordinals = np.array(days, dtype=np.int64)[place]
    return ordinals, sessions_by_ordinal([int(day) for day in np.unique(ordinals)])


def _in_session(start: np.ndarray, ordinals: np.ndarray, sessions: Mapping[int, Session]) -> np.ndarray:
    days, place = np.unique(ordinals, return_inverse=True)
    never = 1 << 62
    hours = [sessions.get(int(day)) for day in days]
    first = np.array([int(day.open.timestamp()) if day else never for day in hours], dtype=np.int64)[place]
    last = np.array([int(day.close.timestamp()) if day else 0 for day in hours], dtype=np.int64)[place]
    return np.asarray((first <= start) & (start < last))


def _clock_fault(start: np.ndarray, inside: np.ndarray) -> str:
    """What seems to be wrong with the zone of these minutes, empty when nothing does.

    Bars from before the open or after the close are common. But where all would lie in the session if only the clock
    were set otherwise, it is the clock that is wrong, and every bar would be taken for another minute's.
    """
    outside = int((~inside).sum())
    if outside and len(start) >= TELLING:
        looked_at = start[:CLOCK_BARS]
        for clock, moved in _other_clocks(looked_at):
            if _fill_sessions(moved):
                return (
                    f"{outside:,} of {len(start):,} bars lie outside the regular session, and all would lie in it if "
                    f"the times were {clock}: write them in UTC, as 2019-02-13T14:30:00Z for the open; "
                    "if they are, leave those out"
                )
    if inside.any():
        return ""
    first = datetime.fromtimestamp(int(start[0]), NEW_YORK)
    hint = "; it looks like New York time given as UTC" if time(4, 0) <= first.time() < time(5, 31) else ""
    return f"no bar lies in a regular session (the first is at {first:%Y-%m-%d %H:%M} New York time){hint}"


def _fill_sessions(start: np.ndarray) -> bool:
    """Whether all lie in sessions, most of which they begin with: a few trades of a thin symbol do not."""
    ordinals, sessions = _sessions(start)
    if not _in_session(start, ordinals, sessions).all():
        return False
    days, first = np.unique(ordinals, return_index=True)
    opens = np.array([sessions[int(day)].open.timestamp() for day in days])
    return bool(2 * (start[first] - opens < OPENING).sum() >= len(days))


def _other_clocks(start: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """How else the times might have been meant, in words, and the seconds since the epoch they would be then."""
    naive = pd.Series(pd.to_datetime(start, unit="s"))
    meant = naive.dt.tz_localize(NEW_YORK, ambiguous="NaT", nonexistent="NaT")
    if meant.notna().all():
        yield "New York's, and not UTC", _seconds(meant)
    for hours in sorted(range(-12, 13), key=abs)[1:]:
        yield f"{abs(hours)} h {'later' if hours > 0 else 'earlier'}", start + hours * 3600
