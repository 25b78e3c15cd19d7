"""Any function of pandas-ta as an indicator, with rules of one's own for when it votes.

The library is imported when the first such indicator is used: that takes half a second.
"""

import ast
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from functools import cache, lru_cache
from inspect import Parameter, signature
from typing import Any, ClassVar, Self, cast

import numpy as np
from pydantic import Field, create_model, model_validator
from pydantic_core import PydanticCustomError

from engine.core.indicators.at_rest import neutral_at_rest
from engine.core.indicators.base import TOUCH_BARS, VERDICT, Arrays, Indicator
from engine.core.indicators.functions import FUNCTIONS, Function
from engine.core.indicators.rules import PRICES, RuleError, column_name, rule_evaluate, rule_names, rule_parse
from engine.core.timeframes import bars_slice
from engine.core.types import Bars, Floats, Votes

LONGEST = 500
SAMPLE_BARS = 3000
# Bars other than the sample's may forget a little slower.
MARGIN = 1.5
SETTLED = 1e-9
_ON_THE_PRICE = ("accbands", "bbands", "donchian", "kc", "psar", "supertrend")
# Where a short history is compared with the whole one: in calm and in wild stretches, so never at equal distances.
ENDS = tuple(SAMPLE_BARS - 97 * step - step * step for step in range(12))
Parameters = tuple[tuple[str, int | float], ...]
# Runs a function of this module and its arguments somewhere else, where that is set: pandas takes long.
run_elsewhere: ContextVar[Callable[..., Any] | None] = ContextVar("run_elsewhere", default=None)


class Custom(Indicator):
    """A function of pandas-ta. `buy` and `sell` are rules over its outputs; a bar on which both hold votes neither.

    Its warm-up is measured: how many bars of a sample market it takes until more of them move no output by more than
    1e-9 of that output's own size.
    """

    label: ClassVar[str] = "Custom"
    title: ClassVar[str] = "Custom"
    lines: ClassVar[tuple[str, ...]] = ()
    function: ClassVar[Function]

    pandas_ta: str = Field(description="Name of the function")
    buy: str | None = Field(default=None, min_length=1, max_length=200, description="Votes to buy where this holds")
    sell: str | None = Field(default=None, min_length=1, max_length=200, description="Votes to sell where this holds")

    @model_validator(mode="after")
    def _rules_hold_water(self) -> Self:
        if self.buy is None and self.sell is None:
            raise ValueError('needs a rule in buy or sell, as in "ADX_14 > 25"')
        outputs = function_outputs(self.function.name, self._chosen())
        for side in ("buy", "sell"):
            rule = getattr(self, side)
            if rule is None:
                continue
            try:
                rule_parse(rule, outputs)
            except RuleError as error:
                context = {"field": side, "rule": rule, "nearest": error.nearest, "text": str(error)}
                raise PydanticCustomError("rule", "{text}", context) from None
        function_warmup(self.function.name, self._chosen())
        return self

    def drawn(self) -> tuple[str, ...]:
        return function_outputs(self.function.name, self._chosen())

    def warmup(self) -> int:
        return function_warmup(self.function.name, self._chosen())

    def compute(self, bars: Bars) -> Arrays:
        columns = _run(function_compute, self.function, self._chosen(), bars)
        arrays = {name: columns.get(name, np.full(len(bars), np.nan)) for name in self.drawn()}
        used = {"close"}.union(*(rule_names(rule) for rule in self._rules().values()))
        return arrays | {name: getattr(bars, name) for name in PRICES if name in used}

    def vote(self, arrays: Arrays) -> Votes:
        sides = {side: rule_evaluate(rule, arrays).yes.astype(np.int8) for side, rule in self._rules().items()}
        none = np.zeros(len(arrays["close"]), dtype=np.int8)
        return (sides.get("buy", none) - sides.get("sell", none)).astype(np.int8)

    def sees(self, name: str, values: Mapping[str, float], vote: int, wanted: int) -> str:
        one, other = (self.buy, self.sell) if (vote or wanted) > 0 else (self.sell, self.buy)
        if vote or one is None:
            return f"{name} {VERDICT[vote]}" + (f" ({one})" if one else "")
        # On a bar on which both rules hold it is quiet, too.
        unless = f", unless {other}" if other else ""
        return f"{name} is quiet ({'buys' if wanted > 0 else 'sells'} where {one}{unless})"

    def _chosen(self) -> Parameters:
        return tuple((name, getattr(self, name)) for name in self.function.parameters)

    def _rules(self) -> dict[str, ast.expr]:
        outputs = self.drawn()
        rules = {"buy": self.buy, "sell": self.sell}
        return {side: _rule(rule, outputs) for side, rule in rules.items() if rule is not None}


@lru_cache(maxsize=256)
def _rule(text: str, outputs: tuple[str, ...]) -> ast.expr:
    return rule_parse(text, outputs)


@cache
def custom_kind(name: str) -> type[Custom]:
    """The indicator class of a function: its parameters as checked fields. KeyError for a function not offered."""
    function = FUNCTIONS[name]
    fields: dict[str, Any] = {
        parameter: (
            type(default),
            Field(default=default, ge=1, le=LONGEST, description="A number of bars")
            if isinstance(default, int)
            else Field(default=default, ge=0.001, le=100, description="A factor"),
        )
        for parameter, default in function.parameters.items()
    }
    kind = cast(type[Custom], create_model(f"Custom_{name}", __base__=Custom, **fields))
    kind.title, kind.group, kind.function = function.title, function.group, function
    kind.pane = "price" if function.group == "average" or name in _ON_THE_PRICE else "own"
    return kind


