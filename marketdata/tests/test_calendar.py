"""Trading sessions, against the exchange's own history."""

import csv
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.conf import settings

from engine.core.schedule import NEW_YORK, Grid
from engine.core.types import Session
from marketdata.calendar import (
    last_closed_minute,
    market_minutes_between,
    session_after,
    session_on,
    session_today,
    sessions_back,
    sessions_by_ordinal,
)

CALENDARS = settings.BASE_DIR.parent / "shared" / "data" / "calendar"


def rows(name: str) -> list[dict[str, str]]:
    path = CALENDARS / name
    if not path.is_file():
        pytest.skip(f"the calendar of the exchange is not here: {name}")
    with path.open(newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def test_every_session_from_1990_to_2027_opens_and_closes_as_it_did() -> None:
    expected = {
        row["date"]: (datetime.fromisoformat(row["open_utc"]), datetime.fromisoformat(row["close_utc"]))
        for row in rows("xnys_sessions_1990_2027.csv")
    }
    assert len(expected) > 9000
    found: dict[str, Any] = {}
    day = date(1990, 1, 1)
    while day <= date(2027, 12, 31):
        session = session_on(day)
        if session is not None:
            found[day.isoformat()] = (session.open, session.close)
        day += timedelta(days=1)
    assert found == expected


def test_every_early_close_is_known() -> None:
    early = rows("xnys_early_closes_1990_2027.csv")
    assert len(early) > 50
    for row in early:
        session = session_on(date.fromisoformat(row["date"]))
        assert session is not None, row
        assert session.close == datetime.fromisoformat(row["close_utc"]), row
        assert f"{session.close.astimezone(NEW_YORK):%H:%M}" == row["close_et"]


def test_there_is_no_session_on_a_holiday() -> None:
    holidays = rows("xnys_full_holidays_1990_2027.csv")
    assert len(holidays) > 300
    assert [row["date"] for row in holidays if session_on(date.fromisoformat(row["date"])) is not None] == []


def at(text: str) -> datetime:
    """A New York time."""
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK).astimezone(UTC)


def day_of(session: Session | None) -> str | None:
    return session.day.isoformat() if session else None


@pytest.mark.parametrize(
    ("now", "today", "after", "before"),
    [
        ("2026-06-02T00:00", "2026-06-02", "2026-06-02", "2026-06-01"),
        ("2026-06-02T09:29", "2026-06-02", "2026-06-02", "2026-06-01"),
        ("2026-06-02T09:30", "2026-06-02", "2026-06-03", "2026-06-02"),
        ("2026-06-02T23:59", "2026-06-02", "2026-06-03", "2026-06-02"),
        # After midnight in London it is still Tuesday in New York.
        ("2026-06-02T21:00", "2026-06-02", "2026-06-03", "2026-06-02"),
        ("2026-06-06T12:00", None, "2026-06-08", "2026-06-05"),
        ("2026-11-26T12:00", None, "2026-11-27", "2026-11-25"),
        ("2026-12-31T16:00", "2026-12-31", "2027-01-04", "2026-12-31"),
    ],
)
def test_the_session_of_today_the_next_and_the_last(now: str, today: str | None, after: str, before: str) -> None:
    moment = at(now)
    assert day_of(session_today(moment)) == today
    assert day_of(session_after(moment)) == after
    assert [day_of(session) for session in sessions_back(moment, 1)] == [before]


def test_sessions_back_are_the_last_ones_oldest_first() -> None:
    found = [day_of(session) for session in sessions_back(at("2026-06-09T08:00"), 3)]
    assert found == ["2026-06-04", "2026-06-05", "2026-06-08"]


def test_sessions_by_ordinal_leave_out_days_without_one() -> None:
    tuesday, saturday = date(2026, 6, 2).toordinal(), date(2026, 6, 6).toordinal()
    assert {key: day_of(value) for key, value in sessions_by_ordinal([tuesday, saturday, tuesday]).items()} == {
        tuesday: "2026-06-02"
    }


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-06-02T09:30:00", "2026-06-02T09:30:00"),
        ("2026-06-02T09:30:59", "2026-06-02T09:30:00"),
        ("2026-06-02T09:31:00", "2026-06-02T09:31:00"),
        ("2026-06-02T16:00:00", "2026-06-02T16:00:00"),
        ("2026-06-02T20:00:00", "2026-06-02T16:00:00"),
        ("2026-06-03T09:29:59", "2026-06-02T16:00:00"),
        ("2026-06-07T12:00:00", "2026-06-05T16:00:00"),
        ("2026-11-27T15:00:00", "2026-11-27T13:00:00"),
    ],
)
def test_the_end_of_the_newest_minute_bar_there_can_be(now: str, expected: str) -> None:
    assert last_closed_minute(at(now)) == at(expected)


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("2026-06-02T10:00", "2026-06-02T10:15", 15),
        ("2026-06-02T10:15", "2026-06-02T10:00", 0),
        ("2026-06-02T08:00", "2026-06-02T09:40", 10),
        ("2026-06-02T15:50", "2026-06-03T09:40", 20),
        ("2026-06-05T15:59", "2026-06-08T09:31", 2),
        ("2026-11-27T12:50", "2026-11-27T18:00", 10),
        ("2026-06-06T08:00", "2026-06-07T20:00", 0),
        ("2026-06-01T09:30", "2026-06-05T16:00", 5 * 390),
    ],
)
def test_minutes_of_open_market(start: str, end: str, minutes: float) -> None:
    assert market_minutes_between(at(start), at(end)) == minutes


def test_the_grid_of_a_bot_ends_with_a_half_day() -> None:
    half = session_on(date(2026, 11, 27))
    assert half is not None
    grid = Grid(3600, time(9, 30), time(15, 0))
    found = []
    moment = grid.following(half, half.open - timedelta(seconds=1))
    while moment is not None:
        found.append(f"{moment.astimezone(NEW_YORK):%H:%M}")
        moment = grid.following(half, moment)
    assert found == ["09:30", "10:30", "11:30", "12:30"]
    assert grid.latest(half, half.close + timedelta(hours=9)) == at("2026-11-27T12:30")


@pytest.mark.parametrize("day", ["2026-03-06", "2026-03-09", "2026-10-30", "2026-11-02"])
def test_a_window_is_new_york_time_on_both_sides_of_a_clock_change(day: str) -> None:
    session = session_on(date.fromisoformat(day))
    assert session is not None
    assert session.open == at(f"{day}T09:30")
    assert Grid(60, time(9, 30), time(12, 0)).window(session) == (session.open, at(f"{day}T12:00"))
