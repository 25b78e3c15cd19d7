"""What an indicator is.

An indicator is a small frozen class: its fields are its parameters, and its methods say what it computes and how it
votes. Everything is computed over a whole series at once, so that a backtest and a live tick share every line.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from pydantic import BaseModel, ConfigDict

from engine.core.types import Bars, Floats, Votes

Arrays = Mapping[str, Floats]

# After this many of its lengths an average has forgotten all but a fiftieth of what it began with.
BEGUN = 4
# A touch longer than this forgets the side before it.
TOUCH_BARS = 8
VERDICT = {1: "buys", -1: "sells", 0: "is quiet"}
# A part of the price: far above what floating point leaves behind, far below any move of a price.
ROUNDING = 1e-11


@dataclass(frozen=True)
class Asks:
    """What an indicator waits for, in words with {name} and its parameters as placeholders.

    Attributes:
        buys: Where it votes to buy; for an indicator that only vetoes, where it forbids an entry.
        stands: Where it is on the side to buy without a vote; empty where that is its vote.
        given: The parameter that must be given for these words; None for always.
    """

    buys: str
    stands: str = ""
    given: str | None = None


class Indicator(BaseModel):
    """Base of all indicators.

    Attributes:
        label: The name used in a bot's configuration.
        title: The name in full.
        group: momentum, trend or volume.
        help: How it votes, in plain English.
        pane: "price" when lines are drawn over the candles, else "own"; `lines_on_price` says which lines.
        lines: The arrays of `compute` that people see.
        votes: False for an indicator that only vetoes entries.
        is_running_total: Its level depends on where history begins, so that only its votes can be compared.
        asks: What it waits for, in words; the first entry whose parameter is given counts.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    label: ClassVar[str]
    title: ClassVar[str]
    group: ClassVar[str] = "trend"
    help: ClassVar[str] = ""
    pane: ClassVar[str] = "own"
    lines: ClassVar[tuple[str, ...]]
    votes: ClassVar[bool] = True
    is_running_total: ClassVar[bool] = False
    asks: ClassVar[tuple[Asks, ...]] = (Asks("{name} votes to buy", "{name} is on the side to buy"),)

    def warmup(self) -> int:
        """Return how many bars a value needs before it counts: more history then moves it by under 1e-9."""
        raise NotImplementedError

    def reach(self, timeframe: str) -> int:
        """Return how many bars have to be loaded for the last one to count; with an anchor, more than the warm-up."""
        return self.warmup()

    def least(self) -> int:
        """Return how many bars it needs where nobody has older ones; with a memory, fewer than the warm-up."""
        return self.warmup()

    def settled_from(self, bars: Bars) -> int:
        """Return the place of the first bar on which older ones would change nothing; the number of bars if none."""
        return min(self.warmup() - 1, len(bars))

    def counts_from(self, bars: Bars) -> int:
        """Return the place of the first bar on which it counts; the number of bars if it counts on none."""
        settled_from = self.settled_from(bars)
        return min(settled_from, self.least() - 1) if bars.from_first else settled_from

    def compute(self, bars: Bars) -> Arrays:
        """Compute the indicator's lines.

        Returns:
            Arrays of shape (bars,) by name; NaN while there is too little history.
        """
        raise NotImplementedError

    def vote(self, arrays: Arrays) -> Votes:
        """Return the vote on each bar: +1 to buy, -1 to sell, 0 for neither.

        Args:
            arrays: The lines of `compute`.
        """
        raise NotImplementedError

    def state(self, arrays: Arrays) -> Votes:
        """Return the side the indicator is on, per bar: +1, -1 or 0; by default it is the vote.

        A vote always lies on its side.

        Args:
            arrays: The lines of `compute`.
        """
        return self.vote(arrays)

    def veto(self, arrays: Arrays) -> Votes:
        """Return 1 on each bar on which the indicator forbids an entry, else 0.

        Args:
            arrays: The lines of `compute`.
        """
        return np.zeros(len(next(iter(arrays.values()))), dtype=np.int8)

    def sees(self, name: str, values: Mapping[str, float], vote: int, wanted: int) -> str:
        """Say what the indicator sees on one bar, in plain English.

        Args:
            name: Its key in the configuration.
            values: The known values of its lines on that bar.
            vote: Its vote on that bar.
            wanted: The side the reader waits for, +1 to buy or -1 to sell.
        """
        return f"{name} {VERDICT[vote]}"

    def objects(self, name: str, values: Mapping[str, float]) -> str:
        """Say why the indicator forbids an entry, in plain English.

        Args:
            name: Its key in the configuration.
            values: The known values of its lines on that bar.
        """
        return name

    def drawn(self) -> tuple[str, ...]:
        """Return the names of the lines that people see."""
        return self.lines

    def lines_on_price(self) -> tuple[str, ...]:
        """Return the drawn lines that are prices, in dollars; the others need an axis of their own."""
        return self.drawn() if self.pane == "price" else ()

    def levels(self) -> tuple[float, ...]:
        """Return the values of horizontal lines worth drawing."""
        return ()


