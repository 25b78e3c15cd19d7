"""Bars in files, one symbol a file, read with suspicion.

A file is taken whole or not at all: every fault is named with the option that would take it, nothing is repaired.
Understood without a word are times with an offset or counted since 1970, days, and the columns of known vendors
(barformats); what a file leaves open is asked for.
"""

import gzip
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from engine.core.config import SYMBOL
from engine.core.schedule import NEW_YORK
from engine.core.timeframes import SECONDS
from engine.core.types import Bars
from marketdata.barcheck import plausible_check, prices_check, times_check, too_large_check, too_small_check
from marketdata.barcolumns import columns_find, numbers_read
from marketdata.barformats import FORMATS, PRICES, Format, Reading, format_recognise
from marketdata.barsessions import (
    clock_fault,
    ends_as_starts,
    grid_fault,
    hours_of,
    in_session,
    sessions_of,
    stamp_fault,
    step_fault,
    zone_options,
)
from marketdata.bartables import BarFileError, Table, table_read
from marketdata.bartimes import Times, days_of, joined, seconds_of, starts_read

__all__ = ["BarFile", "BarFileError", "bar_file_read", "bar_files", "bars_read", "bars_write", "file_symbol"]

SUFFIXES = (".csv", ".csv.gz", ".csv.zip", ".zip", ".parquet")
# Of one file that is named; in a folder it may be somebody's notes.
NAMED_SUFFIXES = (*SUFFIXES, ".txt", ".txt.gz", ".pq")
LEAN_ENTRY = re.compile(r"\d{8}_([a-z0-9.]+)_\w+_trade\.csv", re.IGNORECASE)
AS_FOUND = Reading()
CALENDAR_BEGINS = date(1990, 1, 1).toordinal()
OPTIONS_ARE = "these options are import_bars': import it with them, and export_bars writes a file that needs none"


@dataclass(frozen=True)
class BarFile:
    """A file that was read: its bars, how many lay outside the regular session, and what was understood."""

    bars: Bars
    left_out: int
    notes: tuple[str, ...]


def bar_paths(folder: Path) -> list[Path]:
    """The files of a folder that may hold bars. Raises BarFileError where there are none."""
    if not folder.is_dir():
        raise BarFileError(folder, ["there is no such folder; it holds one SYMBOL.csv, .csv.gz or .parquet each"])
    paths = [path for path in sorted(folder.iterdir()) if path.name.lower().endswith(SUFFIXES)]
    if not paths:
        raise BarFileError(folder, ["it holds no SYMBOL.csv, SYMBOL.csv.gz or SYMBOL.parquet"])
    return paths


def bar_files(folder: Path) -> dict[str, Path]:
    """The files of a folder by the symbol they are named after. Raises BarFileError."""
    found: dict[str, Path] = {}
    for path in bar_paths(folder):
        try:
            symbol = file_symbol(path)
        except BarFileError:
            if path.name.lower().endswith(".zip"):
                # Somebody's archive, not a symbol's bars.
                continue
            raise
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
    for suffix in sorted(NAMED_SUFFIXES, key=len, reverse=True):
        if name.endswith(suffix):
            symbol = path.name[: -len(suffix)].upper()
            if SYMBOL.fullmatch(symbol):
                return symbol
            raise BarFileError(path, [f"{symbol!r} is not a stock symbol; name the file after one, or say --symbol"])
    raise BarFileError(path, [f"it is none of {', '.join(NAMED_SUFFIXES)}"])


def bars_read(path: Path, timeframe: str, symbol: str | None = None) -> Bars:
    """The bars of one file, minutes of the regular session or days. Raises BarFileError naming every fault."""
    try:
        return bar_file_read(path, timeframe, symbol).bars
    except BarFileError as error:
        if not any(" --" in problem for problem in error.problems):
            raise
        problems = [problem.removeprefix(f"{path.name}: ") for problem in error.problems]
        raise BarFileError(path, [*problems, OPTIONS_ARE]) from error


def bar_file_read(path: Path, timeframe: str, symbol: str | None = None, reading: Reading = AS_FOUND) -> BarFile:
    """The same with what was understood. Bars outside the regular session are left out: nobody trades on them here."""
    if not path.name.lower().endswith(NAMED_SUFFIXES):
        raise BarFileError(path, [f"it is none of {', '.join(NAMED_SUFFIXES)}"])
    table = table_read(path, reading.format, reading.header)
    vendor = FORMATS[reading.format] if reading.format else format_recognise([str(name) for name in table.frame])
    symbol = symbol or _lean_symbol(table) or file_symbol(path)
    notes = [f"read as {vendor.name} ({vendor.title})"] if vendor else []
    notes += [vendor.remark] if vendor and vendor.remark else []
    rows = np.arange(len(table.frame)) + table.first_row
    columns = columns_find(table, timeframe, reading, path, notes)
    frame, rows = _of_symbol(table.frame, columns, symbol, reading, rows, path, notes)
    if frame.empty:
        raise BarFileError(path, ["it holds no bars"])
    found = Times(rows, notes)
    start = _starts(frame, columns, timeframe, reading, vendor, found, table.entry)
    numbers, scaled = numbers_read(frame, columns, reading, vendor, found)
    if start is not None and len(start) > 1 and (np.diff(start) <= 0).all() and (np.diff(start) < 0).any():
        notes.append("newest first: sorted")
        start, rows = start[::-1], rows[::-1]
        numbers = {name: values[::-1] for name, values in numbers.items()}
    problems = found.problems
    if start is not None and not problems:
        start = _stepped(start, numbers["volume"], timeframe, reading, vendor, found)
    if start is not None:
        problems += times_check(start, timeframe, rows)
    problems += [*prices_check(**numbers, rows=rows), *too_small_check(numbers, rows)]
    if not problems and not scaled:
        problems += plausible_check(symbol, numbers["open"], numbers["close"], rows)
    problems += [] if problems else too_large_check(numbers, rows)
    if problems or start is None:
        raise BarFileError(path, problems)
    return _bars(symbol, timeframe, start, numbers, rows, path, notes)


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


