"""Calls of functions of pandas-ta; the first call imports the library, which takes half a second."""

from collections.abc import Callable
from inspect import Parameter, signature
from typing import Any, cast

import numpy as np

from engine.core.indicators.at_rest import neutral_at_rest
from engine.core.indicators.functions import Function
from engine.core.indicators.rule_reading import PRICES, column_name
from engine.core.types import Bars, Floats

Parameters = tuple[tuple[str, int | float], ...]


def function_compute(function: Function, chosen: Parameters, bars: Bars) -> dict[str, Floats]:
    """Compute a function's outputs: the library's own, but neutral for a price at rest.

    Args:
        function: The function.
        chosen: Its parameters.
        bars: The bars.

    Returns:
        Arrays of shape (bars,), by the name a rule spells; empty where the function cannot work with these bars.
    """
    return neutral_at_rest(function.name, dict(chosen), bars, library_compute(function, chosen, bars))


def library_compute(function: Function, chosen: Parameters, bars: Bars) -> dict[str, Floats]:
    """Compute the library's own outputs; empty where it cannot work with these bars."""
    import pandas as pd

    call = _library(function.calls or function.name)
    index = pd.to_datetime(bars.start, unit="s") if function.dated else None
    given = {name: pd.Series(getattr(bars, name.rstrip("_")), index=index) for name in _prices(call)}
    try:
        with np.errstate(all="ignore"):
            result = call(**given, **dict(chosen), **function.fixed) if len(bars) else None
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        # So the library says that there are too few bars, or that it cannot use a parameter.
        return {}
    if result is None:
        return {}
    frame = result.to_frame() if isinstance(result, pd.Series) else result
    if len(frame) != len(bars):
        return {}
    return {
        column_name(str(name)): np.ascontiguousarray(pd.to_numeric(frame[name], errors="coerce"), dtype=np.float64)
        for name in frame
    }


def _prices(call: Callable[..., Any]) -> list[str]:
    """Return the prices a function cannot do without; all of them where each has a default (kdj).

    Given a price that has a default, some functions compute another formula (cmf, psl); kdj needs them all the same.
    """
    prices = [parameter for name, parameter in signature(call).parameters.items() if name.rstrip("_") in PRICES]
    needed = [parameter.name for parameter in prices if parameter.default is Parameter.empty]
    return needed or [parameter.name for parameter in prices]


def _library(name: str) -> Callable[..., Any]:
    import pandas_ta_classic

    return cast(Callable[..., Any], getattr(pandas_ta_classic, name))
