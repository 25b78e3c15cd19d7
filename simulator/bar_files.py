"""Files of minute bars: SYMBOL.csv, SYMBOL.csv.gz or SYMBOL.parquet, with the columns below."""

import csv
import gzip
import logging
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from simulator.market import BarSeries

COLUMNS = ["timestamp", "open", "high", "low", "close", "volume"]
SUFFIXES = (".csv", ".csv.gz", ".parquet")
logger = logging.getLogger(__name__)


class ReplayError(ValueError):
    """The folder cannot be replayed; the text says why."""


def bar_files(folder: Path) -> dict[str, Path]:
    """The files by symbol, their columns checked. Raises ReplayError."""
    if not folder.is_dir():
        raise ReplayError(
            f"--replay {folder}: there is no such folder; it holds one SYMBOL.csv, .csv.gz or .parquet each."
        )
    paths = {
        path.name.split(".")[0].upper(): path
        for path in sorted(folder.iterdir())
        if path.name.lower().endswith(SUFFIXES)
    }
    if not paths:
        raise ReplayError(f"--replay {folder}: it holds no SYMBOL.csv, SYMBOL.csv.gz or SYMBOL.parquet.")
    for path in paths.values():
        _check_columns(path)
    return paths


def read_bars(path: Path) -> BarSeries:
    """All bars of a file in ascending time; a row that is no bar is left out and said so."""
    rows: dict[int, tuple[float, float, float, float, float]] = {}
    for number, line in _lines(path):
        try:
            rows[_start(line[0])] = _prices(line)
        except (TypeError, ValueError, IndexError):
            logger.warning("%s row %d is not a bar: %s", path.name, number, ",".join(map(str, line))[:80])
    starts = sorted(rows)
    table = np.array([rows[start] for start in starts], np.float64).reshape(-1, 5)
    opens, highs, lows, closes, volumes = table.T.copy()
    return BarSeries(np.array(starts, np.int64), opens, highs, lows, closes, volumes.astype(np.int64))


def _check_columns(path: Path) -> None:
    try:
        header = _header(path)
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise ReplayError(f"--replay: {path.name} cannot be read: {error}") from error
    if [column.strip().lower() for column in header] != COLUMNS:
        raise ReplayError(
            f"--replay: the columns of {path.name} were {','.join(header)}; they must be {','.join(COLUMNS)}."
        )


def _header(path: Path) -> list[str]:
    if path.suffix == ".parquet":
        # Only who replays Parquet pays for the library.
        from pyarrow import parquet

        return list(parquet.read_schema(path).names)
    with _opened(path) as file:
        return next(csv.reader(file), [])


def _lines(path: Path) -> Iterator[tuple[int, Sequence[Any]]]:
    """(row number, its values)."""
    if path.suffix == ".parquet":
        from pyarrow import parquet

        columns = parquet.read_table(path).to_pydict()
        yield from enumerate(zip(*(columns[name] for name in columns), strict=True), start=1)
        return
    with _opened(path) as file:
        reader = csv.reader(file)
        next(reader)
        for line in reader:
            yield reader.line_num, line


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    with gzip.open(path, "rt", newline="") if path.suffix == ".gz" else path.open(newline="") as file:
        yield file


def _start(value: Any) -> int:
    """Seconds since the epoch; a time without a zone is UTC."""
    at = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp())


def _prices(line: Sequence[Any]) -> tuple[float, float, float, float, float]:
    first, high, low, last, volume = (float(value) for value in line[1:6])
    # Also false for a price that is not a number.
    if not (0 < low <= min(first, last) <= max(first, last) <= high < math.inf and 0 <= volume < math.inf):
        raise ValueError("not a bar")
    return first, high, low, last, volume