def crossing_said(what: str, over: str, vote: int) -> str:
    """Say what `crossings` saw.

    >>> crossing_said("MACD", "its signal", 1), crossing_said("MACD", "its signal", 0)
    ('MACD crossed above its signal', 'MACD has not crossed its signal')
    """
    return f"{what} crossed {'above' if vote > 0 else 'below'} {over}" if vote else f"{what} has not crossed {over}"


def plain(number: float) -> str:
    """Write a number for people, with all its places and no trailing zeros.

    >>> plain(30.0), plain(25.5)
    ('30', '25.5')
    """
    return f"{number:.15g}"


def side_said(what: str, value: float, level: float, side: int) -> str:
    """Say on which side of a level a value is, with as many places as it takes to see it.

    Args:
        what: The value's name.
        value: The value, rounded to six places, so that it may lie on the level.
        level: The level.
        side: The true side: +1 above, -1 below, 0 neither.

    >>> side_said("RSI", 43.12, 30, 1), side_said("RSI", 29.98, 30, -1), side_said("RSI", 30.0, 30, 0)
    ('RSI 43.1 is above 30', 'RSI 29.98 is below 30', 'RSI 30 is at 30')
    """
    if side == 0:
        return f"{what} {plain(level)} is at {plain(level)}"
    where = "above" if side > 0 else "below"
    for places in range(1, 7):
        shown = f"{value:.{places}f}"
        if (float(shown) - level) * side > 0:
            return f"{what} {shown} is {where} {plain(level)}"
    return f"{what} is barely {where} {plain(level)}"


class Veto(Indicator):
    """An indicator that never votes: it only forbids entries."""

    votes: ClassVar[bool] = False
    asks: ClassVar[tuple[Asks, ...]] = (Asks("{name} forbids it"),)

    def vote(self, arrays: Arrays) -> Votes:
        """Return 0 for every bar."""
        return np.zeros(len(next(iter(arrays.values()))), dtype=np.int8)


def side_of(left: Floats, right: Floats) -> Votes:
    """Return +1 where left is above right, -1 where it is below, 0 where they are equal or one is unknown."""
    return np.greater(left, right).view(np.int8) - np.less(left, right).view(np.int8)


def crossings(left: Floats, right: Floats) -> Votes:
    """Return +1 on the bar on which left comes to lie above right, -1 on the bar on which it comes to lie below.

    A touch is not a crossing: the last side on which left really was counts, if that was at most TOUCH_BARS ago.
    Without that bound a vote would depend on how much history happens to be loaded.
    """
    side = side_of(left, right)
    crossed = np.zeros(len(side), dtype=np.int8)
    turns = np.flatnonzero(side[1:] != side[:-1]) + 1
    # The last bar on a side: the one before the turn, or the one before those on neither; -1 for none.
    before = np.where(side[turns - 1] != 0, turns, np.r_[0, turns[:-1]]) - 1
    changed = (before >= 0) & (side[turns] * side[before] < 0) & (turns - before <= TOUCH_BARS)
    crossed[turns[changed]] = side[turns[changed]]
    return crossed


def settled(line: Floats, onto: Floats, price: Floats) -> Floats:
    """Move values of `line` exactly onto `onto` where they differ by no more than rounding.

    So a price at rest does not vote. The function changes `line` in place and returns it.

    Args:
        line: The line, shape (bars,).
        onto: The values it may come to lie on, shape (bars,).
        price: The scale against which rounding is judged, shape (bars,).
    """
    apart = line - onto
    np.abs(apart, out=apart)
    highest = price.max(initial=0.0)
    if np.isnan(highest):
        highest = np.fmax.reduce(price, initial=0.0)
    near = np.flatnonzero(apart <= ROUNDING * highest)
    near = near[apart[near] <= ROUNDING * price[near]]
    line[near] = onto[near]
    return line


def window_sum(values: Floats, weights: Floats) -> Floats:
    """Return the weighted sum of the last values of each bar; NaN while there are too few.

    A running sum would carry rounding along from bars long left behind; this one knows nothing but its window.

    Args:
        values: One value a bar, shape (bars,).
        weights: The weights of a window, the newest value's first.
    """
    period = len(weights)
    total = np.full(len(values), np.nan)
    if len(values) >= period:
        reach = len(values) - period + 1
        total[period - 1 :] = 0.0
        for age in range(period):
            first = period - 1 - age
            total[period - 1 :] += weights[age] * values[first : first + reach]
    return total


def window_mean(values: Floats, period: int) -> Floats:
    """Return the mean of the last `period` values of each bar; NaN while there are too few."""
    return window_sum(values, np.ones(period)) / period
