"""On-Balance Volume (Joseph Granville, Granville's New Key to Stock Market Profits, 1963)."""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from pydantic import Field

from engine.core.indicators.base import ROUNDING, Arrays, Asks, Veto, window_sum
from engine.core.types import Bars, Votes


class Obv(Veto):
    """Shares: the volume of bars that closed higher less that of bars that closed lower, summed from the first bar.

    The sum begins with 0 at whatever bar happens to be loaded first. Only its distance from its own mean decides, and
    that does not depend on where the sum began: OBV - mean = sum of (period - 1 - age) x signed volume / period, over
    the ages 0 ... period - 2.
    """

    label: ClassVar[str] = "OBV"
    title: ClassVar[str] = "On-Balance Volume"
    group: ClassVar[str] = "volume"
    help: ClassVar[str] = (
        "Volume added up where the price rose and taken off where it fell. It never votes: it forbids an entry "
        "while it is below its own average."
    )
    is_running_total: ClassVar[bool] = True
    lines: ClassVar[tuple[str, ...]] = ("obv", "average")
    asks: ClassVar[tuple[Asks, ...]] = (Asks("{name} is below its average"),)

    period: int = Field(default=20, ge=2, le=1000, description="Bars of its average")

    def warmup(self) -> int:
        """Return the period: the distance from the mean knows no older bar."""
        return self.period

    def compute(self, bars: Bars) -> Arrays:
        """Compute the sum, its mean and the distance between the two, in shares."""
        signed = np.sign(np.diff(bars.close, prepend=bars.close[:1])) * bars.volume
        weights = np.arange(self.period - 1, -1, -1) / self.period
        above = window_sum(signed, weights)
        above = np.where(np.abs(above) <= ROUNDING * window_sum(np.abs(signed), weights), 0.0, above)
        obv = np.cumsum(signed)
        return {"obv": obv, "average": obv - above, "above": above}

    def objects(self, name: str, values: Mapping[str, float]) -> str:
        """Say that OBV is below its average."""
        return f"{name} is below its average"

    def veto(self, arrays: Arrays) -> Votes:
        """Forbid an entry where OBV is below its average."""
        return (arrays["above"] < 0).astype(np.int8)
