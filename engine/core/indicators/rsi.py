"""Relative Strength Index (J. Welles Wilder, New Concepts in Technical Trading Systems, 1978)."""

from collections.abc import Mapping
from typing import ClassVar, Self

import numpy as np
import talib
from numpy.typing import NDArray
from pydantic import Field, model_validator

from engine.core.indicators.base import BEGUN, Arrays, Asks, Indicator, side_said
from engine.core.types import Bars, Floats, Votes

# An average move of less than this part of the price is what is left of moves long forgotten.
STANDS_STILL = 1e-12


class Rsi(Indicator):
    """0 to 100: the smoothed gains as a part of gains and losses. Buys below oversold, sells above overbought."""

    label: ClassVar[str] = "RSI"
    title: ClassVar[str] = "Relative Strength Index"
    group: ClassVar[str] = "momentum"
    help: ClassVar[str] = (
        "How much of the recent movement went up, from 0 to 100. Votes to buy on every bar below oversold and to "
        "sell on every bar above overbought; at 50 neither side prevails."
    )
    lines: ClassVar[tuple[str, ...]] = ("rsi",)
    asks: ClassVar[tuple[Asks, ...]] = (Asks("{name} is below {oversold}", "{name} is below 50"),)

    period: int = Field(default=14, ge=2, le=500, description="Bars in Wilder's average")
    # Beyond 50, where neither side prevails, a price at rest would vote.
    oversold: float = Field(default=30, ge=0, le=50, description="Buys below this; at 50 neither side prevails")
    overbought: float = Field(default=70, ge=50, le=100, description="Sells above this; at 50 neither side prevails")

    @model_validator(mode="after")
    def _levels_in_order(self) -> Self:
        if self.oversold >= self.overbought:
            raise ValueError(f"oversold ({self.oversold:g}) must be below overbought ({self.overbought:g})")
        return self

    def warmup(self) -> int:
        # Wilder's average forgets by (1 - 1/period) a bar; 28 periods leave less than 1e-12 of the seed.
        return 28 * self.period + 8

    def least(self) -> int:
        return BEGUN * self.period

    def compute(self, bars: Bars) -> Arrays:
        close = bars.close
        rsi = talib.RSI(close, self.period)
        if self._always_moves(close):
            return {"rsi": rsi}
        # Wilder's sums of all moves. Where nothing moved TA-Lib says 0, which would buy; neither side is 50.
        moved = talib.PLUS_DM(close, close, self.period) + talib.MINUS_DM(close, close, self.period)
        return {"rsi": np.where((moved <= STANDS_STILL * close * self.period) & ~np.isnan(rsi), 50.0, rsi)}

    def _always_moves(self, close: Floats) -> bool:
        """Whether no average can have come to rest: no price stood for a period, and the least move outweighs that."""
        moves = close[1:] - close[:-1]
        np.abs(moves, out=moves)
        most = float(moves.max(initial=0))
        if not 0 < most < np.inf or _in_a_row(moves == 0, self.period):
            return False
        # As whole numbers the bits of floats above 0 are in the same order, and one less makes 0 the largest.
        bits = moves.view(np.uint64)
        bits -= np.uint64(1)
        least = float((bits.min() + np.uint64(1)).view(np.float64))
        kept = least * (1 - 1 / self.period) ** self.period
        return kept > 2 * STANDS_STILL * float(close.max()) * self.period

    def vote(self, arrays: Arrays) -> Votes:
        rsi = arrays["rsi"]
        return (rsi < self.oversold).view(np.int8) - (rsi > self.overbought).view(np.int8)

    def state(self, arrays: Arrays) -> Votes:
        rsi = arrays["rsi"]
        return (rsi < 50).view(np.int8) - (rsi > 50).view(np.int8)

    def sees(self, name: str, values: Mapping[str, float], vote: int, wanted: int) -> str:
        if "rsi" not in values:
            return super().sees(name, values, vote, wanted)
        value = values["rsi"]
        if vote:
            return side_said(name, value, self.oversold if vote > 0 else self.overbought, -vote)
        # What does not buy is at oversold or above it, and the other way round.
        level = self.oversold if wanted > 0 else self.overbought
        return side_said(name, value, level, 0 if value == level else wanted)

    def levels(self) -> tuple[float, ...]:
        return (self.oversold, self.overbought)


def _in_a_row(flags: NDArray[np.bool_], length: int) -> bool:
    """Whether that many are set one after the other."""
    rows, have = flags, 1
    while have < length and rows.any():
        more = min(have, length - have)
        rows = rows[more:] & rows[:-more]
        have += more
    return bool(rows.any())
