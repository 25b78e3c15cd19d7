"""Functions of pandas-ta as indicators: what they may see, when they count, and what a rule may say."""

import ast
from dataclasses import replace
from typing import Any

import numpy as np
import pandas_ta_classic
import pytest
from numpy.testing import assert_array_equal

from engine.core.config import ConfigError, FieldError, config_parse
from engine.core.indicators.candles import PATTERNS
from engine.core.indicators.custom import Custom, custom_kind, function_memory, function_outputs
from engine.core.indicators.functions import FUNCTIONS, REFUSED, Function
from engine.core.indicators.library import function_compute, library_compute
from engine.core.indicators.rule_reading import MAX_LENGTH, RuleError, rule_parse
from engine.core.indicators.rules import rule_evaluate
from engine.core.tests.samples import bars_of, settings
from engine.core.tests.test_indicators import walk
from engine.core.timeframes import bars_slice

ADX = {"pandas_ta": "adx", "length": 14, "buy": "ADX_14 > 25", "sell": "ADX_14 < 20"}
# A market other than the one warm-ups are measured on, long enough for the slowest default.
MARKET = walk(11, 2200)


def defaults(name: str) -> tuple[tuple[str, int | float], ...]:
    return tuple(FUNCTIONS[name].parameters.items())


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_sees_only_the_past(name: str) -> None:
    whole = function_compute(FUNCTIONS[name], defaults(name), MARKET)
    assert whole.keys() == set(function_outputs(name, defaults(name)))
    for kept in (800, 1501, 2199):
        part = function_compute(FUNCTIONS[name], defaults(name), bars_slice(MARKET, slice(0, kept)))
        assert part.keys() == whole.keys()
        for column, line in whole.items():
            np.testing.assert_allclose(part[column], line[:kept], rtol=1e-9, atol=1e-9, err_msg=column)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_has_the_defaults_the_table_names(name: str) -> None:
    bare = library_compute(replace(FUNCTIONS[name], parameters={}), (), MARKET)
    named = library_compute(FUNCTIONS[name], defaults(name), MARKET)
    for ours, theirs in zip(named.values(), bare.values(), strict=True):
        assert_array_equal(ours, theirs)


@pytest.mark.parametrize("name", ["adx", "bbands", "kvo", "macd", "rsi", "sma", "tema", "trix", "vortex", "zscore"])
def test_the_measured_warm_up_holds_on_another_market(name: str) -> None:
    warmup = function_memory(name, defaults(name)).bars
    whole = function_compute(FUNCTIONS[name], defaults(name), MARKET)
    for end in (1300, 1777, 2200):
        part = function_compute(FUNCTIONS[name], defaults(name), bars_slice(MARKET, slice(end - warmup, end)))
        for column, line in whole.items():
            assert abs(part[column][-1] - line[end - 1]) <= 1e-9 * np.nanmax(np.abs(line)), column


def test_warm_ups_are_measured_for_the_parameters_given() -> None:
    short, long = (function_memory("sma", (("length", length),)).bars for length in (10, 200))
    assert short < 200 <= long <= 340


def test_nothing_that_looks_ahead_or_starts_at_the_first_bar_is_offered() -> None:
    assert not FUNCTIONS.keys() & REFUSED.keys()
    ahead = Function("dpo", "", "", {"length": 20}, {"centered": True})
    whole = function_compute(ahead, (("length", 20),), MARKET)["DPO_20"]
    part = function_compute(ahead, (("length", 20),), bars_slice(MARKET, slice(0, 500)))["DPO_20"]
    # What the check must find: the library's own default changes the past.
    assert not np.array_equal(whole[:500], part, equal_nan=True)


def test_every_function_of_the_library_is_offered_or_explained() -> None:
    known = {name for names in pandas_ta_classic.Category.values() for name in names}
    called = {function.calls or name for name, function in FUNCTIONS.items()}
    assert known - called - REFUSED.keys() - {f"cdl_{name}" for name in PATTERNS} == set()


def test_a_custom_indicator_is_read_and_its_defaults_are_written_out() -> None:
    config = config_parse(settings(indicators={"Trend": {"pandas_ta": "adx", "buy": "ADX_14 > 25"}, "ADX:b": ADX}))
    assert config.indicators == {
        "Trend": {"pandas_ta": "adx", "buy": "ADX_14 > 25", "sell": None, "length": 14},
        "ADX:b": ADX,
    }
    assert config_parse(config.model_dump()) == config
    trend = config.indicator_set()["Trend"]
    assert isinstance(trend, Custom)
    assert (trend.drawn(), trend.votes, trend.pane) == (("ADX_14", "DMP_14", "DMN_14"), True, "own")


@pytest.mark.parametrize(
    ("name", "apart"),
    [
        ("supertrend", {"SUPERTd_7_3_0"}),
        ("psar", {"PSARaf_0_02_0_2", "PSARr_0_02_0_2"}),
        ("bbands", {"BBB_5_2_0", "BBP_5_2_0"}),
        ("linregangle", {"LRa_14"}),
        ("kc", set()),
        ("sma", set()),
    ],
)
def test_what_lies_far_from_the_price_is_none_of_its_lines(name: str, apart: set[str]) -> None:
    column = function_outputs(name, defaults(name))[0]
    indicator = custom_kind(name)(pandas_ta=name, buy=f"{column} > 0")
    assert indicator.pane == "price"
    assert set(indicator.drawn()) - set(indicator.lines_on_price()) == apart


