"""Indicators against independent numbers, and what must hold for every one of them."""

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from engine.core.config import config_parse
from engine.core.indicators import REGISTRY, Indicator
from engine.core.indicators.base import crossings, side_of
from engine.core.indicators.macd import Macd
from engine.core.indicators.rsi import Rsi
from engine.core.indicators.sma import Sma
from engine.core.tests.samples import bars_of, reference_columns
from engine.core.tests.samples import settings as bot_settings
from engine.core.timeframes import bars_slice
from engine.core.types import Bars, Floats

# The reference seeds the averages of MACD otherwise; 400 bars later nothing is left of that.
REFERENCES = [
    ("rsi14.csv", Rsi(), {"rsi": "rsi_14"}, 0),
    ("sma20.csv", Sma(period=20), {"sma": "sma_20_close"}, 0),
    ("macd_12_26_9.csv", Macd(), {"macd": "macd", "signal": "signal", "histogram": "histogram"}, 400),
]


@pytest.mark.parametrize(("file", "indicator", "columns", "after"), REFERENCES, ids=lambda value: str(value)[:20])
def test_an_indicator_agrees_with_independently_computed_numbers(
    file: str, indicator: Indicator, columns: Mapping[str, str], after: int
) -> None:
    reference = reference_columns(file)
    arrays = indicator.compute(bars_of(reference["close"]))
    for line, column in columns.items():
        known = ~np.isnan(reference[column])
        known[:after] = False
        assert known.sum() >= 100
        assert np.abs(arrays[line][known] - reference[column][known]).max() < 1e-9


def test_the_registry_names_every_indicator_by_its_label() -> None:
    assert {name: kind.label for name, kind in REGISTRY.items()} == {name: name for name in REGISTRY}
    assert set(REGISTRY) == {"RSI", "MACD", "SMA"}


@pytest.mark.parametrize(
    ("indicator", "expected"),
    [
        (Rsi(), 28 * 14 + 8),
        (Rsi(period=2), 28 * 2 + 8),
        (Macd(), 16 * (26 + 9)),
        (Sma(), 58),
        (Sma(period=5, slow=20), 28),
    ],
)
def test_the_declared_warm_up(indicator: Indicator, expected: int) -> None:
    assert indicator.warmup() == expected


def test_rsi_votes_beyond_its_levels() -> None:
    rsi = np.array([np.nan, 29.9, 30.0, 49.9, 50.0, 50.1, 70.0, 70.1])
    assert_array_equal(Rsi().vote({"rsi": rsi}), [0, 1, 0, 0, 0, 0, 0, -1])
    assert_array_equal(Rsi().state({"rsi": rsi}), [0, 1, 1, 1, 0, -1, -1, -1])


def test_macd_votes_on_the_bar_of_the_crossing_only() -> None:
    macd = np.array([np.nan, 1.0, 2.0, 2.0, 3.0, 3.0, 1.0])
    signal = np.array([np.nan, 2.0, 2.0, 1.0, 1.0, 1.0, 2.0])
    arrays = {"macd": macd, "signal": signal}
    assert_array_equal(Macd().vote(arrays), [0, 0, 0, 1, 0, 0, -1])
    assert_array_equal(Macd().state(arrays), [0, -1, 0, 1, 1, 1, -1])


def test_sma_votes_where_the_close_crosses_it_or_the_averages_cross() -> None:
    low, high = np.array([1.0, 3.0, 1.0]), np.array([2.0, 2.0, 2.0])
    assert_array_equal(Sma().vote({"close": low, "sma": high}), [0, 1, -1])
    # With a slow average the close does not matter.
    assert_array_equal(Sma(period=5, slow=9).vote({"close": high, "sma": low, "slow": high}), [0, 1, -1])
    assert_array_equal(Sma(period=5, slow=9).state({"close": high, "sma": low, "slow": high}), [-1, 1, -1])


def test_a_touch_is_not_a_crossing() -> None:
    left, right = np.array([2.0, 1.0, 2.0, 1.0, 0.0]), np.ones(5)
    assert_array_equal(side_of(left, right), [1, 0, 1, 0, -1])
    assert_array_equal(crossings(left, right), [0, 0, 0, 0, -1])


def test_one_indicator_twice_under_labels_of_its_own() -> None:
    indicators = {"SMA:fast": {"period": 5}, "SMA:slow": {"period": 9}, "SMA": {}}
    parsed = config_parse(bot_settings(indicators=indicators)).indicator_set()
    assert parsed == {"SMA:fast": Sma(period=5), "SMA:slow": Sma(period=9), "SMA": Sma(period=50)}


