"""Indicators of one's own: once registered, a class is offered wherever the built-in ones are."""

import numpy as np

from engine.core.indicators.base import Indicator
from engine.core.indicators.measured import ENDS, sample_bars
from engine.core.timeframes import bars_slice

SETTLED = 1e-9


class IndicatorRefused(ValueError):
    """The class cannot be offered; the text says why."""


def indicator_check(kind: type[Indicator]) -> None:
    """Try a class with its defaults on bars that always are the same.

    It must not look ahead, and with its declared warm-up of bars its last values must be those of the whole history.

    Raises:
        IndicatorRefused: The class fails a check; the text names it.
    """
    for name in ("label", "title", "lines"):
        if not getattr(kind, name, None):
            raise IndicatorRefused(f"{kind.__name__} must say its {name}")
    if not (kind.__doc__ or "").strip():
        raise IndicatorRefused(
            f"{kind.label} must say in its docstring what its lines are measured in, and where its formula is from"
        )
    indicator, whole = kind(), sample_bars()
    warmup, scale = indicator.warmup(), float(whole.close.max())
    if not 1 <= warmup <= len(whole) // 2:
        raise IndicatorRefused(
            f"{kind.label} declares a warm-up of {warmup} bars; 1 to {len(whole) // 2} can be checked"
        )
    full = indicator.compute(whole)
    for end in ENDS:
        for begin, what in ((0, "looks at bars that are still to come"), (end - warmup, "needs more than its warm-up")):
            part = indicator.compute(bars_slice(whole, slice(max(0, begin), end)))
            for name, line in full.items():
                if kind.is_running_total and begin:
                    continue
                here, there = float(part[name][-1]), float(line[end - 1])
                if not (abs(here - there) <= SETTLED * scale or (np.isnan(here) and np.isnan(there))):
                    raise IndicatorRefused(f"{kind.label} {what}: its line {name!r} was {here}, not {there}")
