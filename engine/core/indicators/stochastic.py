"""Stochastic oscillator (George C. Lane, 1950s), the slow one."""

from collections.abc import Mapping
from typing import ClassVar, Self

import numpy as np
import talib
from pydantic import Field, model_validator

from engine.core.indicators.base import (
    ROUNDING,
    TOUCH_BARS,
    Arrays,
    Asks,
    Indicator,
    crossing_said,
    crossings,
    plain,
    settled,
    side_of,
    window_mean,
)
from engine.core.indicators.order import check_order
from engine.core.types import Bars, Votes

SCALE = 100.0


class Stochastic(Indicator):
    """0 to 100: where the close lies in the range of the last bars, smoothed (%K), and the mean of that (%D).

    Raw %K = 100 x (close - lowest low) / (highest high - lowest low); in a range of nothing the close is in its middle.
    """

    label: ClassVar[str] = "Stochastic"
    title: ClassVar[str] = "Stochastic Oscillator"
    group: ClassVar[str] = "momentum"
    help: ClassVar[str] = (
        "Where the close lies between the lowest low and the highest high of the last bars, from 0 to 100. Votes to "
        "buy on the bar on which %K rises above %D while both are below oversold, and to sell on the bar on which "
        "it falls below %D while both are above overbought."
    )
    lines: ClassVar[tuple[str, ...]] = ("k", "d")
    asks: ClassVar[tuple[Asks, ...]] = (
        Asks("%K of {name} crosses above %D, both below {oversold}", "%K of {name} is above %D"),
    )

    period: int = Field(default=14, ge=2, le=500, description="Bars whose range is looked at")
    smooth: int = Field(default=3, ge=1, le=100, description="Bars over which %K is smoothed")
    signal: int = Field(
        default=3, ge=1, le=100, description="Bars of %D, the mean of %K; of 1 it is %K and never crosses"
    )
    oversold: float = Field(default=20, ge=0, le=100, description="Buys only below this")
    overbought: float = Field(default=80, ge=0, le=100, description="Sells only above this")

    @model_validator(mode="after")
    def _levels_in_order(self) -> Self:
        check_order(self, "oversold", "overbought")
        return self

    def warmup(self) -> int:
        """Return the bars of all three windows, and those a crossing looks back."""
        return self.period + self.smooth + self.signal - 2 + TOUCH_BARS

    def compute(self, bars: Bars) -> Arrays:
        """Compute %K and %D, from 0 to 100."""
        highest, lowest = talib.MAX(bars.high, self.period), talib.MIN(bars.low, self.period)
        reach = highest - lowest
        stands = reach <= ROUNDING * bars.close
        raw = np.where(stands, SCALE / 2, SCALE * (bars.close - lowest) / np.where(stands, 1.0, reach))
        k = window_mean(raw, self.smooth)
        scale = np.full(len(k), SCALE)
        for level in (self.oversold, self.overbought):
            k = settled(k, np.full(len(k), float(level)), scale)
        return {"k": k, "d": settled(window_mean(k, self.signal), k, scale)}

    def vote(self, arrays: Arrays) -> Votes:
        """Vote where %K crosses %D while both are below oversold, or both above overbought."""
        crossed, k = crossings(arrays["k"], arrays["d"]), arrays["k"]
        # On the bar of a crossing %K is the further line: where it is inside the zone, %D is as well.
        inside = np.where(crossed > 0, k < self.oversold, k > self.overbought)
        return np.where(inside, crossed, 0).astype(np.int8)

    def state(self, arrays: Arrays) -> Votes:
        """Return +1 where %K is above %D, -1 where it is below."""
        return side_of(arrays["k"], arrays["d"])

    def sees(self, name: str, values: Mapping[str, float], vote: int, wanted: int) -> str:
        """Say whether %K crossed %D, and in which zone that counts."""
        side = vote or wanted
        zone = f"below {plain(self.oversold)}" if side > 0 else f"above {plain(self.overbought)}"
        return f"{crossing_said(f'{name} %K', '%D', vote)} {zone}"

    def levels(self) -> tuple[float, ...]:
        """Return oversold and overbought."""
        return (self.oversold, self.overbought)
