"""Simple Moving Average."""

from collections.abc import Mapping
from typing import ClassVar, Self

import talib
from pydantic import Field, model_validator

from engine.core.indicators.base import TOUCH_BARS, Arrays, Asks, Indicator, crossing_said, crossings, settled, side_of
from engine.core.indicators.order import check_order
from engine.core.types import Bars, Floats, Votes


class Sma(Indicator):
    """Dollars: the mean of the last `period` closes.

    The indicator votes where the close crosses the average or, with `slow`, where the two averages cross.
    """

    label: ClassVar[str] = "SMA"
    title: ClassVar[str] = "Simple Moving Average"
    group: ClassVar[str] = "trend"
    help: ClassVar[str] = (
        "The mean of the last closes. Votes to buy on the bar on which the close rises above it, and to sell on the "
        "bar on which it falls below; with a second, slower average it is the averages that must cross."
    )
    pane: ClassVar[str] = "price"
    lines: ClassVar[tuple[str, ...]] = ("sma", "slow")
    asks: ClassVar[tuple[Asks, ...]] = (
        Asks("{name} {period} crosses above that of {slow}", "{name} {period} is above that of {slow}", "slow"),
        Asks("the close crosses above {name} {period}", "the close is above {name} {period}"),
    )

    period: int = Field(default=50, ge=2, le=1000, description="Bars of the average")
    slow: int | None = Field(default=None, ge=3, le=1000, description="Bars of a second, slower average")

    @model_validator(mode="after")
    def _period_before_slow(self) -> Self:
        if self.slow is not None:
            check_order(self, "period", "slow")
        return self

    def warmup(self) -> int:
        """Return the longer average's bars, and those a crossing looks back."""
        return max(self.period, self.slow or 0) + TOUCH_BARS

    def compute(self, bars: Bars) -> Arrays:
        """Compute the close and the averages, in dollars."""
        sma = talib.SMA(bars.close, self.period)
        if self.slow is None:
            return {"close": bars.close, "sma": settled(sma, bars.close, bars.close)}
        slow = talib.SMA(bars.close, self.slow)
        return {"close": bars.close, "sma": sma, "slow": settled(slow, sma, bars.close)}

    def vote(self, arrays: Arrays) -> Votes:
        """Vote on the bar of a crossing."""
        return crossings(*self._pair(arrays))

    def state(self, arrays: Arrays) -> Votes:
        """Return the side the indicator is on: whether the faster line is above the slower one."""
        return side_of(*self._pair(arrays))

    def sees(self, name: str, values: Mapping[str, float], vote: int, wanted: int) -> str:
        """Say whether the two lines crossed."""
        if self.slow is not None:
            return crossing_said(f"{name} {self.period}", f"that of {self.slow}", vote)
        return crossing_said("the close", f"{name} {self.period}", vote)

    def _pair(self, arrays: Arrays) -> tuple[Floats, Floats]:
        return (arrays["sma"], arrays["slow"]) if self.slow is not None else (arrays["close"], arrays["sma"])
