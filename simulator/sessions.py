"""The sessions of the New York Stock Exchange as plain numbers: seconds since the epoch, and an index per session."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from exchange_calendars.exchange_calendar_xnys import XNYSExchangeCalendar

NEW_YORK = ZoneInfo("America/New_York")
FIRST_DAY = "1990-01-01"
MINUTE = 60


def from_epoch(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@cache
def session_calendar(today: date) -> "SessionCalendar":
    """The calendar as of `today`; it takes a while to make, and never changes."""
    return SessionCalendar(today)


@dataclass(frozen=True, slots=True)
class Session:
    """One trading day: `open` and `close` in seconds since the epoch, `index` counts sessions since 1990."""

    index: int
    day: date
    open: int
    close: int

    @property
    def minutes(self) -> int:
        return (self.close - self.open) // MINUTE


class SessionCalendar:
    """Every XNYS session from 1990 to two years after `today`."""

    def __init__(self, today: date) -> None:
        last = (today + timedelta(days=730)).isoformat()
        calendar = XNYSExchangeCalendar(start=FIRST_DAY, end=last)
        self.days: list[date] = [day.date() for day in calendar.sessions]
        self.opens: list[int] = _seconds(calendar.opens)
        self.closes: list[int] = _seconds(calendar.closes)

    def __len__(self) -> int:
        return len(self.days)

    def session(self, index: int) -> Session:
        return Session(index, self.days[index], self.opens[index], self.closes[index])

    def index_opened(self, at: float) -> int:
        """The last session that opened at or before `at`; -1 before the first."""
        return bisect_right(self.opens, at) - 1

    def index_closed(self, at: float) -> int:
        """The last session that closed at or before `at`; -1 before the first."""
        return bisect_right(self.closes, at) - 1

    def current(self, at: float) -> Session | None:
        """The session trading at `at`: open <= at < close."""
        index = self.index_opened(at)
        return self.session(index) if index >= 0 and at < self.closes[index] else None

    def next_open(self, at: float) -> int:
        """The first opening strictly after `at`."""
        return self.opens[min(bisect_right(self.opens, at), len(self) - 1)]

    def next_close(self, at: float) -> int:
        """The first close strictly after `at`."""
        return self.closes[min(bisect_right(self.closes, at), len(self) - 1)]

    def index_on_or_before(self, day: date) -> int:
        return bisect_right(self.days, day) - 1


def _seconds(times: Any) -> list[int]:
    """A pandas series of aware times, as seconds since the epoch."""
    seconds: list[int] = times.dt.tz_convert(None).to_numpy().astype("datetime64[s]").astype("int64").tolist()
    return seconds
