"""Days on which the exchange keeps other hours than its calendar says: POST /sim/hours.

Outside of them every stock is halted. An order that arrives then rests; the real broker holds it for the next open.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from simulator.errors import invalid
from simulator.sessions import NEW_YORK, Session, SessionCalendar

_FIELDS = {"day", "open", "close", "closed", "announced"}


@dataclass(frozen=True)
class DayHours:
    """open, close: seconds since the epoch, both 0 on a day without a session; announced: the calendar tells it."""

    day: date
    open: int
    close: int
    announced: bool = True

    @classmethod
    def of_body(cls, body: dict[str, Any], calendar: SessionCalendar) -> "DayHours":
        """{"day": "2026-06-03", "closed": true} or {"day": ..., "open": "11:00", "close": "13:00"}. Raises ApiError."""
        if unknown := sorted(set(body) - _FIELDS):
            raise invalid(f"unknown field {unknown[0]}; known are {', '.join(sorted(_FIELDS))}")
        try:
            day = date.fromisoformat(str(body.get("day")))
        except ValueError as error:
            raise invalid("day must be a date such as 2026-06-03") from error
        session = usual(calendar, day)
        if session is None:
            raise invalid(f"there is no session on {day}")
        announced = body.get("announced", True)
        if not isinstance(announced, bool):
            raise invalid("announced must be true or false")
        if body.get("closed") is True:
            return cls(day, 0, 0, announced)
        opened = _at(day, body["open"], "open") if "open" in body else session.open
        closed = _at(day, body["close"], "close") if "close" in body else session.close
        if not session.open <= opened < closed <= session.close:
            raise invalid("open and close must lie in the usual session, open first")
        return cls(day, opened, closed, announced)

    @property
    def is_closed(self) -> bool:
        return self.close == 0

    def silent(self, session: Session) -> list[tuple[int, int]]:
        """The stretches of the usual session in which nothing trades."""
        if self.is_closed:
            return [(session.open, session.close)]
        stretches = [(session.open, self.open), (self.close, session.close)]
        return [(start, end) for start, end in stretches if start < end]


def usual(calendar: SessionCalendar, day: date) -> Session | None:
    """The session the calendar has on a day."""
    index = calendar.index_on_or_before(day)
    return calendar.session(index) if index >= 0 and calendar.days[index] == day else None


def _at(day: date, text: object, name: str) -> int:
    try:
        return int(datetime.combine(day, time.fromisoformat(str(text)), NEW_YORK).timestamp())
    except ValueError as error:
        raise invalid(f"{name} must be a New York time such as 11:00") from error