def test_a_function_with_a_pane_of_its_own_has_no_line_on_the_price() -> None:
    # On the sample market an RSI lies where prices do.
    assert custom_kind("rsi")(pandas_ta="rsi", buy="RSI_14 > 50").lines_on_price() == ()


def test_it_votes_where_its_rules_hold_and_its_state_is_its_vote() -> None:
    indicator = custom_kind("sma")(pandas_ta="sma", length=2, buy="close > SMA_2", sell="close < SMA_2")  # type: ignore[call-arg]
    arrays = indicator.compute(bars_of([1.0, 2.0, 3.0, 3.0, 1.0]))
    assert_array_equal(indicator.vote(arrays), [0, 1, 1, 0, -1])
    assert_array_equal(indicator.state(arrays), indicator.vote(arrays))
    both = custom_kind("sma")(pandas_ta="sma", length=2, buy="close > 0", sell="close > 2")  # type: ignore[call-arg]
    assert_array_equal(both.vote(both.compute(bars_of([1.0, 2.0, 3.0]))), [1, 1, 0])


@pytest.mark.parametrize("length", [0, 1, 5])
def test_too_few_bars_give_no_vote_and_no_error(length: int) -> None:
    for name in FUNCTIONS:
        column = function_outputs(name, defaults(name))[0]
        indicator = custom_kind(name)(pandas_ta=name, buy=f"{column} > 1e14")
        arrays = indicator.compute(bars_of([100.0] * length))
        assert_array_equal(indicator.vote(arrays), np.zeros(length))


NAN = np.nan
ARRAYS = {
    "close": np.array([1.0, 2.0, 3.0, 2.0]),
    "A": np.array([NAN, 1.0, 3.0, 5.0]),
    "B": np.array([0.0, 2.0, 2.0, NAN]),
    "BBL_5_2_0": np.array([1.5, 1.5, 1.5, 1.5]),
}
RULES: list[tuple[str, list[int], list[int]]] = [
    ("A > 2", [0, 0, 1, 1], [0, 1, 0, 0]),
    ("not A > 2", [0, 1, 0, 0], [0, 0, 1, 1]),
    ("A > 2 and B > 1", [0, 0, 1, 0], [1, 1, 0, 0]),
    ("A > 2 or B > 1", [0, 1, 1, 1], [0, 0, 0, 0]),
    ("1 < close <= 2", [0, 1, 0, 1], [1, 0, 1, 0]),
    ("(close + 1) * 2 - 4 / 2 >= 4", [0, 1, 1, 1], [1, 0, 0, 0]),
    ("-close < -2", [0, 0, 1, 0], [1, 1, 0, 1]),
    ("close / (close - 2) > 0", [0, 0, 1, 0], [1, 0, 0, 0]),
    ("crosses_above(A, B)", [0, 0, 1, 0], [0, 1, 0, 0]),
    ("crosses_below(close, 2.5)", [0, 0, 0, 1], [1, 1, 1, 0]),
    ("close < BBL_5_2.0", [1, 0, 0, 0], [0, 1, 1, 1]),
    ("close < BBL_5_2_0", [1, 0, 0, 0], [0, 1, 1, 1]),
    # What rounding leaves behind is not a difference.
    ("close * 3 > close * 3.0000000000000004", [0, 0, 0, 0], [1, 1, 1, 1]),
]


@pytest.mark.parametrize(("rule", "yes", "no"), RULES)
def test_a_rule_says_yes_no_or_nothing_where_a_number_is_missing(rule: str, yes: list[int], no: list[int]) -> None:
    answer = rule_evaluate(rule_parse(rule, ["A", "B", "BBL_5_2_0"]), ARRAYS)
    assert_array_equal(answer.yes, np.array(yes, dtype=bool))
    assert_array_equal(answer.no, np.array(no, dtype=bool))


HOSTILE = [
    "",
    " ",
    "A",
    "1",
    "A >",
    "A = 2",
    "A == 2",
    "A != 2",
    "A > 'x'",
    "A > True",
    "A > None",
    "A > 1j",
    "A > 2e999",
    "A > 9999999999999999",
    "A ** 2 > 1",
    "A % 2 > 1",
    "A // 2 > 1",
    "A is close",
    "A in close",
    "A > B if A > 1 else B > 1",
    "lambda: 1",
    "[A > 1]",
    "(A > 1, B > 1)",
    "(x := A) > 1",
    "A[0] > 1",
    "A.real > 1",
    "__import__('os').system('true') > 1",
    "().__class__ > 1",
    "f'{A}' > 1",
    "abs(A) > 1",
    "crosses_above(A)",
    "crosses_above(A, B, close)",
    "crosses_above(left=A, right=B)",
    "crosses_above(*A)",
    "crosses_above(A > 1, B)",
    "crosses_above > 1",
    "crosses_above(A, B) > 1",
    "A > 1; B > 1",
    "A > 1\nB > 1",
    "A > 1 # note\0",
    "\0",
    "await A > 1",
    "yield",
    "(" * 90 + "A > 1" + ")" * 90 + " and",
    "not " * 40 + "A > 1",
    "-" * 150 + "A > 1",
    "A" * 300 + " > 1",
    "💣 > 1",
    "\ud800 > 1",
    "C > 1",
]


