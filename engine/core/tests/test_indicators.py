"""What must hold for every indicator."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from engine.core.config import config_parse
from engine.core.indicators import REGISTRY, Indicator
from engine.core.indicators.base import ROUNDING, TOUCH_BARS, crossings, settled, side_of
from engine.core.indicators.bollinger import BollingerBands
from engine.core.indicators.ema import Ema
from engine.core.indicators.macd import Macd
from engine.core.indicators.obv import Obv
from engine.core.indicators.rsi import Rsi
from engine.core.indicators.sma import Sma
from engine.core.indicators.stochastic import Stochastic
from engine.core.indicators.volume_sma import VolumeSma
from engine.core.tests.samples import bars_of
from engine.core.tests.samples import settings as bot_settings
from engine.core.timeframes import bars_slice
from engine.core.types import Bars, Floats


def test_the_registry_names_every_indicator_by_its_label() -> None:
    assert {name: kind.label for name, kind in REGISTRY.items()} == {name: name for name in REGISTRY}
    assert list(REGISTRY) == ["RSI", "MACD", "Stochastic", "SMA", "EMA", "BollingerBands", "VolumeSMA", "OBV"]


@pytest.mark.parametrize(
    ("indicator", "expected"),
    [
        (Rsi(), 28 * 14 + 8),
        (Rsi(period=2), 28 * 2 + 8),
        (Macd(), 16 * (26 + 9)),
        (Sma(), 58),
        (Sma(period=5, slow=20), 28),
        (Ema(), 320),
        (Ema(period=20, slow=50), 800),
        (Stochastic(), 14 + 3 + 3 - 2 + 8),
        (BollingerBands(), 20),
        (VolumeSma(), 20),
        (Obv(), 20),
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


def test_ema_votes_where_the_close_crosses_it_or_the_averages_cross() -> None:
    low, high = np.array([1.0, 3.0, 1.0]), np.array([2.0, 2.0, 2.0])
    assert_array_equal(Ema().vote({"close": low, "ema": high}), [0, 1, -1])
    assert_array_equal(Ema(period=5, slow=9).vote({"close": high, "ema": low, "slow": high}), [0, 1, -1])
    assert_array_equal(Ema(period=5, slow=9).state({"close": high, "ema": low, "slow": high}), [-1, 1, -1])


def test_stochastic_votes_on_a_crossing_inside_a_zone_only() -> None:
    k = np.array([10.0, 15.0, 10.0, 25.0, 90.0, 85.0, 70.0, 95.0, 60.0])
    d = np.array([12.0, 14.0, 12.0, 20.0, 80.0, 86.0, 75.0, 90.0, 70.0])
    arrays = {"k": k, "d": d}
    assert_array_equal(Stochastic().vote(arrays), [0, 1, 0, 0, 0, -1, 0, 0, 0])
    assert_array_equal(Stochastic().state(arrays), [-1, 1, -1, 1, 1, -1, -1, 1, -1])
    # The limits themselves lie outside.
    edge = {"k": np.array([10.0, 20.0, 90.0, 80.0]), "d": np.array([15.0, 15.0, 85.0, 85.0])}
    assert_array_equal(Stochastic().vote(edge), [0, 0, 0, 0])


def test_bollinger_votes_outside_its_bands() -> None:
    close = np.array([np.nan, 1.0, 2.0, 3.0, 4.0, 5.0])
    arrays = {"close": close, "lower": np.full(6, 2.0), "middle": np.full(6, 3.0), "upper": np.full(6, 4.0)}
    assert_array_equal(BollingerBands().vote(arrays), [0, 1, 0, 0, 0, -1])
    assert_array_equal(BollingerBands().state(arrays), [0, 1, 1, 0, -1, -1])


def test_volume_vetoes_below_its_part_of_the_average_and_never_votes() -> None:
    volume = np.array([10.0, 10.0, 7.0, 8.5])
    indicator = VolumeSma(period=2, factor=1.0)
    arrays = indicator.compute(replace(bars_of([1.0] * 4), volume=volume))
    assert_array_equal(arrays["average"], [np.nan, 10.0, 8.5, 7.75])
    assert_array_equal(indicator.veto(arrays), [0, 0, 1, 0])
    assert_array_equal(indicator.vote(arrays), [0, 0, 0, 0])
    generous = VolumeSma(period=2, factor=0.8)
    assert_array_equal(generous.veto(generous.compute(replace(bars_of([1.0] * 4), volume=volume))), [0, 0, 0, 0])


def test_obv_vetoes_below_its_average_and_never_votes() -> None:
    indicator = Obv(period=2)
    bars = replace(bars_of([1.0, 2.0, 1.0, 1.0, 2.0]), volume=np.array([5.0, 3.0, 4.0, 6.0, 2.0]))
    arrays = indicator.compute(bars)
    assert_array_equal(arrays["obv"], [0, 3, -1, -1, 1])
    assert_array_equal(arrays["average"], [np.nan, 1.5, 1, -1, 0])
    assert_array_equal(indicator.veto(arrays), [0, 0, 1, 0, 0])
    assert_array_equal(indicator.vote(arrays), [0, 0, 0, 0, 0])


@st.composite
def indicators(draw: st.DrawFn) -> Indicator:
    kind = draw(st.sampled_from([*REGISTRY, "SMA with slow", "EMA with slow"]))
    period = draw(st.integers(2, 12))
    low = draw(st.integers(0, 98))
    levels = {"oversold": low, "overbought": draw(st.integers(low + 1, 100))}
    slow = period + draw(st.integers(1, 9)) if kind.endswith("slow") else None
    few = st.integers(1, 9)
    makers: dict[str, Callable[[], Indicator]] = {
        "RSI": lambda: Rsi(period=period, oversold=low / 2, overbought=50.5 + draw(st.integers(0, 99)) / 2),
        "MACD": lambda: Macd(fast=period, slow=period + draw(few), signal=draw(few)),
        "Stochastic": lambda: Stochastic(period=period, smooth=draw(few), signal=draw(few), **levels),
        "SMA": lambda: Sma(period=period, slow=slow),
        "EMA": lambda: Ema(period=period, slow=slow),
        "BollingerBands": lambda: BollingerBands(period=period, deviations=draw(st.integers(1, 30)) / 10),
        "VolumeSMA": lambda: VolumeSma(period=period, factor=draw(st.integers(1, 30)) / 10),
        "OBV": lambda: Obv(period=period),
    }
    return makers[kind.partition(" ")[0]]()


def walk(seed: int, length: int) -> Bars:
    """A random walk of closes in cents; every fourth step stands still, as thin markets do, and has no range.

    Volumes are fractions of shares of every size, now and then none at all.
    """
    rng = np.random.default_rng(seed)
    moves = rng.random(length) > 0.25
    closes: Floats = np.maximum(100.0 + np.cumsum(rng.integers(-3, 4, length) * moves) / 100, 1.0)
    reach = rng.integers(0, 5, (2, length)) / 100 * moves
    volume = np.round(rng.lognormal(3, 3, length), 3) * (rng.random(length) > 0.1)
    bars = bars_of(closes)
    high, low = np.maximum(bars.open, closes) + reach[0], np.minimum(bars.open, closes) - reach[1]
    return replace(bars, high=high, low=low, volume=volume)


def test_a_crossing_after_a_long_touch_is_none() -> None:
    ones = np.ones(11)
    for touching, expected in ((7, -1), (8, 0)):
        left = np.array([2.0] + [1.0] * touching + [0.0])
        assert crossings(left, ones[: len(left)])[-1] == expected


@given(st.lists(st.sampled_from([-1.0, 0.0, 1.0, np.nan]), max_size=40), st.integers(0, 10))
def test_a_crossing_is_a_new_side_soon_after_the_other_one(sides: list[float], touching: int) -> None:
    sides = sides + [0.0] * touching + [1.0]
    expected, last, since = [], 0.0, -TOUCH_BARS
    for place, side in enumerate(sides):
        known = bool(side == side and side)
        expected.append(side if known and side == -last and place - since <= TOUCH_BARS else 0)
        last, since = (side, place) if known else (last, since)

    assert_array_equal(crossings(np.array(sides), np.zeros(len(sides))), expected)


@given(st.lists(st.tuples(st.floats(0.01, 1e5), st.sampled_from([0.0, 1e-13, -1e-13, 1e-9, 0.1, np.nan])), max_size=30))
def test_what_differs_by_rounding_only_is_put_onto_the_other(rows: list[tuple[float, float]]) -> None:
    price, part = (
        (np.array(column, dtype=np.float64) for column in zip(*rows, strict=True)) if rows else np.empty((2, 0))
    )
    line = price * (1 + part)

    expected = [onto if abs(one - onto) <= ROUNDING * onto else one for one, onto in zip(line, price, strict=True)]
    assert_array_equal(settled(line, price, price), expected)


SEEDS = st.integers(0, 2**32 - 1)


@settings(deadline=None, max_examples=100)
@given(st.integers(2, 30), SEEDS, st.integers(0, 40), st.integers(1, 40))
# As many bars as the period stand still at the very beginning.
@example(2, 122404, 0, 1)
def test_an_rsi_that_is_sure_to_move_is_the_one_that_is_looked_at(
    period: int, seed: int, standing: int, length: int
) -> None:
    moved, rsi = walk(seed, period + length), Rsi(period=period)
    close = np.r_[moved.close, np.full(standing, moved.close[-1]), walk(seed + 1, length).close]
    with pytest.MonkeyPatch.context() as patch:
        quick = rsi.compute(bars_of(close))["rsi"]
        patch.setattr(Rsi, "_always_moves", lambda self, close: False)
        assert_array_equal(rsi.compute(bars_of(close))["rsi"][period:], quick[period:])


@settings(deadline=None, max_examples=100)
@given(indicators(), SEEDS, st.integers(1, 300))
def test_more_history_than_the_warm_up_moves_nothing(indicator: Indicator, seed: int, more: int) -> None:
    bars = walk(seed, indicator.warmup() + more)
    window = bars_slice(bars, slice(len(bars) - indicator.warmup(), None))
    full, cut = indicator.compute(bars), indicator.compute(window)
    if isinstance(indicator, Obv):
        # A sum from the first bar on: how far it is from its average is what must not move.
        assert full["above"][-1] == cut["above"][-1]
        return
    # RSI and %K are numbers up to 100, volume is itself, the others are dollars: about the same bound for all.
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
    assert indicator.veto(full)[-1] == indicator.veto(cut)[-1]


@settings(deadline=None, max_examples=100)
@given(indicators(), SEEDS, st.integers(20, 60), st.integers(1, 800))
def test_a_price_that_stands_still_does_not_vote_in_the_end(
    indicator: Indicator, seed: int, moving: int, standing: int
) -> None:
    """Neither what rounding leaves behind nor a division of nothing by nothing is a signal."""
    moved, rest = walk(seed, moving), indicator.warmup() + standing
    for volume in (0.0, 7.3):
        price = np.full(rest, moved.close[-1] + 0.17)
        bars = bars_of(np.r_[moved.close, price])
        bars = replace(
            bars,
            high=np.r_[moved.high, price],
            low=np.r_[moved.low, price],
            volume=np.r_[moved.volume, np.full(rest, volume)],
        )
        arrays = indicator.compute(bars)
        assert_array_equal(indicator.vote(arrays)[-standing:], np.zeros(standing))
        if getattr(indicator, "factor", 1) <= 1:
            assert_array_equal(indicator.veto(arrays)[-standing:], np.zeros(standing))


@settings(deadline=None, max_examples=100)
@given(indicators(), SEEDS, st.integers(1, 200))
def test_the_future_changes_nothing(indicator: Indicator, seed: int, kept: int) -> None:
    bars = walk(seed, 300)
    full, cut = indicator.compute(bars), indicator.compute(bars_slice(bars, slice(0, kept)))
    for line in full:
        assert_array_equal(full[line][:kept], cut[line])
    assert_array_equal(indicator.vote(full)[:kept], indicator.vote(cut))
    assert_array_equal(indicator.state(full)[:kept], indicator.state(cut))
    assert_array_equal(indicator.veto(full)[:kept], indicator.veto(cut))


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
