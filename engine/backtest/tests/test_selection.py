"""That supposing many entries at once gives what weighing them one by one gives, and which legs a position may meet."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.backtest import prospects as prospects_module
from engine.backtest import selection
from engine.backtest.courses import Courses
from engine.backtest.day_losses import DayLosses
from engine.backtest.lane import lane_of
from engine.backtest.outlook import outlook_of
from engine.backtest.prospects import MILLION, STOP, TARGET, Whole, prospects_of
from engine.backtest.selection import select
from engine.backtest.supposition import suppose
from engine.backtest.tests.markets import walk_history
from engine.backtest.ticks import ticks_of
from engine.backtest.weighing import Account, Allowance, Asked
from engine.core.config import BotConfig, config_parse
from engine.core.types import Bars

SYMBOLS = ["AAA", "BBB", "CCC", "DDD"]


def asked_of(config: BotConfig, seed: int, wild: float) -> tuple[Asked, list[int], DayLosses]:
    """Every entry that is weighed, how many at a time were supposed, and the day's losses at them."""
    history = walk_history(SYMBOLS, date(2019, 1, 2), date(2019, 1, 4), seed=seed, wild=wild, holes=0.1)
    ticks = ticks_of(config, history.sessions)
    lanes = [lane_of(config, outlook_of(config, each, history, ticks), ticks, every_tick=False) for each in SYMBOLS]
    prospects = [prospects_of(config, lane, ticks, ticks.window_end) for lane in lanes]
    counts: list[int] = []

    def counted(allowance: Allowance, courses: Sequence[Courses], account: Account) -> Whole:
        found = suppose(allowance, courses, account)
        counts.append(found.shape[1])
        return found

    with pytest.MonkeyPatch.context() as patch:
        if selection.suppose is suppose:
            patch.setattr(selection, "suppose", counted)
        asked = select(config, lanes, prospects, ticks)
    closes = np.array([int(session.close.timestamp()) for session in history.sessions])
    return asked, counts, DayLosses(lanes, prospects, asked, ticks, closes)


def nothing(allowance: Allowance, courses: Sequence[Courses], account: Account) -> Whole:
    return np.empty((len(Asked.__slots__), 0), dtype=np.int64)


def configured(risk: dict[str, Any], indicators: dict[str, Any], *, close_at_end: bool) -> BotConfig:
    return config_parse(
        {
            "name": "Under test",
            "capital": 10_000,
            "symbols": SYMBOLS,
            "indicators": indicators,
            "risk_management": risk,
            "trading_frequency": 60,
            "close_at_window_end": close_at_end,
        }
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=st.integers(0, 10_000),
    wild=st.sampled_from([0.0005, 0.002, 0.006]),
    indicators=st.sampled_from([{"RSI": {"period": 5}}, {"SMA": {"period": 5, "slow": 12}}]),
    close_at_end=st.booleans(),
    stretch=st.sampled_from([1, 2, 64]),
    risk=st.fixed_dictionaries(
        {
            "stop_loss": st.sampled_from([0.002, 0.01, 0.05]),
            "take_profit": st.sampled_from([None, 0.003, 0.02]),
            "max_position_size": st.sampled_from([0.004, 0.25, 0.4, 1]),
            "max_positions": st.integers(1, 4),
            "max_orders_per_minute": st.sampled_from([1, 2, 10]),
        }
    ),
)
def test_supposing_gives_what_one_by_one_gives(
    seed: int, wild: float, indicators: dict[str, Any], close_at_end: bool, stretch: int, risk: dict[str, Any]
) -> None:
    config = configured(risk, indicators, close_at_end=close_at_end)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(selection, "STRETCH", stretch)
        patch.setattr(selection, "WORTH", 0)
        supposed, _, losses = asked_of(config, seed, wild)
        patch.setattr(selection, "suppose", nothing)
        weighed, _, _ = asked_of(config, seed, wild)

    for name in Asked.__slots__:
        assert getattr(supposed, name).tolist() == getattr(weighed, name).tolist(), name
    if len(supposed):
        # What is at most lost is looked at first, and so has to be right.
        assert int(losses.exact.max()) <= losses.at_most


def test_what_holds_for_all_is_supposed_once_and_what_is_in_vain_less_and_less_often() -> None:
    risk = {"stop_loss": 0.01, "max_position_size": 0.2, "max_positions": 4, "max_orders_per_minute": 10}
    indicators = {"SMA": {"period": 5, "slow": 12}}
    free, once, _ = asked_of(configured(risk, indicators, close_at_end=True), 5, 0.002)
    narrow, often, losses = asked_of(configured(risk | {"max_positions": 1}, indicators, close_at_end=True), 5, 0.002)

    assert once == [len(free)]
    assert len(free) > 50
    assert (narrow.refusal > 0).sum() > 20
    assert 0 < int(losses.exact.max()) <= losses.at_most <= 4 * int(losses.exact.max())
    assert 1 < len(often) <= 2 + np.log2(len(narrow) / selection.STRETCH + 1)


@settings(max_examples=200, deadline=None)
@given(
    prices=st.lists(st.tuples(st.integers(90, 110), st.integers(0, 5)), min_size=2, max_size=40),
    entries=st.lists(st.tuples(st.integers(0, 39), st.integers(0, 40), st.booleans()), min_size=1, max_size=20),
)
def test_no_leg_that_a_position_meets_is_missed(
    prices: list[tuple[int, int]], entries: list[tuple[int, int, bool]]
) -> None:
    low = np.array([price for price, _ in prices], dtype=np.float64)
    high = low + np.array([more for _, more in prices])
    count = len(low)
    place = np.arange(count, dtype=np.int64)
    bars = Bars("AAA", "1Min", place, place + 1, place * 0, low, high, low, high, low)
    rows = sorted((min(bar, count - 1), min(until, count)) for bar, until, _ in entries)
    bar, until = (np.array(column, dtype=np.int64) for column in zip(*rows, strict=True))
    until = np.maximum.accumulate(until)
    stop = np.full(len(bar), 95 * MILLION)
    target = np.array([110 * MILLION if has else 0 for *_, has in entries], dtype=np.int64)

    found = prospects_module._touched(bars, bar, until, stop, target).tolist()

    for begin, end, above, legs in zip(bar.tolist(), until.tolist(), target.tolist(), found, strict=True):
        met = STOP * bool((low[begin:end] <= 95).any()) + TARGET * bool(above and (high[begin:end] >= 110).any())
        assert legs | met == legs
        if begin >= end:
            assert legs == 0
        elif until.tolist().count(end) == 1 and end < count:
            assert legs == met
