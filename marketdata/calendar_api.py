"""The exchange's calendar over HTTP."""

from datetime import date, datetime, timedelta

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from engine.core.schedule import NEW_YORK
from marketdata.calendar import sessions_between
from marketdata.clock import market_now
from marketdata.payloads import MarketCalendar, MarketDay
from marketdata.status import is_early
from web.query import StrictQuery, Whole

WEEKDAYS = range(5)


class CalendarView(StrictQuery, APIView):
    answers = {"get": (200, "MarketCalendar")}
    parameters = {"get": (Whole("days", "How many days ahead, today included", 60, most=366),)}

    def get(self, request: Request) -> Response:
        """The weekdays from today on, each with its hours; a holiday has none."""
        return Response(calendar_payload(market_now(), self.asked["days"]))


def calendar_payload(now: datetime, days: int) -> MarketCalendar:
    """So many days from the New York day of `now` on, JSON-ready."""
    today = now.astimezone(NEW_YORK).date()
    last = today + timedelta(days=days - 1)
    sessions = {session.day: session for session in sessions_between(today, last)}

    def row(day: date) -> MarketDay:
        session = sessions.get(day)
        return {
            "date": day.isoformat(),
            "open": session.open.isoformat() if session else None,
            "close": session.close.isoformat() if session else None,
            "early_close": session is not None and is_early(session),
        }

    every = (today + timedelta(days=number) for number in range(days))
    return {"today": today.isoformat(), "days": [row(day) for day in every if day.weekday() in WEEKDAYS]}