@pytest.mark.parametrize("rule", HOSTILE, ids=lambda rule: ascii(rule)[:40])
def test_whatever_is_not_a_rule_is_refused(rule: str) -> None:
    with pytest.raises(RuleError) as refused:
        rule_parse(rule, ["A", "B"])
    assert 0 < len(str(refused.value)) < 200


def test_a_rule_may_be_two_hundred_characters_long() -> None:
    rule = "A > 1" + " " * (MAX_LENGTH - 5)
    assert isinstance(rule_parse(rule, ["A"]), ast.Compare)
    with pytest.raises(RuleError, match="at most 200 characters"):
        rule_parse(rule + " ", ["A"])


def custom(**changes: Any) -> dict[str, Any]:
    return {"ADX": {key: value for key, value in (ADX | changes).items() if value is not ...}}


COLUMNS = "ADX_14, DMP_14, DMN_14, open, high, low, close, volume"


BAD: list[tuple[dict[str, Any], FieldError]] = [
    (
        custom(pandas_ta="adxx"),
        FieldError("indicators.ADX.pandas_ta", "is not a function of pandas-ta that can be used", "adxx", None, "adx"),
    ),
    (
        custom(pandas_ta=5),
        FieldError("indicators.ADX.pandas_ta", "is not a function of pandas-ta that can be used", 5),
    ),
    (
        custom(pandas_ta="tos_stdevall"),
        FieldError(
            "indicators.ADX.pandas_ta",
            "tos_stdevall cannot be used: it looks at bars that are still to come",
            "tos_stdevall",
        ),
    ),
    (
        custom(lenght=3),
        FieldError("indicators.ADX.lenght", "is not a setting; did you mean length?", 3, None, "length"),
    ),
    (custom(offset=-5), FieldError("indicators.ADX.offset", "is not a setting", -5)),
    (custom(length=0), FieldError("indicators.ADX.length", "must be between 1 and 500", 0, "1 to 500")),
    (
        custom(buy="ADX_15 > 1"),
        FieldError(
            "indicators.ADX.buy", f"'ADX_15' is neither a column nor a price: {COLUMNS}", "ADX_15 > 1", None, "ADX_14"
        ),
    ),
    (
        custom(sell="cross_above(ADX_14, 2)"),
        FieldError(
            "indicators.ADX.sell",
            "'cross_above' is not a function of rules: crosses_above, crosses_below",
            "cross_above(ADX_14, 2)",
            None,
            "crosses_above",
        ),
    ),
    *[
        (
            {"X": {"pandas_ta": name, "buy": "close > 0", parameter: value}},
            FieldError(f"indicators.X.{parameter}", f"must be between {low} and {high}", value, f"{low} to {high}"),
        )
        for name, parameter, value, low, high in (
            ("quantile", "q", 1.5, 0.001, 0.999),
            ("t3", "a", 1.0, 0.001, 0.999),
            ("ssf", "poles", 4, 2, 3),
            ("zscore", "std", 0.5, 1.0, 100.0),
            ("stdev", "length", 1, 2, 500),
        )
    ],
    (
        {"X": {"pandas_ta": "macd", "fast": 30, "buy": "close > 0"}},
        FieldError("indicators.X.fast", "must not be above slow (26)", 30, "at most 26"),
    ),
    (
        {"SAR": {"pandas_ta": "psar", "af": 0.02, "buy": "close > 0"}},
        FieldError("indicators.SAR.af", "is not a setting; did you mean af0?", 0.02, None, "af0"),
    ),
    (
        custom(buy=..., sell=...),
        FieldError("indicators.ADX.buy", 'needs a rule here or in sell, as in "ADX_14 > 25"'),
    ),
    (
        {"X": {"pandas_ta": "macd", "slow": 10, "buy": "close > 0"}},
        FieldError("indicators.X.slow", "must not be below fast (12)", 10, "at least 12"),
    ),
    ({"RSI": ADX}, FieldError("indicators.RSI.pandas_ta", "is not a setting", "adx")),
    (
        {"x" * 21: ADX},
        FieldError(
            f"indicators.{'x' * 21}",
            "a name of one's own must have 1 to 20 printable characters",
            "x" * 21,
            "1 to 20 characters",
        ),
    ),
]


@pytest.mark.parametrize(("indicators", "expected"), BAD, ids=lambda value: str(value)[:50])
def test_a_wrong_custom_indicator_is_named_with_what_would_be_right(
    indicators: dict[str, Any], expected: FieldError
) -> None:
    with pytest.raises(ConfigError) as refused:
        config_parse(settings(indicators=indicators))
    assert refused.value.errors[0] == expected
