"""Bollinger Bands (John Bollinger, Bollinger on Bollinger Bands, 2001)."""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from pydantic import Field

from engine.core.indicators.base import Arrays, Asks, Indicator, settled, side_of, window_mean
from engine.core.types import Bars, Floats, Votes


class BollingerBands(Indicator):
    """Dollars: the mean of the last closes, and bands around it in population standard deviations (divided by period).

    The indicator buys where the close is below the lower band, and sells where it is above the upper one.
    """

    label: ClassVar[str] = "BollingerBands"
    title: ClassVar[str] = "Bollinger Bands"
    group: ClassVar[str] = "trend"
    help: ClassVar[str] = (
        "An average with a band on each side, as wide as prices lately scattered. Votes to buy on every bar that "
        "closes below the lower band and to sell on every bar that closes above the upper one."
    )
    pane: ClassVar[str] = "price"
    lines: ClassVar[tuple[str, ...]] = ("lower", "middle", "upper")
    asks: ClassVar[tuple[Asks, ...]] = (
        Asks("the close is below the lower band of {name}", "the close is below the middle of {name}"),
    )

    period: int = Field(default=20, ge=2, le=500, description="Bars of the average")
    deviations: float = Field(default=2.0, ge=0.1, le=10, description="Standard deviations from the average to a band")

    def warmup(self) -> int:
        """Return the period: the window knows no older bar."""
        return self.period

    def compute(self, bars: Bars) -> Arrays:
        """Compute the close, the mean and the two bands, in dollars."""
        close = bars.close
        mean = window_mean(close, self.period)
        spread = self.deviations * _deviation(close, mean, self.period)
        bands = {"lower": mean - spread, "middle": mean, "upper": mean + spread}
        return {"close": close} | {name: settled(band, close, close) for name, band in bands.items()}

    def vote(self, arrays: Arrays) -> Votes:
        """Vote to buy below the lower band and to sell above the upper one."""
        close = arrays["close"]
        buys, sells = close < arrays["lower"], close > arrays["upper"]
        return (buys.astype(np.int8) - sells.astype(np.int8)).astype(np.int8)

    def sees(self, name: str, values: Mapping[str, float], vote: int, wanted: int) -> str:
        """Say whether the close is beyond a band."""
        if vote:
            return f"the close is {'below the lower' if vote > 0 else 'above the upper'} band of {name}"
        # The close may lie on the band.
        return f"the close is not {'below the lower' if wanted > 0 else 'above the upper'} band of {name}"

    def state(self, arrays: Arrays) -> Votes:
        """Return +1 where the close is below the mean, -1 where it is above."""
        return side_of(arrays["middle"], arrays["close"])


def _deviation(close: Floats, mean: Floats, period: int) -> Floats:
    """Return the population deviation of each bar's window, from the distances to that window's own mean.

    The difference of two large sums is quicker, but loses a ten-millionth of the price to rounding.
    """
    squares = np.full(len(close), np.nan)
    if len(close) >= period:
        reach = len(close) - period + 1
        squares[period - 1 :] = 0.0
        for first in range(period):
            squares[period - 1 :] += (close[first : first + reach] - mean[period - 1 :]) ** 2
    return np.sqrt(squares / period)
