"""Which column of a file is which, and the numbers in them."""

import re
from collections.abc import Mapping
from pathlib import Path
from shlex import quote

import numpy as np
import pandas as pd

from engine.core.field_errors import nearest_word
from marketdata.barformats import NAMES, PRICES, Format, Reading, column_plain
from marketdata.bartables import BarFileError, Table
from marketdata.bartimes import Times

THOUSANDS = r"^-?\d{1,3}(?:,\d{3})+(?:\.\d+)?$"


def columns_find(table: Table, timeframe: str, reading: Reading, path: Path, notes: list[str]) -> dict[str, str]:
    """The file's column of each of ours. Raises BarFileError for what is missing, said wrongly or there twice."""
    there = [str(name) for name in table.frame.columns]
    problems = _said_wrongly(reading.columns, there)
    found = {name: column for name, column in reading.columns.items() if column in there}
    for name, wanted in NAMES.items():
        if name in found:
            notes.append(f"{name} from {found[name]!r}")
            continue
        for plain in wanted:
            same = [column for column in there if column_plain(column) == plain and column not in found.values()]
            if len(same) > 1:
                first = quote(f"{name}={same[0]}")
                both = " and ".join(map(repr, same))
                problems.append(f"{both} are both the {name}; --columns {first} takes the first")
            if same:
                found[name] = same[0]
                break
    if "date" not in found and "timestamp" not in found and "time" in found:
        found["timestamp"] = found.pop("time")
    missing = [name for name in PRICES if name not in found]
    if "timestamp" not in found and ("date" not in found or (timeframe != "1Day" and "time" not in found)):
        if "date" in found:
            found["timestamp"] = found["date"]
        else:
            missing.insert(0, "timestamp")
    if missing:
        free = [column for column in there if column not in found.values()]
        if len(free) == len(missing) == 1:
            takes = f"; --columns {quote(f'{missing[0]}={free[0]}')} takes {free[0]!r} for it"
        else:
            options = ",".join(f"{name}=..." for name in missing)
            takes = f"; --columns {options} takes others for them" if free else ""
        problems.append(f"the columns {', '.join(missing)} are missing; there are {', '.join(there) or 'none'}{takes}")
    if problems:
        raise BarFileError(path, problems)
    used = {found[name] for name in (*PRICES, "symbol", "timestamp", "date", "time") if name in found}
    if unused := [column for column in there if column not in used and not column.startswith("Unnamed")]:
        notes.append(f"not read: {', '.join(unused)}")
    return found


def _said_wrongly(said: Mapping[str, str], there: list[str]) -> list[str]:
    problems = []
    for name, column in said.items():
        if column not in there:
            nearest = nearest_word(column, there)
            hint = f" (did you mean {nearest}?)" if nearest else ""
            problems.append(
                f"--columns {name}={column}: there is no column {column!r}{hint}; there are {', '.join(there)}"
            )
    return problems


def numbers_read(
    frame: pd.DataFrame,
    columns: Mapping[str, str],
    reading: Reading,
    vendor: Format | None,
    found: Times,
) -> tuple[dict[str, np.ndarray], bool]:
    """Prices in dollars and volumes in shares, and whether the unit of the prices was told or known."""
    texts = {name: frame[columns[name]] for name in PRICES}
    written = {name: text for name, text in texts.items() if text.dtype.kind not in "iuf"}
    decimal = _decimal({name: text for name, text in written.items() if name != "volume"}, reading, found)
    numbers = {name: _numbers(text, name, decimal, found) for name, text in texts.items()}
    scale = reading.scale
    if scale is None and vendor is not None and vendor.scale != 1.0:
        whole = all(_is_whole(texts[name]) for name in PRICES if name != "volume")
        scale = vendor.scale if whole else None
    if scale is not None and scale != 1.0:
        found.notes.append(f"prices × {scale:g}")
        for name in PRICES[:4]:
            # A multiplication by 1e-9 is not exact; to six decimals, as prices are stored, it is.
            numbers[name] = np.round(numbers[name] * scale, 9)
    return numbers, reading.scale is not None


def _is_whole(column: "pd.Series[str]") -> bool:
    return column.dtype.kind in "iu" or bool(column.astype(str).str.fullmatch(r"\d+").all())


def _decimal(written: Mapping[str, "pd.Series[str]"], reading: Reading, found: Times) -> str:
    """What separates the decimals of prices: a point, unless commas can be nothing else."""
    if reading.decimal:
        return reading.decimal
    for name, text in written.items():
        commas = text[text.astype(str).str.contains(",", regex=False)].astype(str).str.strip().str.lstrip("$")
        if commas.empty:
            continue
        if not commas.str.match(THOUSANDS).all():
            found.notes.append("decimal comma")
            return "comma"
        if not any(column.astype(str).str.contains(".", regex=False).any() for column in written.values()):
            found.problems.append(
                f"row {found.rows[text.index.get_loc(commas.index[0])]}: {name} {commas.iloc[0]!r} may be thousands or "
                "decimals: --decimal point takes thousands, --decimal comma decimals"
            )
        return "point"
    return "point"


def _numbers(column: "pd.Series[str]", name: str, decimal: str, found: Times) -> np.ndarray:
    text = column
    if column.dtype.kind not in "iuf":
        text = column.astype(str).str.strip().str.replace(r"^\$", "", regex=True)
        if decimal == "comma":
            text = text.str.replace(".", "", regex=False).str.replace(",", ".", regex=False)
        elif text.str.contains(",", regex=False).any():
            text = text.where(~text.str.match(THOUSANDS), text.str.replace(",", "", regex=False))
    numbers = pd.to_numeric(text, errors="coerce").to_numpy(dtype=np.float64)
    wrong = np.flatnonzero(~np.isfinite(numbers))
    found.problems += [
        f"row {found.rows[place]}: {name} was {str(column.iloc[place])!r}, not a number" for place in wrong.tolist()
    ]
    return numbers


def columns_parse(text: str) -> tuple[dict[str, str], tuple[str, ...]]:
    """`--columns` as typed: the file's columns by name, or the names of a file without any, in its order.

    Raises ValueError with what would be right.

    >>> columns_parse("volume=Vol,close=Adj Close")
    ({'volume': 'Vol', 'close': 'Adj Close'}, ())
    >>> columns_parse("timestamp,open,high,low,close,volume,-")
    ({}, ('timestamp', 'open', 'high', 'low', 'close', 'volume', '-'))
    """
    parts = [part.strip() for part in text.split(",")]
    if "=" not in text:
        for part in parts:
            if part not in (*NAMES, "-"):
                raise ValueError(_no_name(part, part))
            if part != "-" and parts.count(part) > 1:
                raise ValueError(f"{part} is there twice")
        return {}, tuple(parts)
    found: dict[str, str] = {}
    for part in parts:
        pair = re.fullmatch(r"(\w+)\s*=\s*(.+)", part)
        if pair is None or pair[1] not in NAMES:
            raise ValueError(_no_name(part, pair[1] if pair else ""))
        found[pair[1]] = pair[2]
    return found, ()


def _no_name(part: str, name: str) -> str:
    nearest = nearest_word(name, list(NAMES)) if name else None
    hint = f" (did you mean {nearest}?)" if nearest else ""
    return f"{part!r} is not NAME=COLUMN with one of {', '.join(NAMES)}{hint}"
