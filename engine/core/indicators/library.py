"""Calling functions of pandas-ta. The library is imported when the first is called: that takes half a second."""

from collections.abc import Callable
from inspect import Parameter, signature
from typing import Any, cast

import numpy as np

from engine.core.indicators.at_rest import neutral_at_rest
from engine.core.indicators.functions import Function
from engine.core.indicators.rules import PRICES, column_name
from engine.core.types import Bars, Floats

Parameters = tuple[tuple[str, int | float], ...]


def function_compute(function: Function, chosen: Parameters, bars: Bars) -> dict[str, Floats]:
    """The function's outputs over these bars, by the name a rule spells; empty where it cannot work with them.

    They are the library's own, but for a price at rest.
    """
    return neutral_at_rest(function.name, dict(chosen), bars, library_compute(function, chosen, bars))


def library_compute(function: Function, chosen: Parameters, bars: Bars) -> dict[str, Floats]:
    """The library's own outputs; empty where it cannot work with these bars."""
    import pandas as pd

    call = _library(function.calls or function.name)
    index = pd.to_datetime(bars.start, unit="s") if function.dated else None
    given = {name: pd.Series(getattr(bars, name.rstrip("_")), index=index) for name in _prices(call)}
    try:
        with np.errstate(all="ignore"):
            result = call(**given, **dict(chosen), **function.fixed) if len(bars) else None
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        # How the library says that there are too few bars, or that a parameter is beyond what it can use.
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
    """The prices a function cannot do without: with one that has a default, some compute another formula (cmf, psl).

    Where all have a default (kdj), it needs all the same.
    """
    prices = [parameter for name, parameter in signature(call).parameters.items() if name.rstrip("_") in PRICES]
    needed = [parameter.name for parameter in prices if parameter.default is Parameter.empty]
    return needed or [parameter.name for parameter in prices]


def _library(name: str) -> Callable[..., Any]:
    import pandas_ta_classic

    return cast(Callable[..., Any], getattr(pandas_ta_classic, name))
