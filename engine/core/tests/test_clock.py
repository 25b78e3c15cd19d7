"""Market time from a reading of the broker's clock."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.clock import ClockReading

NOON = datetime(2026, 6, 2, 16, 0, tzinfo=UTC)
REAL = 1_000_000.0


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


RUNNING = ClockReading(NOON, REAL)
FAST = ClockReading(NOON, REAL, speed=10)
FROZEN = ClockReading(NOON, REAL, speed=0)
# Ten market seconds from now the clock leaps over an hour.
LEAPING = ClockReading(NOON, REAL, speed=2, jump_at=after(10), jump_to=after(3610))


@pytest.mark.parametrize(
    ("reading", "seconds", "shown"),
    [
        (RUNNING, 0, 0),
        (RUNNING, 5, 5),
        (RUNNING, -5, 0),
        (FAST, 5, 50),
        (FROZEN, 5000, 0),
        (LEAPING, 4.5, 9),
        (LEAPING, 5, 3610),
        (LEAPING, 6, 3612),
    ],
)
def test_what_the_clock_shows(reading: ClockReading, seconds: float, shown: float) -> None:
    assert reading.at(REAL + seconds) == after(shown)


@pytest.mark.parametrize(
    ("reading", "market", "seconds"),
    [
        (RUNNING, 5, 5),
        (RUNNING, -5, 0),
        (FAST, 50, 5),
        (FROZEN, 0, 0),
        (FROZEN, 1, None),
        (LEAPING, 9, 4.5),
        (LEAPING, 10, 5),
        (LEAPING, 1000, 5),
        (LEAPING, 3610, 5),
        (LEAPING, 3612, 6),
    ],
)
def test_when_the_clock_shows_it(reading: ClockReading, market: float, seconds: float | None) -> None:
    assert reading.real_at(after(market)) == (None if seconds is None else REAL + seconds)


def test_frozen_is_a_speed_of_zero() -> None:
    assert (FROZEN.frozen, RUNNING.frozen) == (True, False)


@st.composite
def readings(draw: st.DrawFn) -> ClockReading:
    speed = draw(st.sampled_from([0.5, 1.0, 2.0, 10.0, 64.0]))
    if not draw(st.booleans()):
        return ClockReading(NOON, REAL, speed)
    jump_at = after(draw(st.integers(0, 3600)))
    return ClockReading(NOON, REAL, speed, jump_at, jump_at + timedelta(seconds=draw(st.integers(0, 100_000))))


@given(readings(), st.integers(0, 100_000))
def test_reading_and_waiting_are_each_others_inverse(reading: ClockReading, seconds: int) -> None:
    shown = reading.at(REAL + seconds)
    reached = reading.real_at(shown)
    assert reached is not None
    assert abs(reading.at(reached) - shown) <= timedelta(microseconds=100)
    assert abs(reached - (REAL + seconds)) < 1e-4


@given(readings(), st.integers(0, 100_000), st.integers(0, 100_000))
def test_the_clock_never_goes_back(reading: ClockReading, first: int, second: int) -> None:
    early, late = sorted((first, second))
    assert NOON <= reading.at(REAL + early) <= reading.at(REAL + late)
