"""Relative Strength Index (J. Welles Wilder, New Concepts in Technical Trading Systems, 1978)."""

from collections.abc import Mapping
from typing import ClassVar, Self

import numpy as np
import talib
from numpy.typing import NDArray
from pydantic import Field, model_validator

from engine.core.indicators.base import BEGUN, Arrays, Asks, Indicator, side_said
from engine.core.indicators.order import check_order
from engine.core.types import Bars, Floats, Votes

# An average move below this part of the price is the rest of moves long forgotten.
STANDS_STILL = 1e-12


class Rsi(Indicator):
    """0 to 100: the smoothed gains as a part of the smoothed gains and losses together.

    The indicator buys below oversold and sells above overbought.
    """

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
    # With a level beyond 50, where neither side prevails, a price at rest would vote.
    oversold: float = Field(default=30, ge=0, le=50, description="Buys below this; at 50 neither side prevails")
    overbought: float = Field(default=70, ge=50, le=100, description="Sells above this; at 50 neither side prevails")

    @model_validator(mode="after")
    def _levels_in_order(self) -> Self:
        check_order(self, "oversold", "overbought")
        return self

    def warmup(self) -> int:
        """Return 28 periods and 8 bars."""
        # Wilder's average forgets by (1 - 1/period) a bar; 28 periods leave less than 1e-12 of the seed.
        return 28 * self.period + 8

    def least(self) -> int:
        """Return BEGUN periods."""
        return BEGUN * self.period

    def compute(self, bars: Bars) -> Arrays:
        """Compute the RSI, from 0 to 100; it is 50 where no move is left in the averages."""
        close = bars.close
        rsi = talib.RSI(close, self.period)
        if self._always_moves(close):
            return {"rsi": rsi}
        # These are Wilder's sums of all moves. Where nothing moved TA-Lib says 0, which would buy; 50 is neither side.
        moved = talib.PLUS_DM(close, close, self.period) + talib.MINUS_DM(close, close, self.period)
        return {"rsi": np.where((moved <= STANDS_STILL * close * self.period) & ~np.isnan(rsi), 50.0, rsi)}

    def _always_moves(self, close: Floats) -> bool:
        """Return whether no average can have come to rest: no price stood for a period, and every move is large."""
        moves = close[1:] - close[:-1]
        np.abs(moves, out=moves)
        most = float(moves.max(initial=0))
        if not 0 < most < np.inf or _in_a_row(moves == 0, self.period):
            return False
        # Read as whole numbers, floats above 0 keep their order, and subtracting one makes 0 the largest.
        bits = moves.view(np.uint64)
        bits -= np.uint64(1)
        least = float((bits.min() + np.uint64(1)).view(np.float64))
        kept = least * (1 - 1 / self.period) ** self.period
        return kept > 2 * STANDS_STILL * float(close.max()) * self.period

    def vote(self, arrays: Arrays) -> Votes:
        """Vote to buy below oversold and to sell above overbought."""
        rsi = arrays["rsi"]
        return (rsi < self.oversold).view(np.int8) - (rsi > self.overbought).view(np.int8)

    def state(self, arrays: Arrays) -> Votes:
        """Return +1 below 50 and -1 above it."""
        rsi = arrays["rsi"]
        return (rsi < 50).view(np.int8) - (rsi > 50).view(np.int8)

    def sees(self, name: str, values: Mapping[str, float], vote: int, wanted: int) -> str:
        """Say on which side of oversold or overbought the RSI is."""
        if "rsi" not in values:
            return super().sees(name, values, vote, wanted)
        value = values["rsi"]
        if vote:
            return side_said(name, value, self.oversold if vote > 0 else self.overbought, -vote)
        # An RSI that does not buy is at oversold or above it, and the other way round.
        level = self.oversold if wanted > 0 else self.overbought
        return side_said(name, value, level, 0 if value == level else wanted)

    def levels(self) -> tuple[float, ...]:
        """Return oversold and overbought."""
        return (self.oversold, self.overbought)


def _in_a_row(flags: NDArray[np.bool_], length: int) -> bool:
    """Return whether `length` flags are set one after the other."""
    rows, have = flags, 1
    while have < length and rows.any():
        more = min(have, length - have)
        rows = rows[more:] & rows[:-more]
        have += more
    return bool(rows.any())
