"""Lived through in lockstep: the clocks change twice, two sessions end early, five days have none, and a year ends."""

from collections import defaultdict
from datetime import date, timedelta

import pytest

from engine.core.schedule import NEW_YORK
from engine.live.unusual import unusual_trading_tell
from engine.models import Decision
from marketdata.calendar import session_on
from marketdata.clock import market_clock
from notifications.models import Alert
from positions.models import Position
from trades.models import Execution
from tradingbot.tests.random_bots.live import ExchangeBegins, bots_begin, live_until

FIRST, LAST = date(2026, 10, 30), date(2027, 3, 15)
# The rules of the exchange for this winter, as it publishes them.
NO_SESSION = {date(2026, 11, 26), date(2026, 12, 25), date(2027, 1, 1), date(2027, 1, 18), date(2027, 2, 15)}
HALF_DAYS = {date(2026, 11, 27), date(2026, 12, 24)}
DAYS = [FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1)]
OPEN_DAYS = [day for day in DAYS if day.weekday() < 5 and day not in NO_SESSION]


def test_a_winter_is_traded_by_the_clock_of_new_york(
    exchange_begins: ExchangeBegins, voting: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Only the grid counts here: a step for each minute would take an hour.
    monkeypatch.setattr("tradingbot.runtime.lockstep.MINUTE", timedelta(hours=7))
    first, last = session_on(FIRST), session_on(LAST)
    assert first is not None
    assert last is not None
    exchange_begins(first.open - timedelta(minutes=1), None)
    everyday, late = bots_begin(
        [config("Every day", (9, 31), (16, 0), 86_400), config("Late", (15, 30), (15, 45), 86_400)]
    )
    for day in OPEN_DAYS:
        session = session_on(day)
        assert session is not None, day
        live_until(session.open + timedelta(minutes=1))
        unusual_trading_tell()
        live_until(session.close)
        assert not Position.objects.held().exists(), f"held over the close of {day}"
    assert market_clock.now() == last.close

    bought_and_sold = {
        day: [("entry", "09:31"), ("exit", "12:59" if day in HALF_DAYS else "15:59")] for day in OPEN_DAYS
    }
    assert fills_of(everyday.pk) == bought_and_sold
    assert fills_of(late.pk) == {
        day: [("entry", "15:30"), ("exit", "15:45")] for day in OPEN_DAYS if day not in HALF_DAYS
    }
    looked = {day: ["12:59"] if day in HALF_DAYS else ["15:30", "15:45"] for day in OPEN_DAYS}
    assert ticks_of(late.pk) == looked
    told = sorted(Alert.objects.filter(bot=late.pk).values_list("words", flat=True))
    assert [words.split(" on ")[1][:10] for words in told] == ["2026-11-27", "2026-12-24"]
    assert Alert.objects.exclude(bot=late.pk).count() == 0


def config(name: str, start: tuple[int, int], end: tuple[int, int], frequency: int) -> dict[str, object]:
    return {
        "name": name,
        "capital": 10_000,
        "symbols": ["AAPL"],
        "indicators": {"BUY": {}},
        "risk_management": {"stop_loss": 0.5, "max_daily_loss": 1},
        "trading_frequency": frequency,
        "start_hour": start[0],
        "start_minute": start[1],
        "end_hour": end[0],
        "end_minute": end[1],
        "close_at_window_end": True,
    }


def fills_of(bot: int) -> dict[date, list[tuple[str, str]]]:
    """By New York day, role and New York time of each fill."""
    found: defaultdict[date, list[tuple[str, str]]] = defaultdict(list)
    for role, at in Execution.objects.filter(trade__bot=bot).order_by("at").values_list("trade__role", "at"):
        there = at.astimezone(NEW_YORK)
        found[there.date()].append((role, f"{there:%H:%M}"))
    return dict(found)


def ticks_of(bot: int) -> dict[date, list[str]]:
    """By New York day, when it decided."""
    found: defaultdict[date, list[str]] = defaultdict(list)
    for row in Decision.objects.filter(bot=bot).order_by("id"):
        for at in sorted({row.first_at, row.last_at}):
            there = at.astimezone(NEW_YORK)
            found[there.date()].append(f"{there:%H:%M}")
    return dict(found)
