"""When a bot looks: its tick grid, in market time.

The grid is anchored at the start of the bot's window and runs from the session's open to its close, with one extra tick
at the window's end. A bot that sells everything at the window's end must do so while there is a market: its window ends
a minute before the close at the latest, also on a half day. A window that lies behind the close of a half day has one
tick, a minute before that close, at which the bot may sell what it holds.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from engine.core.types import Session

NEW_YORK = ZoneInfo("America/New_York")


# A bot that sells at the window's end does so this long before the close, at the latest.
LAST_SALE = timedelta(minutes=1)
FULL_DAY_CLOSES = time(16)


@dataclass(frozen=True)
class Grid:
    """The times at which a bot looks.

    Attributes:
        frequency: Market seconds between two ticks.
        start: The start of the window, New York time.
        end: The end of the window, New York time.
        closes_at_end: The bot sells everything at the window's end.
    """

    frequency: int
    start: time
    end: time
    closes_at_end: bool = False

    def window(self, session: Session) -> tuple[datetime, datetime]:
        """Return the window [start, end) on the session's day, aware UTC."""
        start = datetime.combine(session.day, self.start, NEW_YORK)
        end = datetime.combine(session.day, self.end, NEW_YORK).astimezone(session.open.tzinfo)
        if self.closes_at_end:
            end = min(end, session.close - LAST_SALE)
        return start.astimezone(session.open.tzinfo), end

    def last_look(self, session: Session) -> datetime | None:
        """Return the one tick of a window that lies behind an early close; the bot may sell then, but not buy."""
        early = session.close.astimezone(NEW_YORK).time() < FULL_DAY_CLOSES
        begins = datetime.combine(session.day, self.start, NEW_YORK)
        return session.close - LAST_SALE if early and begins >= session.close else None

    def latest(self, session: Session, now: datetime) -> datetime | None:
        """Return the last grid time of the session at or before `now`; None before the first."""
        start, end = self.window(session)
        step = timedelta(seconds=self.frequency)
        last = min(now, session.close - timedelta(microseconds=1))
        candidates = [start + ((last - start) // step) * step]
        candidates += [moment for moment in (end, self.last_look(session)) if moment is not None and moment <= last]
        candidates = [moment for moment in candidates if session.contains(moment)]
        return max(candidates, default=None)

    def following(self, session: Session, after: datetime) -> datetime | None:
        """Return the first grid time of the session later than `after`; None when there is none left."""
        start, end = self.window(session)
        step = timedelta(seconds=self.frequency)
        after = max(after, session.open - timedelta(microseconds=1))
        candidates = [start + ((after - start) // step + 1) * step]
        candidates += [moment for moment in (end, self.last_look(session)) if moment is not None and moment > after]
        candidates = [moment for moment in candidates if session.contains(moment)]
        return min(candidates, default=None)
