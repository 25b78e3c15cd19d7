"""Moving Average Convergence Divergence (Gerald Appel, 1979)."""

from collections.abc import Mapping
from typing import ClassVar, Self

import talib
from pydantic import Field, model_validator

from engine.core.indicators.base import BEGUN, Arrays, Asks, Indicator, crossing_said, crossings, settled, side_of
from engine.core.indicators.order import check_order
from engine.core.types import Bars, Votes


class Macd(Indicator):
    """Dollars: the fast EMA less the slow EMA, and the EMA of that as the signal.

    The indicator votes on the bar on which they cross.
    """

    label: ClassVar[str] = "MACD"
    title: ClassVar[str] = "Moving Average Convergence Divergence"
    group: ClassVar[str] = "momentum"
    help: ClassVar[str] = (
        "The distance of a fast from a slow average, and a signal that follows it. Votes to buy on the bar on which "
        "the line rises above its signal, and to sell on the bar on which it falls below."
    )
    lines: ClassVar[tuple[str, ...]] = ("macd", "signal", "histogram")
    asks: ClassVar[tuple[Asks, ...]] = (Asks("{name} crosses above its signal", "{name} is above its signal"),)

    fast: int = Field(default=12, ge=2, le=500, description="Bars of the fast average")
    slow: int = Field(default=26, ge=3, le=500, description="Bars of the slow average")
    signal: int = Field(
        default=9, ge=1, le=500, description="Bars of the signal's average; of 1 it is the line and never crosses"
    )

    @model_validator(mode="after")
    def _fast_before_slow(self) -> Self:
        check_order(self, "fast", "slow")
        return self

    def warmup(self) -> int:
        """Return 16 lengths of the slow and the signal's average together."""
        # An EMA forgets by (1 - 2/(period + 1)) a bar: 16 x (slow + signal) bars leave less than 1e-9 of the price.
        return 16 * (self.slow + self.signal)

    def least(self) -> int:
        """Return BEGUN lengths of the slow and the signal's average together."""
        return BEGUN * (self.slow + self.signal)

    def compute(self, bars: Bars) -> Arrays:
        """Compute the line, its signal and the difference of the two, in dollars."""
        macd, signal, _ = talib.MACD(bars.close, self.fast, self.slow, self.signal)
        signal = settled(signal, macd, bars.close)
        return {"macd": macd, "signal": signal, "histogram": macd - signal}

    def vote(self, arrays: Arrays) -> Votes:
        """Vote on the bar on which the line crosses its signal."""
        return crossings(arrays["macd"], arrays["signal"])

    def sees(self, name: str, values: Mapping[str, float], vote: int, wanted: int) -> str:
        """Say whether the line crossed its signal."""
        return crossing_said(name, "its signal", vote)

    def state(self, arrays: Arrays) -> Votes:
        """Return +1 where the line is above its signal, -1 where it is below."""
        return side_of(arrays["macd"], arrays["signal"])
