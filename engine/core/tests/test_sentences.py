"""No sentence about an indicator contradicts the numbers it was made from."""

import re

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.indicators import Arrays, Indicator
from engine.core.indicators.custom import Custom, custom_kind
from engine.core.indicators.rsi import Rsi
from engine.core.indicators.rule_reading import rule_parse
from engine.core.indicators.rules import rule_evaluate
from engine.core.tests.test_indicators import SEEDS, indicators, walk

NUMBER = re.compile(r"^X (\S+) is (above|below|at) (\S+)$")
BARELY = re.compile(r"^X is barely (above|below) (\S+)$")
CROSSED = re.compile(r"^(the close|X \d+|X %K|X) crossed (above|below) (X \d+|that of \d+|%D|its signal)(.*)$")
BAND = re.compile(r"^the close is (not )?(below the lower|above the upper) band of X$")


def contradiction(indicator: Indicator, arrays: Arrays, bar: int, said: str) -> str:
    """What is wrong with a sentence about this bar; empty when nothing is."""
    at = {name: float(line[bar]) for name, line in arrays.items()}
    if found := NUMBER.match(said):
        shown, where, level = float(found[1]), found[2], float(found[3])
        true = {"above": shown > level, "below": shown < level, "at": shown == level}[where]
        return "" if true and abs(shown - at["rsi"]) <= 0.05 + 1e-6 else f"rsi {at['rsi']}"
    if found := BARELY.match(said):
        return "" if abs(at["rsi"] - float(found[2])) <= 2e-6 else f"rsi {at['rsi']}"
    if found := BAND.match(said):
        beyond = at["close"] < at["lower"] if "lower" in found[2] else at["close"] > at["upper"]
        return "" if beyond == (found[1] is None) else f"{at}"
    if found := CROSSED.match(said):
        one, other = lines(arrays)
        side = 1 if found[2] == "above" else -1
        new = (one[bar] - other[bar]) * side > 0 and not (one[bar - 1] - other[bar - 1]) * side > 0
        zone = re.match(r" (above|below) (\S+)$", found[4])
        inside = zone is None or (at["k"] < float(zone[2]) if zone[1] == "below" else at["k"] > float(zone[2]))
        return "" if new and inside else f"{at}"
    if isinstance(indicator, Custom):
        return "" if custom_is_right(indicator, arrays, bar, said) else f"{at}"
    return "" if "has not crossed" in said or said == "X is quiet" else "a sentence nobody knows"


def lines(arrays: Arrays) -> tuple[np.ndarray, np.ndarray]:
    for one, other in (("k", "d"), ("macd", "signal"), ("sma", "slow"), ("ema", "slow"), ("close", "sma")):
        if one in arrays and other in arrays:
            return arrays[one], arrays[other]
    return arrays["close"], arrays["ema"]


def custom_is_right(indicator: Custom, arrays: Arrays, bar: int, said: str) -> bool:
    def holds(rule: str) -> bool:
        return bool(rule_evaluate(rule_parse(rule, indicator.drawn()), arrays).yes[bar])

    if found := re.match(r"^X is quiet(?: \((?:buys|sells) where (.+?)(?:, unless (.+))?\))?$", said):
        return found[1] is None or not holds(found[1]) or (found[2] is not None and holds(found[2]))
    found = re.match(r"^X (?:buys|sells) \((.+)\)$", said)
    return found is not None and holds(found[1])


def assert_true_sentences(indicator: Indicator, arrays: Arrays) -> None:
    votes = indicator.vote(arrays)
    for bar in range(indicator.warmup() + 1, len(votes), 3):
        values = {name: round(float(line[bar]), 6) for name, line in arrays.items() if np.isfinite(line[bar])}
        for wanted in (1, -1):
            said = indicator.sees("X", values, int(votes[bar]), wanted)
            assert not contradiction(indicator, arrays, bar, said), said


@settings(deadline=None, max_examples=150)
@given(indicators().filter(lambda indicator: indicator.votes), SEEDS)
def test_what_an_indicator_says_is_so(indicator: Indicator, seed: int) -> None:
    arrays = indicator.compute(walk(seed, indicator.warmup() + 150))
    assert_true_sentences(indicator, arrays)


@settings(deadline=None, max_examples=150)
@given(st.integers(2, 9), SEEDS, st.integers(0, 8), st.integers(0, 8))
def test_a_level_next_to_a_value_is_said_truly(period: int, seed: int, below: int, above: int) -> None:
    """Levels are values that occur, rounded to so many places: what is shown must not say more than is so."""
    bars = walk(seed, 28 * period + 158)
    rsi = Rsi(period=period).compute(bars)["rsi"][-100:]
    low, high = rsi[rsi < 50], rsi[rsi > 50]
    oversold = min(50.0, round(float(low[0]), below)) if len(low) else 30.0
    overbought = max(50.0, round(float(high[0]), above)) if len(high) else 70.0
    if oversold == overbought:
        return
    indicator = Rsi(period=period, oversold=oversold, overbought=overbought)
    assert_true_sentences(indicator, indicator.compute(bars))


RULES = st.sampled_from(["MOM_5 > 0", "MOM_5 < 0.02", "crosses_above(MOM_5, 0)", "close > 100", "MOM_5 >= 0"])


@settings(deadline=None, max_examples=30)
@given(RULES, st.none() | RULES, SEEDS)
def test_what_a_rule_says_is_so(buy: str, sell: str | None, seed: int) -> None:
    indicator = custom_kind("mom").model_validate({"pandas_ta": "mom", "length": 5, "buy": buy, "sell": sell})
    assert_true_sentences(indicator, indicator.compute(walk(seed, 160)))
