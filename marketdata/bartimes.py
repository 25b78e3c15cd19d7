"""When the bars of a file began, by what it has in its columns of times."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pandas as pd

from engine.core.schedule import NEW_YORK
from marketdata.barformats import Format, Reading

# The largest number that still is a time in that unit: the year 5138 in seconds, and so on.
UNITS = (
    ("seconds", "s", 1e11),
    ("milliseconds", "ms", 1e14),
    ("microseconds", "us", 1e17),
    ("nanoseconds", "ns", 9e18),
)
OFFSET = r"(?:[Zz]|[+-]\d\d:?\d\d)$"
ZONE = r"^(.*\d)\s+([A-Za-z]+/[A-Za-z_]+|UTC|GMT|EST5EDT)$"
DAY_FIRST = r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})[ T,]*(.*)$"
DAY_LAST = r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})[ T,]*(.*)$"
DIGITS = r"^(\d{4})(\d\d)(\d\d)[ T,]*(.*)$"
ISO = r"^\d{4}-\d\d-\d\d(?:$|[T ])"


@dataclass
class Times:
    """What was found: naive or aware stamps, and the words for it. problems: why there are none."""

    rows: np.ndarray
    notes: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def wrong(self, column: "pd.Series[str]", places: np.ndarray, what: str = "is not a time") -> None:
        self.problems += [f"row {self.rows[place]}: {str(column.iloc[place])!r} {what}" for place in places.tolist()]


def starts_read(
    column: "pd.Series[str]", timeframe: str, reading: Reading, vendor: Format | None, found: Times, entry: str
) -> "pd.Series[pd.Timestamp] | None":
    """The times as the file has them, aware or (days, and times whose zone is to be said) naive; None with problems."""
    if isinstance(column.dtype, pd.DatetimeTZDtype) or column.dtype.kind == "M":
        stamps: pd.Series | None = pd.to_datetime(column)
    elif vendor is not None and vendor.name == "lean" and _are_digits(column, 8):
        stamps = _since_midnight(column, entry, found)
    elif _are_digits(column):
        stamps = _counted(pd.to_numeric(column), found)
    else:
        stamps = _written(column.astype(str).str.strip(), reading, vendor, found)
    if stamps is None:
        return None
    if stamps.isna().any():
        found.wrong(column, np.flatnonzero(stamps.isna()))
        return None
    return _zoned(stamps, column, timeframe, reading, vendor, found)


def days_of(stamps: "pd.Series[pd.Timestamp]") -> "pd.Series[pd.Timestamp]":
    """The days that daily bars are of, without a zone. Midnight UTC stands for its day, not for the evening before."""
    if stamps.dt.tz is not None:
        utc = stamps.dt.tz_convert("UTC")
        stamps = utc if (utc == utc.dt.normalize()).all() else stamps.dt.tz_convert(NEW_YORK)
    return stamps.dt.tz_localize(None).dt.normalize()


def seconds_of(stamps: "pd.Series[pd.Timestamp]") -> np.ndarray:
    """Aware times as seconds since the epoch."""
    return np.asarray(stamps.dt.tz_convert("UTC").dt.as_unit("s").astype("int64"), dtype=np.int64)


def joined(dates: "pd.Series[str]", times: "pd.Series[str]") -> "pd.Series[str]":
    """A column of days and one of times of day as one; 930 and 93000 are half past nine."""
    clock = times.astype(str).str.strip()
    if clock.str.fullmatch(r"\d{1,6}").all():
        width = 4 if int(clock.str.len().max()) <= 4 else 6
        clock = clock.str.zfill(width).str.replace(r"^(\d\d)(\d\d)", r"\1:\2", regex=True)
        clock = clock.str.replace(r"(:\d\d)(\d\d)$", r"\1:\2", regex=True)
    return dates.astype(str).str.strip() + " " + clock


def zone_known(name: str) -> bool:
    """Whether there is such a time zone."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _are_digits(column: "pd.Series[str]", longest: int = 20) -> bool:
    if column.dtype.kind in "iuf":
        return True
    text = column.astype(str).str.strip()
    return bool(text.str.fullmatch(r"\d+(?:\.0+)?").all()) and int(text.str.len().max()) <= longest


def _counted(numbers: "pd.Series[int]", found: Times) -> "pd.Series[pd.Timestamp] | None":
    """Whole numbers: days as 20190213, or units since 1970."""
    if numbers.between(19_000_101, 22_001_231).all():
        return pd.to_datetime(numbers.astype("int64").astype(str), format="%Y%m%d", errors="coerce")
    typical = float(numbers.median())
    for name, unit, largest in UNITS:
        if 1e8 <= typical < largest:
            if not (numbers < largest).all():
                found.wrong(numbers.astype(str), np.flatnonzero(numbers >= largest), f"is not a time in {name}")
                return None
            found.notes.append(f"times are {name} since 1970")
            return pd.to_datetime(numbers.astype("int64"), unit=unit, utc=True, errors="coerce")
    found.wrong(numbers.astype(str), np.arange(1), "is not a time: neither a day nor a count of units since 1970")
    return None


def _since_midnight(column: "pd.Series[str]", entry: str, found: Times) -> "pd.Series[pd.Timestamp] | None":
    """LEAN's minutes: milliseconds of the day that the file's name begins with."""
    named = re.match(r"(\d{8})_", entry)
    if named is None:
        found.problems.append(
            f"LEAN names its minutes after their day, as 20190213_aapl_minute_trade.csv, not {entry!r}"
        )
        return None
    day = datetime.strptime(named[1], "%Y%m%d")  # noqa: DTZ007
    found.notes.append(f"times are milliseconds since midnight of {day:%Y-%m-%d}")
    return pd.Series(day + pd.to_timedelta(pd.to_numeric(column), unit="ms"), index=column.index)


