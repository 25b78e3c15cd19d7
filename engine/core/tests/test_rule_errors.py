"""A rule that cannot be used is told with the indicator, the rule, the part of it, and what would be right."""

from typing import Any

import pytest

from engine.core.config import config_parse
from engine.core.field_errors import ConfigError, FieldError
from engine.core.tests.samples import settings

COLUMNS = "ADX_14, DMP_14, DMN_14, open, high, low, close, volume"
NEVER_EQUAL = "compare with < <= > >= only: a computed number is hardly ever equal to another"

# A rule for when to buy, and what is said of it.
WRONG: list[tuple[str, str]] = [
    ("", "must have 1 to 200 characters"),
    ("   ", "is empty"),
    ("close > 1" + " " * 192, "must have 1 to 200 characters"),
    ("ADX_14", '"ADX_14" must be compared with something, as in "ADX_14 > 25"'),
    ("ADX_14 > 25 and DMP_14", '"DMP_14" must be compared with something, as in "ADX_14 > 25"'),
    ("ADX_14 >", 'ends after ">": something must follow'),
    ("ADX_14 > 25 and", 'ends after "and": something must follow'),
    ("ADX_14 > 25 and (close > 3", 'has 1 "(" and 0 ")"'),
    ("ADX_14 > 25 close > 3", 'cannot be read from "close > 3" on'),
    ("ADX_14 = 25", f'"=" at character 8: {NEVER_EQUAL}'),
    ("ADX_14 == 25", f'"==" at character 8: {NEVER_EQUAL}'),
    ("close > 1 and ADX_14 != 25", f'"!=" at character 22: {NEVER_EQUAL}'),
    ("ADX_14 => 25", '"=>" at character 8: write ">="'),
    ("ADX_14 =< 25", '"=<" at character 8: write "<="'),
    ("ADX_14 > 25 && close > 3", '"&&" at character 13: write "and"'),
    ("ADX_14 > 25 & close > 3", '"&" at character 13: write "and"'),
    ("ADX_14 > 25 || close > 3", '"||" at character 13: write "or"'),
    ("!(ADX_14 > 25)", '"!" at character 1: write "not"'),
    ("ADX_14 > 25 AND close > 3", '"AND" at character 13: write and, or, not in small letters'),
    (
        "close > 2%",
        '"%" at character 10: a rule knows + - * / and no %: a part of something is a product, '
        "as in close > 1.02 * open",
    ),
    ("ADX_14 ** 2 > 1", '"**" at character 8: a rule calculates with + - * / only'),
    (
        "ADX_14[-1] > 2",
        '"[" at character 7: a rule looks at the bar that is over; crosses_above(a, b) looks at the one before it, too',
    ),
    ("ADX_14 > 'high'", '"\'" at character 10: a rule has no text, only columns, prices and numbers'),
    ("ADX_14 > True", '"True" is neither a number nor a column'),
    ("ADX_14 > 1e16", '"1e16" is too large: numbers go up to 1e+15'),
    ("min(ADX_14, 3) > 2", "'min' is not a function of rules: crosses_above, crosses_below"),
    (
        "crosses_above(ADX_14)",
        '"crosses_above(ADX_14)": crosses_above takes two numbers, as in crosses_above(close, 100)',
    ),
    (
        "crosses_above(ADX_14, 25) > 0",
        '"crosses_above(ADX_14, 25)" holds or does not: it is no number to compare or calculate with',
    ),
    ("(close > 3) > 2", '"close > 3" holds or does not: it is no number to compare or calculate with'),
    ("close.real > 2", '"close.real": a rule calculates with columns, prices, numbers and + - * / only'),
    (
        "close > 3 if open > 2 else low > 3",
        '"close > 3 if open > 2 else low > 3" must be compared with something, as in "ADX_14 > 25"',
    ),
    ("not " * 12 + "close > 1", "is nested deeper than 12 levels"),
    ("RSI_14 > 50", f"'RSI_14' is neither a column nor a price: {COLUMNS}"),
]


def refusals(indicators: dict[str, Any]) -> list[FieldError]:
    with pytest.raises(ConfigError) as refused:
        config_parse(settings(indicators=indicators))
    return list(refused.value.errors)


@pytest.mark.parametrize(("rule", "message"), WRONG, ids=[rule[:40] for rule, _ in WRONG])
def test_a_wrong_rule_is_told_at_its_field_with_the_part_that_is_wrong(rule: str, message: str) -> None:
    [error] = refusals({"RSI": {}, "Trend:slow": {"pandas_ta": "adx", "buy": rule}})
    assert (error.field, error.message) == ("indicators.Trend:slow.buy", message)
    assert error.value == (rule if len(rule) <= 80 else rule[:77] + "...")


def test_every_wrong_rule_of_every_indicator_is_told_at_once() -> None:
    errors = refusals(
        {
            "A": {"pandas_ta": "adx", "buy": "ADX > 25", "sell": "ADX_14 = 3"},
            "B": {"pandas_ta": "roc", "length": 5, "buy": "ROC_5 > 0", "sell": "ROC_10 < 0"},
        }
    )
    assert [(error.field, error.nearest) for error in errors] == [
        ("indicators.A.buy", "ADX_14"),
        ("indicators.A.sell", None),
        ("indicators.B.sell", "ROC_5"),
    ]


def test_what_is_shown_as_an_example_is_a_column_of_the_function() -> None:
    [error] = refusals({"B": {"pandas_ta": "roc"}})
    assert (error.field, error.message) == ("indicators.B.buy", 'needs a rule here or in sell, as in "ROC_10 > 25"')


def test_a_place_is_that_of_the_text_as_it_was_typed() -> None:
    [error] = refusals({"B": {"pandas_ta": "bbands", "buy": "  BBL_5_2.0 > 0 and (BBU_5_2.0 > 1) * 2 > 1"}})
    assert error.message == '"BBU_5_2.0 > 1" holds or does not: it is no number to compare or calculate with'


def test_a_comment_may_hold_what_no_rule_may() -> None:
    rule = "ADX_14 > 25  # 100 % sure: buy == good!"
    config = config_parse(settings(indicators={"A": {"pandas_ta": "adx", "buy": rule}}))
    assert config.indicator_set()["A"].model_dump()["buy"] == rule
