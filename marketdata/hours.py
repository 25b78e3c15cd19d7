"""When the market is open, by the broker's word: its calendar for the days to come, its clock on the day itself."""

from datetime import date, datetime, timedelta

from django.db import transaction

from engine.brokers.port import Broker
from engine.brokers.values import MarketHours
from engine.core.schedule import NEW_YORK
from engine.core.types import Session
from marketdata.calendar import calendar_believe, session_by_library, session_on
from marketdata.models import MarketDay
from notifications.selectors import alerts_standing
from notifications.services import alert_begin, alert_end

AHEAD = timedelta(days=30)
BACK = timedelta(days=7)
ALERT = "market hours"


def hours_load() -> None:
    """Take over what any process was told. A query of a few rows: called where a process decides by the calendar."""
    calendar_believe({row.day: _session(row) for row in MarketDay.objects.all()})


def calendar_read(broker: Broker, now: datetime) -> None:
    """Ask the broker for the sessions of the days around `now`, market time. Raises BrokerError."""
    today = now.astimezone(NEW_YORK).date()
    first, last = today - BACK, today + AHEAD
    told = broker.calendar(first, last)
    if not told or told.unread:
        # A day that is not there would count as closed: of what cannot be read nothing is believed.
        return
    sessions = {session.day: session for session in told}
    day = first
    while day <= last:
        _believe(day, sessions.get(day), by_clock=False)
        day += timedelta(days=1)
    hours_load()
    for key in alerts_standing(ALERT):
        if key < today.isoformat():
            alert_end(kind=ALERT, key=key, words=f"{key} is over")


def clock_compare(hours: MarketHours) -> None:
    """Believe the broker's clock where it says open and we say closed, or the other way round."""
    day = hours.at.astimezone(NEW_YORK).date()
    session = session_on(day)
    is_open = session is not None and session.contains(hours.at)
    if hours.is_open == is_open:
        return
    _believe(day, _by_clock(hours, day, session), by_clock=True)
    hours_load()


def _by_clock(hours: MarketHours, day: date, session: Session | None) -> Session | None:
    """The session of a day on which the broker's clock contradicts the one known."""
    known = session_by_library(day)
    if hours.is_open:
        opened = session.open if session is not None and session.open <= hours.at else hours.at
        same_day = hours.next_close.astimezone(NEW_YORK).date() == day
        return Session(day, opened, hours.next_close if same_day else (known.close if known else hours.next_close))
    if hours.next_open.astimezone(NEW_YORK).date() == day and session is not None:
        # It opens late, or goes on after a pause.
        return Session(day, hours.next_open, max(session.close, hours.next_open))
    if session is None or hours.at - session.open < CLOSED_ALL_DAY:
        return None
    return Session(day, session.open, hours.at)


# Closed so soon after the bell it was never open.
CLOSED_ALL_DAY = timedelta(minutes=5)


def _believe(day: date, session: Session | None, *, by_clock: bool) -> None:
    known = MarketDay.objects.filter(pk=day).first()
    if known is not None and known.by_clock and not by_clock:
        return
    library = session_by_library(day)
    with transaction.atomic():
        if session == library:
            if known is not None:
                known.delete()
                alert_end(kind=ALERT, key=day.isoformat(), words=f"the market keeps its usual hours on {day}")
            return
        values = {"open": session.open if session else None, "close": session.close if session else None}
        if known is not None and _session(known) == session:
            return
        MarketDay.objects.update_or_create(pk=day, defaults=values | {"by_clock": by_clock})
        if known is not None:
            alert_end(kind=ALERT, key=day.isoformat(), words=f"the market's hours on {day} have changed again")
        words = f"the broker says that the market is {_words(session)} on {day}; usually it is {_words(library)}"
        alert_begin(kind=ALERT, key=day.isoformat(), words=words, level="warning")


def _session(row: MarketDay) -> Session | None:
    return Session(row.day, row.open, row.close) if row.open and row.close else None


def _words(session: Session | None) -> str:
    if session is None:
        return "closed"
    opened, closed = (moment.astimezone(NEW_YORK) for moment in (session.open, session.close))
    return f"open from {opened:%H:%M} to {closed:%H:%M} New York"