@st.composite
def indicators(draw: st.DrawFn) -> Indicator:
    kind = draw(st.sampled_from(["RSI", "MACD", "SMA", "SMA with slow"]))
    period = draw(st.integers(2, 12))
    if kind == "RSI":
        oversold = draw(st.integers(0, 98))
        return Rsi(period=period, oversold=oversold, overbought=draw(st.integers(oversold + 1, 100)))
    if kind == "MACD":
        return Macd(fast=period, slow=period + draw(st.integers(1, 9)), signal=draw(st.integers(1, 9)))
    return Sma(period=period, slow=None if kind == "SMA" else period + draw(st.integers(1, 9)))


def walk(seed: int, length: int) -> Bars:
    """A random walk of closes in cents; every fourth step stands still, as thin markets do."""
    rng = np.random.default_rng(seed)
    steps = rng.integers(-3, 4, length) * (rng.random(length) > 0.25)
    closes: Floats = np.maximum(100.0 + np.cumsum(steps) / 100, 1.0)
    return bars_of(closes)


def test_a_crossing_after_a_long_touch_is_none() -> None:
    ones = np.ones(11)
    for touching, expected in ((7, -1), (8, 0)):
        left = np.array([2.0] + [1.0] * touching + [0.0])
        assert crossings(left, ones[: len(left)])[-1] == expected


SEEDS = st.integers(0, 2**32 - 1)


@settings(deadline=None, max_examples=100)
@given(indicators(), SEEDS, st.integers(1, 300))
def test_more_history_than_the_warm_up_moves_nothing(indicator: Indicator, seed: int, more: int) -> None:
    bars = walk(seed, indicator.warmup() + more)
    window = bars_slice(bars, slice(len(bars) - indicator.warmup(), None))
    full, cut = indicator.compute(bars), indicator.compute(window)
    # RSI is a number up to 100, the others are dollars: relative to a price of about 100 that is the same bound.
    for line in indicator.lines:
        if line in full:
            assert abs(full[line][-1] - cut[line][-1]) <= 1e-9 * bars.close[-1]


@settings(deadline=None, max_examples=200)
@given(indicators().filter(lambda indicator: not isinstance(indicator, Rsi)), SEEDS, st.integers(1, 300))
def test_a_crossing_does_not_depend_on_how_much_history_is_loaded(indicator: Indicator, seed: int, more: int) -> None:
    bars = walk(seed, indicator.warmup() + more)
    window = bars_slice(bars, slice(len(bars) - indicator.warmup(), None))
    full, cut = indicator.compute(bars), indicator.compute(window)
    assert indicator.vote(full)[-1] == indicator.vote(cut)[-1]
    assert indicator.state(full)[-1] == indicator.state(cut)[-1]


@settings(deadline=None, max_examples=100)
@given(indicators(), SEEDS, st.integers(20, 60), st.integers(1, 800))
def test_a_price_that_stands_still_does_not_vote_in_the_end(
    indicator: Indicator, seed: int, moving: int, standing: int
) -> None:
    """Neither what rounding leaves behind nor a division of nothing by nothing is a signal."""
    closes = walk(seed, moving).close
    arrays = indicator.compute(bars_of(np.r_[closes, np.full(indicator.warmup() + standing, closes[-1] + 0.17)]))
    assert_array_equal(indicator.vote(arrays)[-standing:], np.zeros(standing))


@settings(deadline=None, max_examples=100)
@given(indicators(), SEEDS, st.integers(1, 200))
def test_the_future_changes_nothing(indicator: Indicator, seed: int, kept: int) -> None:
    bars = walk(seed, 300)
    full, cut = indicator.compute(bars), indicator.compute(bars_slice(bars, slice(0, kept)))
    for line in full:
        assert_array_equal(full[line][:kept], cut[line])
    assert_array_equal(indicator.vote(full)[:kept], indicator.vote(cut))
    assert_array_equal(indicator.state(full)[:kept], indicator.state(cut))


@settings(deadline=None, max_examples=100)
@given(indicators(), SEEDS)
def test_a_vote_lies_on_its_states_side(indicator: Indicator, seed: int) -> None:
    arrays = indicator.compute(walk(seed, 300))
    votes, states = indicator.vote(arrays), indicator.state(arrays)
    assert set(np.unique(votes)) <= {-1, 0, 1}
    assert_array_equal(votes[votes != 0], states[votes != 0])


@settings(deadline=None, max_examples=50)
@given(indicators(), st.integers(0, 20))
def test_too_few_bars_give_no_vote_and_no_error(indicator: Indicator, length: int) -> None:
    arrays = indicator.compute(bars_of([100.0] * length))
    assert_array_equal(indicator.vote(arrays), np.zeros(length))
    assert {len(line) for line in arrays.values()} == {length}