def _written(
    text: "pd.Series[str]", reading: Reading, vendor: Format | None, found: Times
) -> "pd.Series[pd.Timestamp] | None":
    named = text.str.extract(ZONE)
    zones = named[1].dropna().unique()
    if len(zones) == 1 and named[1].notna().all() and zone_known(str(zones[0])):
        found.notes.append(f"the times name their zone, {zones[0]}")
        naive = _written(named[0], reading, vendor, found)
        return None if naive is None else _localised(naive, str(zones[0]), text, found)
    if not text.str.match(ISO).all():
        text = _iso(text, reading, vendor, found)
        if found.problems:
            return None
    with_offset = text.str.contains(OFFSET) & (text.str.len() > 11)
    if with_offset.any() and not with_offset.all():
        found.wrong(text, np.flatnonzero(~with_offset)[:1], "has no offset, but others have; write all in UTC")
        return None
    if not with_offset.all():
        return _clock(text)
    without = _clock(text.str.replace(OFFSET, "", regex=True))
    # Days by midnight are days of where they are midnight, unless that is Greenwich.
    elsewhere = not text.str.contains(r"(?:[Zz]|[+-]00:?00)$").all()
    if reading.ignore_offset or (elsewhere and (without == without.dt.normalize()).all()):
        return without
    return pd.to_datetime(text, format="ISO8601", utc=True, errors="coerce")


def _clock(text: "pd.Series[str]") -> "pd.Series[pd.Timestamp]":
    """Times without an offset; NaT where there is one after all."""
    plain = text.where(~text.str.slice(11).str.contains(r"[-+Zz]"))
    return pd.to_datetime(plain, format="ISO8601", errors="coerce")


def _iso(text: "pd.Series[str]", reading: Reading, vendor: Format | None, found: Times) -> "pd.Series[str]":
    """Days written otherwise as 2019-02-13, and the time of day behind them; with problems as they were."""
    parts = text.str.extract(DAY_LAST).combine_first(text.str.extract(DIGITS))
    year_first = parts[0].notna().any()
    if not year_first:
        parts = text.str.extract(DAY_FIRST)
    unread = np.flatnonzero(parts[0].isna())
    if len(unread):
        found.wrong(text, unread if len(unread) < len(text) else unread[:1])
        return text
    if year_first:
        year, month, day, clock = (parts[place] for place in range(4))
    else:
        order = _order(parts[0].astype(int), parts[1].astype(int), text, reading, vendor, found)
        day, month = (parts[0], parts[1]) if order == "dmy" else (parts[1], parts[0])
        year, clock = parts[2], parts[3]
    clock = clock.str.strip().str.replace(r"^(\d\d)(\d\d)(\d\d)?$", r"\1:\2:\3", regex=True).str.rstrip(":")
    halves = clock.str.extract(r"(?i)^(\d{1,2})(:\d\d(?::\d\d)?)\s*([ap])\.?m\.?$")
    if halves[0].notna().all() and len(halves):
        hours = halves[0].astype(int) % 12 + 12 * (halves[2].str.lower() == "p")
        clock = hours.astype(str) + halves[1]
    clock = clock.str.replace(r"^(\d):", r"0\1:", regex=True)
    days = year + "-" + month.str.zfill(2) + "-" + day.str.zfill(2)
    return days.where(clock == "", days + "T" + clock)


def _order(
    first: "pd.Series[int]",
    second: "pd.Series[int]",
    text: "pd.Series[str]",
    reading: Reading,
    vendor: Format | None,
    found: Times,
) -> str:
    """dmy or mdy: as told, as plain from the whole file, or as the vendor writes."""
    plain = "dmy" if (first > 12).any() else "mdy" if (second > 12).any() else ""
    told = reading.dates or (vendor.dates if vendor else "")
    if told and plain and told != plain:
        place = np.flatnonzero((first if plain == "dmy" else second) > 12)
        found.wrong(text, place[:1], f"is no date by {told}; --dates {plain} takes it")
    order = told or plain
    if not order:
        found.wrong(
            text, np.arange(1), "may be of two days: --dates dmy takes day/month/year, --dates mdy month/day/year"
        )
    elif order == "dmy":
        found.notes.append("dates are day/month/year")
    else:
        found.notes.append("dates are month/day/year")
    return order


def _zoned(
    stamps: "pd.Series[pd.Timestamp]",
    column: "pd.Series[str]",
    timeframe: str,
    reading: Reading,
    vendor: Format | None,
    found: Times,
) -> "pd.Series[pd.Timestamp] | None":
    aware = stamps.dt.tz is not None
    if aware and reading.ignore_offset:
        stamps, aware = stamps.dt.tz_localize(None), False
    if timeframe == "1Day" and not aware:
        return stamps
    if aware:
        if not any("since 1970" in note or "their zone" in note for note in found.notes):
            found.notes.append("the times name their offset")
        if reading.timezone:
            found.notes.append(f"--timezone {reading.timezone} was not needed")
        return stamps
    zone = reading.timezone or (vendor.timezone if vendor else "")
    if not zone:
        return stamps
    found.notes.append(f"times are of {zone}")
    return _localised(stamps, zone, column, found)


def _localised(
    stamps: "pd.Series[pd.Timestamp]", zone: str, column: "pd.Series[str]", found: Times
) -> "pd.Series[pd.Timestamp] | None":
    meant = stamps.dt.tz_localize(zone, ambiguous="NaT", nonexistent="NaT")
    if meant.isna().any():
        found.wrong(column, np.flatnonzero(meant.isna()), f"is there twice or never in {zone}, where the clock changes")
        return None
    return meant
