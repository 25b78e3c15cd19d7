"""Trading sessions of the New York Stock Exchange, as a library knows them and the broker tells them.

The library was made before days of mourning and storms were announced: where the broker says otherwise, it is believed.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache

import exchange_calendars

from engine.core.schedule import NEW_YORK
from engine.core.types import Session

# Both ends are named: the library's own defaults move with the day it is started on.
FIRST_DAY = "1990-01-01"
LAST_DAY = "2036-12-31"
REGULAR_MINUTES = 390


@lru_cache(maxsize=1)
def _library() -> tuple[Sequence[date], Sequence[Session]]:
    table = exchange_calendars.get_calendar("XNYS", start=FIRST_DAY, end=LAST_DAY).schedule
    sessions = [
        Session(day.date(), opens.to_pydatetime().astimezone(UTC), closes.to_pydatetime().astimezone(UTC))
        for day, opens, closes in zip(table.index, table["open"], table["close"], strict=True)
    ]
    return [session.day for session in sessions], sessions


# The broker's word where it differs from the library's: by day, its session or None.
_told: dict[date, Session | None] = {}


@lru_cache(maxsize=1)
def _sessions() -> tuple[Sequence[date], Sequence[Session]]:
    days, sessions = _library()
    if not _told:
        return days, sessions
    merged = dict(zip(days, sessions, strict=True)) | _told
    kept = [merged[day] for day in sorted(merged)]
    sessions = [session for session in kept if session is not None]
    return [session.day for session in sessions], sessions


def calendar_believe(told: Mapping[date, Session | None]) -> None:
    """From now on these days are as the broker tells them, in this process; all others as the library knows them."""
    global _told
    if told != _told:
        _told = dict(told)
        _sessions.cache_clear()


def session_by_library(day: date) -> Session | None:
    """The session of a New York day as the library knows it, whatever the broker says."""
    days, sessions = _library()
    place = bisect_right(days, day) - 1
    return sessions[place] if place >= 0 and days[place] == day else None


def session_on(day: date) -> Session | None:
    """The session of a New York day, None when there is no trading."""
    days, sessions = _sessions()
    place = bisect_right(days, day) - 1
    return sessions[place] if place >= 0 and days[place] == day else None


def session_today(now: datetime) -> Session | None:
    """The session of the New York day `now` lies in, whether open, over or yet to come."""
    return session_on(now.astimezone(NEW_YORK).date())


def session_after(now: datetime) -> Session:
    """The first session that opens strictly after `now`."""
    days, sessions = _sessions()
    place = bisect_right(days, now.astimezone(NEW_YORK).date()) - 1
    while place < 0 or sessions[place].open <= now:
        place += 1
    return sessions[place]


def sessions_back(now: datetime, count: int) -> list[Session]:
    """The last `count` sessions that opened at or before `now`, oldest first."""
    days, sessions = _sessions()
    place = bisect_right(days, now.astimezone(NEW_YORK).date())
    if place and sessions[place - 1].open > now:
        place -= 1
    return list(sessions[max(0, place - count) : place])


def sessions_between(first: date, last: date) -> list[Session]:
    """The sessions of these New York days, both included, oldest first."""
    days, sessions = _sessions()
    return list(sessions[bisect_left(days, first) : bisect_right(days, last)])


def sessions_by_ordinal(ordinals: Sequence[int]) -> dict[int, Session]:
    """Sessions keyed by the ordinal of their day."""
    found = ((ordinal, session_on(date.fromordinal(ordinal))) for ordinal in set(ordinals))
    return {ordinal: session for ordinal, session in found if session is not None}


def last_close(now: datetime) -> datetime:
    """The close of the last session that is over at `now`."""
    before, latest = sessions_back(now, 2)
    return latest.close if latest.close <= now else before.close


def close_before(day: date) -> datetime:
    """The close of the last session before a New York day: what that day brings is measured from it."""
    days, sessions = _sessions()
    return sessions[bisect_left(days, day) - 1].close


def session_by_whose_close(at: datetime) -> Session:
    """The session whose day, measured from the close before it, a moment belongs to."""
    days, sessions = _sessions()
    place = bisect_left(days, at.astimezone(NEW_YORK).date())
    return sessions[place] if at <= sessions[place].close else sessions[place + 1]


def last_closed_minute(now: datetime) -> datetime:
    """The end of the newest minute bar of the regular session that can exist at `now`."""
    session = sessions_back(now, 1)[0]
    return min(now.replace(second=0, microsecond=0), session.close)


def market_minutes_between(start: datetime, end: datetime) -> float:
    """Minutes of open market between two times."""
    if end <= start:
        return 0.0
    days, sessions = _sessions()
    first = max(0, bisect_right(days, start.astimezone(NEW_YORK).date()) - 1)
    total = 0.0
    for session in sessions[first:]:
        if session.open >= end:
            break
        total += max(0.0, (min(end, session.close) - max(start, session.open)).total_seconds())
    return total / 60
