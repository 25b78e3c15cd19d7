"""When a bot looks: its tick grid, in market time.

The grid is anchored at the start of the bot's window and runs from the session's open to its close, with one extra tick
at the window's end.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from engine.core.types import Session

NEW_YORK = ZoneInfo("America/New_York")


@dataclass(frozen=True)
class Grid:
    """frequency: seconds between two ticks; start, end: the window in New York time."""

    frequency: int
    start: time
    end: time

    def window(self, session: Session) -> tuple[datetime, datetime]:
        """The window [start, end) on the session's day, aware UTC."""
        start = datetime.combine(session.day, self.start, NEW_YORK)
        end = datetime.combine(session.day, self.end, NEW_YORK)
        return start.astimezone(session.open.tzinfo), end.astimezone(session.open.tzinfo)

    def latest(self, session: Session, now: datetime) -> datetime | None:
        """The last grid time of the session at or before `now`; None before the first."""
        start, end = self.window(session)
        step = timedelta(seconds=self.frequency)
        last = min(now, session.close - timedelta(microseconds=1))
        candidates = [start + ((last - start) // step) * step]
        if end <= last:
            candidates.append(end)
        candidates = [moment for moment in candidates if session.contains(moment)]
        return max(candidates, default=None)

    def following(self, session: Session, after: datetime) -> datetime | None:
        """The first grid time of the session strictly later than `after`; None when there is none left."""
        start, end = self.window(session)
        step = timedelta(seconds=self.frequency)
        after = max(after, session.open - timedelta(microseconds=1))
        candidates = [start + ((after - start) // step + 1) * step]
        if end > after:
            candidates.append(end)
        candidates = [moment for moment in candidates if session.contains(moment)]
        return min(candidates, default=None)
