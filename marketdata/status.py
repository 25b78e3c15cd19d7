"""Is the market open, and what time is it there?"""

from datetime import datetime

from django.conf import settings

from engine.core.clock import ClockReading
from engine.core.types import Session
from marketdata.calendar import session_after, session_today
from marketdata.models import Coverage
from marketdata.payloads import MarketHoursPayload


def market_status(reading: ClockReading, real: float) -> MarketHoursPayload:
    """What the page shows of the market, JSON-ready; times are market time, `real` is in seconds since the epoch."""
    now = reading.at(real)
    session = session_today(now)
    following = session_after(now)
    is_open = session is not None and session.contains(now)
    next_close = session.close if session is not None and now < session.close else following.close
    newest = Coverage.objects.filter(timeframe="1Min").order_by("-until").values_list("until", flat=True).first()
    return {
        "is_open": is_open,
        "now": now.isoformat(),
        "session_date": session.day.isoformat() if session else None,
        "session_open": _iso(session.open) if session else None,
        "session_close": _iso(session.close) if session else None,
        "next_open": _iso(following.open),
        "next_close": _iso(next_close),
        "early_close": session is not None and is_early(session),
        "speed": reading.speed,
        "frozen": reading.frozen,
        "jump_at": _iso(reading.jump_at),
        "jump_to": _iso(reading.jump_to),
        "real": real,
        "mode": settings.MARKET_MODE,
        "data_as_of": _iso(newest),
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None


def is_early(session: Session) -> bool:
    """Whether the exchange closes before a whole session is over."""
    return (session.close - session.open).total_seconds() < 390 * 60
