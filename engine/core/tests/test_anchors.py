"""What a function says does not depend on how much history is loaded: not on the markets that make it hardest."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from engine.core.indicators.anchors import BLOCK, anchored, anchored_from, anchored_reach, block_starts
from engine.core.indicators.custom import Custom, custom_kind, function_memory, function_outputs
from engine.core.indicators.functions import FUNCTIONS
from engine.core.indicators.measured import ANCHORED
from engine.core.tests.adversarial import markets
from engine.core.tests.test_library_calls import real_sessions
from engine.core.timeframes import bars_slice
from engine.core.types import Bars

LENGTH = 2600


def custom(name: str, rule: str | None = None, **parameters: float) -> Custom:
    chosen = FUNCTIONS[name].parameters | parameters
    column = function_outputs(name, tuple(chosen.items()))[0]
    return custom_kind(name).model_validate({"pandas_ta": name, "buy": rule or f"close > {column}", **chosen})


def assert_the_same_when_less_is_loaded(indicator: Custom, bars: Bars, ends: range, what: str) -> None:
    whole, reach = indicator.compute(bars), indicator.reach(bars.timeframe)
    votes, anchors = indicator.vote(whole), indicator._memory().anchored
    for end in ends:
        part = bars_slice(bars, slice(end - reach, end))
        lines = indicator.compute(part)
        assert indicator.counts_from(part) < reach
        assert indicator.vote(lines)[-1] == votes[end - 1], what
        for column in indicator.drawn():
            one, other, line = lines[column][-1], whole[column][end - 1], whole[column]
            assert np.isfinite(one) == np.isfinite(other), f"{column}, {what}"
            if np.isfinite(one):
                most = 0 if anchors else 1e-9 * np.abs(line[np.isfinite(line)]).max()
                assert abs(one - other) <= most, f"{column}, {what}"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_more_history_than_is_asked_for_changes_nothing(name: str) -> None:
    indicator = custom(name)
    for what, bars in markets(LENGTH, seed=sum(map(ord, name))):
        assert_the_same_when_less_is_loaded(indicator, bars, range(1811, LENGTH, 347), what)


@pytest.mark.parametrize("name", sorted(ANCHORED))
def test_daily_bars_begin_with_their_month(name: str) -> None:
    for what, bars in markets(1400, seed=5, timeframe="1Day"):
        assert_the_same_when_less_is_loaded(custom(name), bars, range(900, 1400, 117), what)


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("psar", "close > PSARl_0_02_0_2"),
        ("supertrend", "SUPERTd_7_3_0 > 0"),
        ("hilo", "close > HILO_13_21"),
        ("stochrsi", "crosses_above(STOCHRSIk_14_14_3_3, STOCHRSId_14_14_3_3)"),
        ("rvi", "RVI_14 > 60"),
    ],
)
def test_a_side_on_real_bars_is_the_same_whatever_another_bot_needs(name: str, rule: str) -> None:
    bars = real_sessions("AAPL", 6)
    indicator = custom(name, rule)
    votes, reach = indicator.vote(indicator.compute(bars)), indicator.reach("1Min")
    assert 0 < votes[reach:].sum() < len(bars) - reach
    for more in (0, 1, 63, 388):
        for end in range(reach + more, len(bars), 29):
            part = bars_slice(bars, slice(end - reach - more, end))
            assert indicator.vote(indicator.compute(part))[-1] == votes[end - 1]


def test_blocks_are_sessions_and_of_daily_bars_months() -> None:
    [(_, minutes), *_] = markets(1000, 1)
    [(_, days), *_] = markets(60, 1, "1Day")
    assert block_starts(minutes).tolist() == [0, 390, 780]
    assert len(block_starts(days)) == 3
    assert block_starts(bars_slice(minutes, slice(0, 0))).tolist() == []


def test_each_block_is_computed_from_its_own_anchor() -> None:
    [(_, bars), *_] = markets(1300, 1)
    begun: list[tuple[int, int]] = []

    def compute(part: Bars) -> dict[str, np.ndarray]:
        first = int(np.flatnonzero(bars.start == part.start[0])[0])
        begun.append((first, len(part)))
        return {"first": np.full(len(part), float(first))}

    line = anchored(bars, 400, compute)["first"]
    assert begun == [(0, 780), (380, 790), (770, 530)]
    assert_array_equal(line, np.repeat([0, 380, 770], [780, 390, 130]))
    # The block before the first that counts has to be anchored as well: a crossing looks back into it.
    assert (anchored_from(bars, 390), anchored_from(bars, 391), anchored_from(bars, 781)) == (780, 1170, 1300)
    assert anchored_reach(400, "1Min") == 400 + 2 * BLOCK["1Min"]


@pytest.mark.parametrize(
    ("name", "chosen"),
    [("ema", {"length": 200}), ("rsi", {"length": 100}), ("atr", {"length": 100}), ("adx", {"length": 50})],
)
def test_usual_lengths_are_taken(name: str, chosen: dict[str, int]) -> None:
    assert function_memory(name, tuple(chosen.items())).bars <= 3200
