"""The stretches of time that analytics are told of."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from engine.core.schedule import NEW_YORK
from marketdata.calendar import sessions_back

# Calendar days back from today; None: all there is.
RANGES: dict[str, int | None] = {"1W": 7, "1M": 30, "3M": 91, "6M": 182, "1Y": 365, "ALL": None}
# More sessions than there can be in the calendar's years.
ALL_SESSIONS = 100_000


def midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, NEW_YORK)


def range_begins(range: str, now: datetime) -> datetime | None:
    """The midnight before its first day; None where it has no beginning."""
    days_back = RANGES[range]
    return midnight(now.astimezone(NEW_YORK).date() - timedelta(days=days_back - 1)) if days_back else None


def days_between(first: date, now: datetime, traded: Iterable[date]) -> list[date]:
    """Every session from `first` to now; a day of a fill that is none, booked by hand, has a row as well."""
    sessions = {session.day for session in sessions_back(now, ALL_SESSIONS) if session.day >= first}
    return sorted(sessions | set(traded))
