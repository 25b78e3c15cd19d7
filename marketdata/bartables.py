"""The rows of a file of bars as it has them: CSV by any separator, Parquet, plain, gzipped or zipped."""

import gzip
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePath

import pandas as pd

from marketdata.barformats import FORMATS, NAMES, PRICES, column_plain, formats_of_line

PROBLEMS_SHOWN = 20
SEPARATORS = (";", "\t", "|", ",")
KNOWN = {name for names in NAMES.values() for name in names}


class BarFileError(ValueError):
    """The file cannot be trusted. problems: what is wrong, each with its row and value, and what would be right."""

    def __init__(self, path: Path, problems: Iterable[str]) -> None:
        found = list(problems)
        more = len(found) - PROBLEMS_SHOWN
        shown = found[:PROBLEMS_SHOWN] + ([f"and {more} more"] if more > 0 else [])
        self.problems = [f"{path.name}: {problem}" for problem in shown]
        super().__init__("; ".join(self.problems))


@dataclass(frozen=True)
class Table:
    """frame: the columns as they are named in the file; of CSV all text, of Parquet typed
    first_row: the number of the first row of values, as an editor shows it
    entry: the name of the file in the zip, else the file's
    """

    frame: pd.DataFrame
    first_row: int
    entry: str


def table_read(path: Path, format_name: str = "", header: tuple[str, ...] = ()) -> Table:
    """The rows of a file. Raises BarFileError where it cannot be read, or has no column names and no format."""
    data, entry = _unpacked(path)
    try:
        if entry.lower().endswith((".parquet", ".pq")):
            return Table(_indexed(pd.read_parquet(io.BytesIO(data))), 2, entry)
        return _csv(_text(data), path, entry, format_name, header)
    except (ValueError, EOFError, LookupError, OSError) as error:
        if isinstance(error, BarFileError):
            raise
        raise BarFileError(path, [f"it cannot be read: {error}"]) from error


def _unpacked(path: Path) -> tuple[bytes, str]:
    try:
        data = path.read_bytes()
        name = path.name
        if name.lower().endswith(".zip"):
            with zipfile.ZipFile(io.BytesIO(data)) as packed:
                names = [entry for entry in packed.namelist() if not _is_clutter(entry)]
                if len(names) != 1:
                    raise BarFileError(path, [f"the zip holds {len(names)} files; unpack it and name those wanted"])
                data, name = packed.read(names[0]), PurePath(names[0]).name
        if name.lower().endswith(".gz"):
            data, name = gzip.decompress(data), name[:-3]
    except (zlib.error, EOFError, gzip.BadGzipFile) as error:
        kind = "zip" if path.name.lower().endswith(".zip") else "gzip"
        raise BarFileError(path, [f"it cannot be read: its {kind} is damaged ({error}); fetch it again"]) from error
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise BarFileError(path, [f"it cannot be read as a zip: {error}"]) from error
    except OSError as error:
        raise BarFileError(path, [f"it cannot be read: {error.strerror or error}"]) from error
    return data, name


def _is_clutter(entry: str) -> bool:
    return entry.endswith("/") or "__MACOSX" in entry or PurePath(entry).name.startswith(".")


def _text(data: bytes) -> str:
    # MetaTrader writes UTF-16.
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    return data.decode(encoding)


def _csv(text: str, path: Path, entry: str, format_name: str, header: tuple[str, ...]) -> Table:
    lines = text.splitlines()
    first = lines[0] if lines else ""
    separator = max(SEPARATORS, key=first.count)
    cells = [cell.strip().strip('"') for cell in first.split(separator)]
    columns: list[str] | None = None
    skipped = 1
    if twice := sorted({cell for cell in cells if cell and cells.count(cell) > 1 and column_plain(cell) in KNOWN}):
        raise BarFileError(path, [f"the column {', '.join(twice)} is there twice; name each once"])
    if header:
        if _are_names(cells) or len(header) != len(cells):
            there = "names its columns" if _are_names(cells) else f"has {len(cells)} columns, not {len(header)}"
            raise BarFileError(path, [f"row 1 {there}; --columns NAME=COLUMN,... is for files with names"])
        columns = [f"column {place + 1}" if name == "-" else name for place, name in enumerate(header)]
    elif format_name and FORMATS[format_name].header:
        columns = None if _are_names(cells) else _header_of(format_name, len(cells), path)
    elif not _are_names(cells) and re.match(r"[\d.]+[\d/:. \-T]*(Z|[+-]\d\d:?\d\d)?$", cells[0]) and len(cells) > 4:
        takes = [f"--format {name}" for name in formats_of_line(first)] or [f"--columns {_guessed(cells)}"]
        some = f"{' or '.join(takes)} take{'' if takes[1:] else 's'} it"
        raise BarFileError(path, [f"it has no column names; {some}"])
    elif cells[0] == "Price" and len(lines) > 2 and lines[1].startswith("Ticker" + separator):
        # What yfinance's download() writes: three lines of names.
        columns, skipped = [lines[2].split(separator)[0], *cells[1:]], 3
        if others := sorted(set(lines[1].split(separator)[1:])):
            columns.append("Ticker")
            if len(others) > 1:
                raise BarFileError(path, [f"it holds columns of {', '.join(others)}; download one symbol a file"])
    behind = lines[skipped].rstrip(separator).split(separator) if len(lines) > skipped else []
    if len(behind) > len(cells) and '"' not in lines[skipped]:
        raise BarFileError(path, [f"row {skipped + 1} has {len(behind)} values, but there are {len(cells)} columns"])
    with warnings.catch_warnings():
        # pandas drops what is beyond the last name with no more than a warning.
        warnings.simplefilter("error", pd.errors.ParserWarning)
        try:
            frame = pd.read_csv(
                io.StringIO(text),
                sep=separator,
                dtype=str,
                keep_default_na=False,
                skipinitialspace=True,
                header=None if columns else 0,
                names=columns,
                skiprows=skipped if columns and skipped > 1 else 0,
                index_col=False,
            )
        except pd.errors.ParserWarning as error:
            raise BarFileError(path, ["rows have more values than there are columns"]) from error
    if columns and skipped > 1:
        frame["Ticker"] = lines[1].split(separator)[1]
    if len(frame) and str(frame.iloc[-1, 0]).startswith("Downloaded from"):
        frame = frame.iloc[:-1]
    return Table(frame, (skipped + 1) if not columns or skipped > 1 else 1, entry)


def _are_names(cells: list[str]) -> bool:
    return any(column_plain(cell) in KNOWN for cell in cells)


def _guessed(cells: list[str]) -> str:
    """The columns of a file without names in the usual order: times first, then prices and volume."""
    times = ["date", "time"] if re.fullmatch(r"\d{1,2}:?\d\d(:?\d\d)?", cells[1]) else ["timestamp"]
    names = [*times, *PRICES]
    return ",".join([*names, *("-" for _ in cells[len(names) :])][: max(len(cells), len(names))])


def _header_of(format_name: str, count: int, path: Path) -> list[str]:
    for header in FORMATS[format_name].header:
        if len(header) == count:
            return list(header)
    wanted = " or ".join(str(len(header)) for header in FORMATS[format_name].header)
    raise BarFileError(path, [f"row 1 has {count} columns, but --format {format_name} has {wanted}"])


def _indexed(frame: pd.DataFrame) -> pd.DataFrame:
    """pandas keeps times and symbols in the index: they become columns."""
    if frame.index.nlevels > 1 or frame.index.name is not None:
        return frame.reset_index()
    if isinstance(frame.index, pd.DatetimeIndex):
        return frame.rename_axis("timestamp").reset_index()
    return frame
