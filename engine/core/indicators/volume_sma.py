"""Simple Moving Average of the volume."""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from pydantic import Field

from engine.core.indicators.base import Arrays, Asks, Veto, plain, settled, window_mean
from engine.core.types import Bars, Votes


class VolumeSma(Veto):
    """Shares: the volume of each bar, and the mean of the last `period`.

    The indicator vetoes entries on bars of little volume.
    """

    label: ClassVar[str] = "VolumeSMA"
    title: ClassVar[str] = "Volume Simple Moving Average"
    group: ClassVar[str] = "volume"
    help: ClassVar[str] = (
        "The mean volume of the last bars. It never votes: it forbids an entry on a bar whose volume is below the "
        "average times the factor."
    )
    lines: ClassVar[tuple[str, ...]] = ("volume", "average")
    asks: ClassVar[tuple[Asks, ...]] = (Asks("the volume is below {factor} x its average ({name})"),)

    period: int = Field(default=20, ge=2, le=1000, description="Bars of the average")
    factor: float = Field(default=1.0, ge=0.01, le=100, description="Part of the average a bar's volume must reach")

    def warmup(self) -> int:
        """Return the period: the window knows no older bar."""
        return self.period

    def compute(self, bars: Bars) -> Arrays:
        """Compute the volume, its mean and the least volume an entry needs, in shares."""
        average = window_mean(bars.volume, self.period)
        least = self.factor * average
        return {"volume": bars.volume, "average": average, "least": settled(least, bars.volume, np.abs(least))}

    def objects(self, name: str, values: Mapping[str, float]) -> str:
        """Say that the volume is too small."""
        return f"the volume is below {plain(self.factor)} x its average ({name})"

    def veto(self, arrays: Arrays) -> Votes:
        """Forbid an entry where the volume is below the least."""
        return (arrays["volume"] < arrays["least"]).astype(np.int8)