def _lean_symbol(table: Table) -> str | None:
    named = LEAN_ENTRY.fullmatch(table.entry)
    return named[1].upper() if named else None


def _of_symbol(
    frame: pd.DataFrame,
    columns: Mapping[str, str],
    symbol: str,
    reading: Reading,
    rows: np.ndarray,
    path: Path,
    notes: list[str],
) -> tuple[pd.DataFrame, np.ndarray]:
    if "symbol" not in columns:
        return frame, rows
    # Stooq writes AAPL.US.
    named = frame[columns["symbol"]].astype(str).str.upper().str.replace(r"\.US$", "", regex=True)
    others = sorted(set(named) - {symbol})
    if not others:
        return frame, rows
    if not reading.select or not (named == symbol).any():
        taken = symbol if (named == symbol).any() else others[0]
        some = f"; --symbol {taken} takes those of {taken}"
        raise BarFileError(path, [f"it holds bars of {', '.join(others[:5])}, not only of {symbol}{some}"])
    wanted = (named == symbol).to_numpy()
    notes.append(f"{int((~wanted).sum()):,} rows of {len(others):,} other symbols are left out")
    return frame[wanted], rows[wanted]


def _starts(
    frame: pd.DataFrame,
    columns: Mapping[str, str],
    timeframe: str,
    reading: Reading,
    vendor: Format | None,
    found: Times,
    entry: str,
) -> np.ndarray | None:
    """Seconds since the epoch as the file has them, whatever they stamp; None, and why, where they cannot be told."""
    if "timestamp" in columns:
        column = frame[columns["timestamp"]]
    elif "time" in columns and timeframe != "1Day":
        column = joined(frame[columns["date"]], frame[columns["time"]])
    else:
        column = frame[columns["date"]]
    stamps = starts_read(column, timeframe, reading, vendor, found, entry)
    if stamps is None:
        return None
    if timeframe == "1Day":
        seen = np.asarray(stamps.dt.tz_localize(None).dt.as_unit("s").astype("int64"))
        if fault := step_fault(seen, timeframe):
            found.problems.append(fault)
            return None
        return seconds_of(days_of(stamps).dt.tz_localize(NEW_YORK))
    if stamps.dt.tz is None:
        naive = seconds_of(stamps.dt.tz_localize("UTC"))
        found.problems.append(
            step_fault(naive, timeframe)
            or f"row {found.rows[0]}: {str(column.iloc[0])!r} has no time zone; {zone_options(stamps.sort_values())}"
        )
        return None
    return seconds_of(stamps)


def _stepped(
    start: np.ndarray,
    volume: np.ndarray,
    timeframe: str,
    reading: Reading,
    vendor: Format | None,
    found: Times,
) -> np.ndarray | None:
    """The starts of the bars, after a look at their step and at what their times stamp; None for a wrong step."""
    if timeframe == "1Day":
        return start
    if fault := step_fault(start, timeframe):
        found.problems.append(fault)
        return None
    stamp = reading.stamp or (vendor.stamp if vendor else "")
    if stamp == "end":
        found.notes.append("each time is the end of its bar")
        return ends_as_starts(start, timeframe)
    if not reading.stamp and (fault := stamp_fault(start, volume, timeframe)):
        found.problems.append(fault)
    return start


def _bars(
    symbol: str,
    timeframe: str,
    start: np.ndarray,
    numbers: Mapping[str, np.ndarray],
    rows: np.ndarray,
    path: Path,
    notes: Iterable[str],
) -> BarFile:
    ordinals, sessions = sessions_of(start)
    opens, closes = hours_of(ordinals, sessions)
    inside = ordinals >= CALENDAR_BEGINS
    early = int(len(start) - inside.sum())
    if early:
        notes = [*notes, f"{early:,} bars are of before 1990, where the calendar of the exchange begins: left out"]
    if timeframe == "1Day":
        closed = [int(day) for day in np.unique(ordinals[inside]) if int(day) not in sessions]
        if closed:
            raise BarFileError(
                path, [f"the market was closed on {datetime.fromordinal(day):%Y-%m-%d}" for day in closed]
            )
        end = closes
    else:
        inside = in_session(start, ordinals, sessions)
        if fault := clock_fault(start, inside):
            raise BarFileError(path, [fault])
        if off := grid_fault(start[inside], timeframe, opens[inside], rows[inside]):
            raise BarFileError(path, off)
        end = np.minimum(start + SECONDS[timeframe], closes)
    columns = (numbers[name][inside] for name in PRICES)
    bars = Bars(symbol, timeframe, start[inside], end[inside], ordinals[inside], *columns)
    return BarFile(bars, len(start) - early - len(bars), tuple(notes))
