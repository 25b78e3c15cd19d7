"""Any function of pandas-ta as an indicator, with rules of one's own for when it votes."""

import ast
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from functools import cache, lru_cache
from typing import Any, ClassVar, Self, cast

import numpy as np
from pydantic import Field, create_model, model_validator

from engine.core.field_errors import FieldError, faults_raised
from engine.core.indicators.anchors import anchored, anchored_from, anchored_reach
from engine.core.indicators.base import BEGUN, VERDICT, Arrays, Indicator
from engine.core.indicators.functions import FAST_BEFORE_SLOW, FUNCTIONS, LIMITS, LONGEST, Function
from engine.core.indicators.library import Parameters, function_compute
from engine.core.indicators.measured import Memory, columns_on_price, memory_measure, outputs_measure
from engine.core.indicators.order import check_order
from engine.core.indicators.rule_reading import PRICES, RuleError, rule_names, rule_parse
from engine.core.indicators.rules import rule_evaluate
from engine.core.types import Bars, Floats, Votes

BEGUN_AT_LEAST = 32
MOST_CHOICES = 3
_ON_THE_PRICE = ("accbands", "bbands", "donchian", "ichimoku", "kc", "psar", "supertrend")
# If set, it runs a function of this module with its arguments somewhere else: pandas takes long.
run_elsewhere: ContextVar[Callable[..., Any] | None] = ContextVar("run_elsewhere", default=None)


class Custom(Indicator):
    """A function of pandas-ta; `buy` and `sell` are rules over its outputs, which vote for neither where both hold.

    Its warm-up is measured: how many bars of a sample market it takes until more of them move no output by more than
    1e-9 of that output's own size. A function whose memory does not fade so begins at a fixed bar (`anchors`).
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
        if self.function.name in FAST_BEFORE_SLOW:
            check_order(self, "fast", "slow", may_equal=True)
        outputs = function_outputs(self.function.name, self._chosen())
        if self.buy is None and self.sell is None:
            raise faults_raised(FieldError("buy", f'needs a rule here or in sell, as in "{outputs[0]} > 25"'))
        faults: list[FieldError] = []
        for side in ("buy", "sell"):
            rule = getattr(self, side)
            try:
                if rule is not None:
                    rule_parse(rule, outputs)
            except RuleError as error:
                faults.append(FieldError(side, str(error), rule, None, error.nearest))
        if faults:
            raise faults_raised(*faults)
        self._memory()
        return self

    def drawn(self) -> tuple[str, ...]:
        """Return the names of the function's outputs."""
        return function_outputs(self.function.name, self._chosen())

    def lines_on_price(self) -> tuple[str, ...]:
        """Return the outputs that are prices; a direction or a width beside them is none."""
        return function_prices(self.function.name, self._chosen()) if self.pane == "price" else ()

    def warmup(self) -> int:
        """Return the measured memory of the function, in bars."""
        return self._memory().bars

    def reach(self, timeframe: str) -> int:
        """Return the memory, and with an anchor two blocks of bars more."""
        memory = self._memory()
        return anchored_reach(memory.bars, timeframe) if memory.anchored else memory.bars

    def least(self) -> int:
        """Return the memory; with an anchor, fewer bars are enough where nobody has older ones."""
        memory = self._memory()
        return min(memory.bars, max(BEGUN_AT_LEAST, BEGUN * memory.lengths)) if memory.anchored else memory.bars

    def settled_from(self, bars: Bars) -> int:
        """Return the first bar that counts behind an anchor, if the function has one."""
        memory = self._memory()
        return anchored_from(bars, memory.bars) if memory.anchored else super().settled_from(bars)

    def compute(self, bars: Bars) -> Arrays:
        """Compute the function's outputs, and the prices its rules look at."""
        memory = self._memory()
        if memory.anchored:
            columns = _run(anchored_compute, self.function, self._chosen(), bars, memory.bars)
        else:
            columns = _run(function_compute, self.function, self._chosen(), bars)
        arrays = {name: columns.get(name, np.full(len(bars), np.nan)) for name in self.drawn()}
        used = {"close"}.union(*(rule_names(rule) for rule in self._rules().values()))
        return arrays | {name: getattr(bars, name) for name in PRICES if name in used}

    def vote(self, arrays: Arrays) -> Votes:
        """Vote where exactly one of the two rules holds."""
        sides = {side: rule_evaluate(rule, arrays).yes.astype(np.int8) for side, rule in self._rules().items()}
        none = np.zeros(len(arrays["close"]), dtype=np.int8)
        return (sides.get("buy", none) - sides.get("sell", none)).astype(np.int8)

    def sees(self, name: str, values: Mapping[str, float], vote: int, wanted: int) -> str:
        """Say which rule holds, or for which one the indicator waits."""
        one, other = (self.buy, self.sell) if (vote or wanted) > 0 else (self.sell, self.buy)
        if vote or one is None:
            return f"{name} {VERDICT[vote]}" + (f" ({one})" if one else "")
        # The indicator is quiet on a bar on which both rules hold, too.
        unless = f", unless {other}" if other else ""
        return f"{name} is quiet ({'buys' if wanted > 0 else 'sells'} where {one}{unless})"

    def _memory(self) -> Memory:
        return function_memory(self.function.name, self._chosen())

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
    """Make the indicator class of a function, with the function's parameters as checked fields.

    Raises:
        KeyError: The function is not offered.
    """
    function = FUNCTIONS[name]
    limits = LIMITS.get(name, {})
    fields: dict[str, Any] = {}
    for parameter, default in function.parameters.items():
        is_length = isinstance(default, int)
        low, high = limits.get(parameter, (1, LONGEST) if is_length else (0.001, 100))
        about = "A number of bars" if is_length and high > MOST_CHOICES else "A factor" if not is_length else "A number"
        fields[parameter] = (type(default), Field(default=default, ge=low, le=high, description=about))
    kind = cast(type[Custom], create_model(f"Custom_{name}", __base__=Custom, **fields))
    kind.title, kind.group, kind.function = function.title, function.group, function
    kind.pane = "price" if function.group == "average" or name in _ON_THE_PRICE else "own"
    return kind


def _run(function: Callable[..., Any], *arguments: Any) -> Any:
    elsewhere = run_elsewhere.get()
    return function(*arguments) if elsewhere is None else elsewhere(function, *arguments)


@lru_cache(maxsize=512)
def function_outputs(name: str, chosen: Parameters) -> tuple[str, ...]:
    """Return the names of a function's outputs with these parameters.

    Raises:
        ValueError: The function gives nothing with these parameters.
    """
    return cast(tuple[str, ...], _run(outputs_measure, name, chosen))


@lru_cache(maxsize=512)
def function_prices(name: str, chosen: Parameters) -> tuple[str, ...]:
    """Return the names of a function's outputs that are prices with these parameters."""
    return cast(tuple[str, ...], _run(columns_on_price, name, chosen))


@lru_cache(maxsize=512)
def function_memory(name: str, chosen: Parameters) -> Memory:
    """Return how far back the function remembers with these parameters.

    Raises:
        ValueError: The function looks ahead.
    """
    return cast(Memory, _run(memory_measure, name, chosen))


def anchored_compute(function: Function, chosen: Parameters, bars: Bars, anchor: int) -> dict[str, Floats]:
    """Compute a function's outputs as `function_compute` does, but begun at fixed bars."""
    return anchored(bars, anchor, lambda part: function_compute(function, chosen, part))