def function_compute(function: Function, chosen: Parameters, bars: Bars) -> dict[str, Floats]:
    """The function's outputs over these bars, by the name a rule spells; empty where it cannot work with them.

    They are the library's own, but for a price at rest.
    """
    return neutral_at_rest(function.name, dict(chosen), bars, library_compute(function, chosen, bars))


def library_compute(function: Function, chosen: Parameters, bars: Bars) -> dict[str, Floats]:
    """The library's own outputs; empty where it cannot work with these bars."""
    import pandas as pd

    call = _library(function.name)
    given = {name: pd.Series(getattr(bars, name.rstrip("_"))) for name in _prices(call)}
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


def _run(function: Callable[..., Any], *arguments: Any) -> Any:
    elsewhere = run_elsewhere.get()
    return function(*arguments) if elsewhere is None else elsewhere(function, *arguments)


@lru_cache(maxsize=512)
def function_outputs(name: str, chosen: Parameters) -> tuple[str, ...]:
    """The names of a function's outputs with these parameters. ValueError where there are none."""
    return cast(tuple[str, ...], _run(outputs_measure, name, chosen))


@lru_cache(maxsize=512)
def function_warmup(name: str, chosen: Parameters) -> int:
    """Bars until more history moves no output. ValueError where it looks ahead or never settles."""
    return cast(int, _run(warmup_measure, name, chosen))


def outputs_measure(name: str, chosen: Parameters) -> tuple[str, ...]:
    columns = _on_sample(name, chosen)
    if not columns or all(np.isnan(line).all() for line in columns.values()):
        raise ValueError(f"{name} gives nothing with these parameters")
    return tuple(columns)


@lru_cache(maxsize=32)
def _on_sample(name: str, chosen: Parameters) -> Mapping[str, Floats]:
    return function_compute(FUNCTIONS[name], chosen, sample_bars())


def warmup_measure(name: str, chosen: Parameters) -> int:
    """Found on the sample.

    A crossing looks back by TOUCH_BARS, so it is the last that many values that must have settled.
    """
    full = _on_sample(name, chosen)
    if not _is_causal(name, chosen, full):
        raise ValueError(f"{name} looks at bars that are still to come with these parameters")
    low, high = 0, 32
    while not _settles(name, chosen, full, high):
        low, high = high, high * 2
        if high > SAMPLE_BARS // 2:
            raise ValueError(
                f"{name} does not settle within {SAMPLE_BARS // 2} bars with these parameters: "
                "what it says depends on how much history is loaded"
            )
    while high - low > max(4, high // 16):
        middle = (low + high) // 2
        low, high = (low, middle) if _settles(name, chosen, full, middle) else (middle, high)
    return int(high * MARGIN) + TOUCH_BARS


def _settles(name: str, chosen: Parameters, full: Mapping[str, Floats], window: int) -> bool:
    for end in ENDS:
        part = function_compute(FUNCTIONS[name], chosen, bars_slice(sample_bars(), slice(end - window, end)))
        for column, line in full.items():
            if column not in part or not _agree(part[column][-1:], line[end - 1 : end], line):
                return False
    return True


def _is_causal(name: str, chosen: Parameters, full: Mapping[str, Floats]) -> bool:
    for end in ENDS[1::4]:
        part = function_compute(FUNCTIONS[name], chosen, bars_slice(sample_bars(), slice(0, end)))
        if any(column not in part or not _agree(part[column], line[:end], line) for column, line in full.items()):
            return False
    return True


def _agree(one: Floats, other: Floats, line: Floats) -> bool:
    finite = np.abs(line[np.isfinite(line)])
    scale = finite.max() if len(finite) else 1.0
    same_gaps = np.array_equal(np.isfinite(one), np.isfinite(other))
    moved = np.abs(one - other)[np.isfinite(other)]
    return bool(same_gaps and (moved <= SETTLED * scale).all())


@cache
def sample_bars() -> Bars:
    """A market that always is the same: a walk in cents with calm and wild stretches, and volumes of every size."""
    rng = np.random.default_rng(20_260_602)
    wild = 1 + 4 * (np.arange(SAMPLE_BARS) // 250 % 2)
    moves = rng.integers(-3, 4, SAMPLE_BARS) * wild
    close = np.maximum(100 + np.cumsum(moves) / 100, 10.0)
    opened = np.r_[close[:1], close[:-1] + rng.integers(-1, 2, SAMPLE_BARS - 1) / 100]
    high = np.maximum(opened, close) + rng.integers(0, 4, SAMPLE_BARS) / 100
    low = np.minimum(opened, close) - rng.integers(0, 4, SAMPLE_BARS) / 100
    volume = np.round(rng.lognormal(7, 1, SAMPLE_BARS)) + 1
    start = 60 * np.arange(SAMPLE_BARS, dtype=np.int64)
    day = np.zeros(SAMPLE_BARS, dtype=np.int64)
    return Bars("SAMPLE", "1Min", start, start + 60, day, opened, high, low, close, volume)
