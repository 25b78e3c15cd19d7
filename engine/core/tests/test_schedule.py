"""The tick grid of a bot."""

from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.schedule import Grid
from engine.core.tests.samples import HALF_DAY, SESSION, at
from engine.core.types import Session


def grid(frequency: int, start: str = "09:30", end: str = "12:00") -> Grid:
    return Grid(frequency, time.fromisoformat(start), time.fromisoformat(end))


def times(grid: Grid, session: Session) -> list[datetime]:
    """All grid times of a session, one asked after the other."""
    found: list[datetime] = []
    following = grid.following(session, session.open - timedelta(days=1))
    while following is not None:
        found.append(following)
        following = grid.following(session, following)
    return found


def clocks(grid: Grid, session: Session = SESSION) -> list[str]:
    offset = at("00:00", session.day)
    return [str(moment - offset).zfill(8) for moment in times(grid, session)]


def test_a_minute_grid_runs_from_the_open_to_the_close() -> None:
    found = times(grid(60), SESSION)
    assert (found[0], found[-1], len(found)) == (SESSION.open, at("15:59"), 390)


def test_the_grid_is_anchored_at_the_window_start_and_reaches_back_to_the_open() -> None:
    assert clocks(grid(3600, "10:10", "12:10")) == [
        "10:10:00",
        "11:10:00",
        "12:10:00",
        "13:10:00",
        "14:10:00",
        "15:10:00",
    ]
    assert clocks(grid(1800, "10:10", "12:10"))[0] == "09:40:00"


def test_a_frequency_that_does_not_divide_has_an_extra_tick_at_the_window_end() -> None:
    assert clocks(grid(7200, "09:30", "12:00")) == ["09:30:00", "11:30:00", "12:00:00", "13:30:00", "15:30:00"]
    assert clocks(grid(4000, "09:30", "12:00")) == [
        "09:30:00",
        "10:36:40",
        "11:43:20",
        "12:00:00",
        "12:50:00",
        "13:56:40",
        "15:03:20",
    ]


def test_a_frequency_that_divides_does_not_tick_twice_at_the_window_end() -> None:
    assert clocks(grid(9000, "09:30", "12:00")) == ["09:30:00", "12:00:00", "14:30:00"]


def test_a_daily_bot_ticks_at_the_start_and_at_the_end_of_its_window() -> None:
    assert clocks(grid(86_400)) == ["09:30:00", "12:00:00"]


def test_a_window_end_at_or_after_the_close_is_no_tick() -> None:
    assert clocks(grid(86_400, "09:30", "16:00")) == ["09:30:00"]
    assert clocks(grid(7200, "09:30", "12:00"), HALF_DAY) == ["09:30:00", "11:30:00", "12:00:00"]
    assert clocks(grid(7200, "09:30", "15:00"), HALF_DAY) == ["09:30:00", "11:30:00"]


def test_a_window_behind_an_early_close_has_one_tick_a_minute_before_it() -> None:
    assert clocks(grid(86_400, "15:30", "15:45"), HALF_DAY) == ["12:59:00"]
    assert clocks(grid(3600, "13:00", "15:00"), HALF_DAY) == ["10:00:00", "11:00:00", "12:00:00", "12:59:00"]
    assert clocks(grid(86_400, "15:30", "15:45")) == ["15:30:00", "15:45:00"]
    assert clocks(grid(86_400, "12:30", "15:00"), HALF_DAY) == ["12:30:00"]
    assert grid(60, "16:30", "17:00").last_look(SESSION) is None, "a day of full length"


def test_a_window_before_the_open_ticks_only_while_the_market_is_open() -> None:
    assert clocks(grid(3600, "04:15", "09:45")) == [
        "09:45:00",
        "10:15:00",
        "11:15:00",
        "12:15:00",
        "13:15:00",
        "14:15:00",
        "15:15:00",
    ]


@pytest.mark.parametrize(
    ("now", "latest", "following"),
    [
        ("09:29:59", None, "09:30:00"),
        ("09:30:00", "09:30:00", "09:31:00"),
        ("09:30:59", "09:30:00", "09:31:00"),
        ("11:59:59", "11:59:00", "12:00:00"),
        ("15:59:00", "15:59:00", None),
        ("16:00:00", "15:59:00", None),
        ("23:00:00", "15:59:00", None),
    ],
)
def test_the_tick_before_and_the_tick_after_a_moment(now: str, latest: str | None, following: str | None) -> None:
    found = (grid(60).latest(SESSION, at(now)), grid(60).following(SESSION, at(now)))
    assert found == (latest and at(latest), following and at(following))


MINUTES = st.integers(0, 24 * 60 - 1)


@st.composite
def grids(draw: st.DrawFn) -> Grid:
    start, end = sorted(draw(st.sets(MINUTES, min_size=2, max_size=2)))
    frequency = draw(st.one_of(st.integers(1, 86_400), st.sampled_from([60, 300, 900, 3600])))
    return Grid(frequency, time(*divmod(start, 60)), time(*divmod(end, 60)))


@given(grids(), st.sampled_from([SESSION, HALF_DAY]), st.integers(-7200, 8 * 3600))
def test_latest_and_following_are_each_others_inverse(grid: Grid, session: Session, seconds: int) -> None:
    now = session.open + timedelta(seconds=seconds)
    latest, following = grid.latest(session, now), grid.following(session, now)
    if following is not None:
        assert now < following
        assert session.contains(following)
        assert grid.latest(session, following) == following
        assert grid.latest(session, following - timedelta(microseconds=1)) == latest
    if latest is not None:
        assert latest <= now
        assert session.contains(latest)
        assert grid.following(session, latest - timedelta(microseconds=1)) == latest
        assert grid.following(session, latest) == following


@given(grids(), st.sampled_from([SESSION, HALF_DAY]))
def test_every_tick_lies_on_the_grid_or_at_the_window_end(grid: Grid, session: Session) -> None:
    start, end = grid.window(session)
    moment = grid.following(session, session.open - timedelta(seconds=1))
    seen_end = False
    for _ in range(400):
        if moment is None:
            break
        on_grid = (moment - start) % timedelta(seconds=grid.frequency) == timedelta()
        assert on_grid or moment in (end, grid.last_look(session))
        seen_end = seen_end or moment == end
        moment = grid.following(session, moment)
    else:
        return
    assert seen_end == session.contains(end)


WINDOW_ENDS = [
    ("12:00", SESSION, "12:00"),
    ("15:59", SESSION, "15:59"),
    ("16:00", SESSION, "15:59"),
    ("17:30", SESSION, "15:59"),
    ("12:00", HALF_DAY, "12:00"),
    ("13:00", HALF_DAY, "12:59"),
    ("15:45", HALF_DAY, "12:59"),
]


@pytest.mark.parametrize(("end", "session", "closes"), WINDOW_ENDS)
def test_who_closes_at_the_windows_end_has_a_tick_while_there_is_a_market(
    end: str, session: Session, closes: str
) -> None:
    closing = Grid(7200, time(9, 30), time.fromisoformat(end), closes_at_end=True)
    assert closing.window(session)[1] == at(closes, session.day)
    assert at(closes, session.day) in times(closing, session)


def test_who_does_not_close_keeps_his_window() -> None:
    assert grid(60, "09:30", "17:30").window(SESSION)[1] == at("17:30")
