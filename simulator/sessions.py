"""The sessions of the New York Stock Exchange as plain numbers: seconds since the epoch, and an index per session."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from exchange_calendars.exchange_calendar_xnys import XNYSExchangeCalendar

NEW_YORK = ZoneInfo("America/New_York")
FIRST_DAY = "1990-01-01"
MINUTE = 60


def from_epoch(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


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
        self.opens: list[int] = (calendar.opens_nanos // 10**9).tolist()
        self.closes: list[int] = (calendar.closes_nanos // 10**9).tolist()

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
