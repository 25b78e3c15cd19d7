"""Minute bars into longer ones."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from engine.core.tests.samples import HALF_DAY, SESSION, YESTERDAY, at, bars_join, bars_of
from engine.core.timeframes import MINUTES, bars_resample, bars_slice
from engine.core.types import Bars

SESSIONS = {session.day.toordinal(): session for session in (SESSION, YESTERDAY, HALF_DAY)}
COLUMNS = ("start", "end", "session", "open", "high", "low", "close", "volume")


def resample(bars: Bars, timeframe: str, now: float | None = None) -> Bars:
    return bars_resample(bars, timeframe, SESSIONS, np.inf if now is None else now)


def same(left: Bars, right: Bars) -> None:
    assert (left.symbol, left.timeframe) == (right.symbol, right.timeframe)
    for column in COLUMNS:
        assert_array_equal(getattr(left, column), getattr(right, column))


def test_five_minutes_become_one_bar() -> None:
    minutes = bars_of([10.0, 12.0, 9.0, 11.0, 10.5])
    bars = resample(minutes, "5Min")
    assert len(bars) == 1
    assert (bars.timeframe, bars.start[0], bars.end[0]) == ("5Min", at("09:30").timestamp(), at("09:35").timestamp())
    assert (bars.open[0], bars.close[0]) == (minutes.open[0], 10.5)
    assert (bars.high[0], bars.low[0]) == (minutes.high.max(), minutes.low.min())
    assert bars.volume[0] == 5010.0


@pytest.mark.parametrize(("timeframe", "count"), [("5Min", 78), ("15Min", 26), ("1Hour", 7)])
def test_bars_are_anchored_at_the_open_and_the_last_one_is_cut_at_the_close(timeframe: str, count: int) -> None:
    bars = resample(bars_of(np.arange(390) + 10.0), timeframe)
    assert len(bars) == count
    length = MINUTES[timeframe] * 60
    assert_array_equal(bars.start, SESSION.open.timestamp() + length * np.arange(count))
    assert_array_equal(bars.end, np.minimum(bars.start + length, int(SESSION.close.timestamp())))
    assert bars.close[-1] == 399.0


def test_the_last_hour_of_a_half_day_is_cut_at_its_close() -> None:
    bars = resample(bars_of(np.arange(210) + 10.0, HALF_DAY), "1Hour")
    ends = [at(clock, HALF_DAY.day).timestamp() for clock in ("10:30", "11:30", "12:30", "13:00")]
    assert_array_equal(bars.end, ends)


def test_a_bar_whose_time_is_not_over_is_not_made() -> None:
    minutes = bars_of(np.arange(7) + 10.0)
    assert len(resample(minutes, "5Min", at("09:34:59").timestamp())) == 0
    assert len(resample(minutes, "5Min", at("09:35").timestamp())) == 1
    assert len(resample(minutes, "5Min", at("09:39:59").timestamp())) == 1
    assert len(resample(minutes, "5Min", at("09:40").timestamp())) == 2


def test_the_last_bar_of_a_session_is_over_at_the_close() -> None:
    minutes = bars_of(np.arange(390) + 10.0)
    assert len(resample(minutes, "1Hour", at("15:59:59").timestamp())) == 6
    assert len(resample(minutes, "1Hour", at("16:00").timestamp())) == 7


def test_a_bar_is_made_of_the_minutes_that_traded() -> None:
    bars = resample(bars_of([10.0, 11.0, 12.0], minutes=[3, 4, 17]), "5Min")
    assert_array_equal(bars.start, [at("09:30").timestamp(), at("09:45").timestamp()])
    assert_array_equal(bars.close, [11.0, 12.0])


def test_sessions_do_not_run_into_each_other() -> None:
    bars = resample(bars_join(bars_of([10.0] * 390, YESTERDAY), bars_of([20.0] * 60)), "1Hour")
    assert_array_equal(bars.close, [10.0] * 7 + [20.0])
    assert_array_equal(bars.session, [YESTERDAY.day.toordinal()] * 7 + [SESSION.day.toordinal()])
    assert bars.end[6] == YESTERDAY.close.timestamp()


def test_minute_bars_and_no_bars_stay_what_they_are() -> None:
    minutes = bars_of([10.0, 11.0])
    assert resample(minutes, "1Min") is minutes
    assert len(resample(bars_slice(minutes, slice(0, 0)), "5Min")) == 0


@given(st.sets(st.integers(0, 389), min_size=1, max_size=120), st.sampled_from(["5Min", "15Min", "1Hour"]), st.data())
def test_resampling_a_prefix_is_a_prefix_of_resampling(minutes: set[int], timeframe: str, data: st.DataObject) -> None:
    ordered = sorted(minutes)
    closes = [10.0 + (minute * 7) % 13 for minute in ordered]
    bars = bars_join(bars_of([9.0, 8.0], YESTERDAY), bars_of(closes, minutes=ordered))
    now = SESSION.open.timestamp() + 60 * data.draw(st.integers(0, 390))
    known = bars_slice(bars, slice(0, int(np.searchsorted(bars.end, now, side="right"))))

    then, at_last = resample(known, timeframe, now), resample(bars, timeframe)

    same(then, bars_slice(at_last, slice(0, len(then))))
    # Whatever was over by then had been made by then.
    assert len(then) == int((at_last.end <= now).sum())
    assert at_last.volume.sum() == bars.volume.sum()
