"""Parameters of functions by name: what is taken does what it says."""

from dataclasses import replace

import numpy as np
import pytest

from engine.core.config import ConfigError, config_parse
from engine.core.indicators.functions import FAST_BEFORE_SLOW, FUNCTIONS
from engine.core.indicators.library import library_compute
from engine.core.tests.samples import bars_of, settings
from engine.core.tests.test_custom_indicators import defaults
from engine.core.types import Bars


def wild() -> Bars:
    """Moves of any size, so that every parameter matters."""
    rng = np.random.default_rng(4)
    close = 100 * np.exp(rng.normal(0, 0.5, 1700))
    return replace(bars_of(close), volume=np.round(rng.lognormal(7, 2, 1700)) + 1)


WHOLE = (1, 2, 3, 4, 7, 60, 300)
FACTORS = (0.001, 0.01, 0.3, 0.5, 0.9, 1.0, 1.5, 3.0, 7.0, 50.0, 100.0)


@pytest.mark.parametrize("name", [name for name, function in FUNCTIONS.items() if function.parameters])
def test_a_parameter_that_is_taken_is_not_replaced(name: str) -> None:
    """The library takes its default for many a value, without a word: such a value is refused."""
    function, bars = FUNCTIONS[name], wild()
    usual = library_compute(function, defaults(name), bars)
    for parameter, default in function.parameters.items():
        for value in WHOLE if isinstance(default, int) else FACTORS:
            chosen = dict(function.parameters) | {parameter: value}
            found = library_compute(function, tuple(chosen.items()), bars)
            if value == default or not found or all(np.isnan(line).all() for line in found.values()):
                continue
            # A column's name says what was taken.
            same = list(found) == list(usual) and all(
                np.array_equal(one, other, equal_nan=True)
                for one, other in zip(found.values(), usual.values(), strict=True)
            )
            if same:
                with pytest.raises(ConfigError):
                    config_parse(settings(indicators={"X": {"pandas_ta": name, "buy": "close > 0", **chosen}}))


# The sum of two rates of change: which is called fast does not matter.
TWO = sorted(name for name, function in FUNCTIONS.items() if {"fast", "slow"} <= function.parameters.keys())


@pytest.mark.parametrize("name", [name for name in TWO if name != "coppock"])
def test_fast_and_slow_are_not_swapped_silently(name: str) -> None:
    given = dict(FUNCTIONS[name].parameters)
    swapped = given | {"fast": given["slow"], "slow": given["fast"]}
    one, other = (library_compute(FUNCTIONS[name], tuple(chosen.items()), wild()) for chosen in (given, swapped))
    same = np.array_equal(next(iter(one.values())), next(iter(other.values())), equal_nan=True)
    assert same is (name in FAST_BEFORE_SLOW)
