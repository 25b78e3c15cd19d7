"""What an indicator is, and the registry of them.

An indicator is a small frozen class: its fields are its parameters, and four methods say what it computes and how it
votes. Everything is computed over a whole series at once, so that a backtest and a live tick share every line.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from pydantic import BaseModel, ConfigDict

from engine.core.types import Bars, Floats, Votes

Arrays = Mapping[str, Floats]

# An average has forgotten all but a fiftieth of what it began with after so many of its lengths.
BEGUN = 4
# A touch longer than this forgets the side before it.
TOUCH_BARS = 8
VERDICT = {1: "buys", -1: "sells", 0: "is quiet"}
# Relative to the price: far above what floating point leaves behind, far below any move of a price.
ROUNDING = 1e-11


@dataclass(frozen=True)
class Asks:
    """What an indicator waits for, in words with {name} and its parameters as placeholders.

    buys: where it votes to buy; of one that only vetoes, where it forbids an entry
    stands: where it is on the side to buy without a vote; empty where that is its vote
    given: the parameter that must be given for these words, None for always
    """

    buys: str
    stands: str = ""
    given: str | None = None


class Indicator(BaseModel):
    """Base of all indicators.

    label: the name used in a bot's configuration
    group: momentum, trend or volume
    help: how it votes, in plain English
    pane: "price" when the lines are drawn over the candles, else "own"
    lines: which arrays of `compute` are shown to people
    votes: False for an indicator that only vetoes entries
    is_running_total: its level depends on where history begins, so that only its votes can be compared
    asks: what it waits for, in words; the first whose parameter is given counts
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
        """How many bars must lie behind before a value counts: more history then moves it by less than 1e-9."""
        raise NotImplementedError

    def reach(self, timeframe: str) -> int:
        """How many bars have to be loaded for the last one to count; more than the warm-up where it has an anchor."""
        return self.warmup()

    def least(self) -> int:
        """How many bars it needs where older ones are not to be had. Fewer than the warm-up where it has a memory."""
        return self.warmup()

    def settled_from(self, bars: Bars) -> int:
        """The first of these bars on which older ones would change nothing; their number where there is none."""
        return min(self.warmup() - 1, len(bars))

    def counts_from(self, bars: Bars) -> int:
        """The first of these bars on which it counts; their number where it counts on none."""
        settled_from = self.settled_from(bars)
        return min(settled_from, self.least() - 1) if bars.from_first else settled_from

    def compute(self, bars: Bars) -> Arrays:
        """The indicator's lines, one value per bar, NaN while there is too little history."""
        raise NotImplementedError

    def vote(self, arrays: Arrays) -> Votes:
        """+1 buy, -1 sell, 0 neither, per bar."""
        raise NotImplementedError

    def state(self, arrays: Arrays) -> Votes:
        """The side the indicator is on, per bar; a vote always lies on its side. Without more to say it is the vote."""
        return self.vote(arrays)

    def veto(self, arrays: Arrays) -> Votes:
        """1 where the indicator forbids an entry, per bar."""
        return np.zeros(len(next(iter(arrays.values()))), dtype=np.int8)

    def sees(self, name: str, values: Mapping[str, float], vote: int, wanted: int) -> str:
        """What it says of one bar, in plain English.

        name: its key in the configuration; values: of its lines, those that are known
        wanted: the side somebody waits for, +1 to buy or -1 to sell
        """
        return f"{name} {VERDICT[vote]}"

    def objects(self, name: str, values: Mapping[str, float]) -> str:
        """Why it forbids an entry, in plain English."""
        return name

    def drawn(self) -> tuple[str, ...]:
        """The lines shown to people, by name."""
        return self.lines

    def levels(self) -> tuple[float, ...]:
        """Horizontal lines worth drawing."""
        return ()


def crossing_said(what: str, over: str, vote: int) -> str:
    """What `crossings` saw.

    >>> crossing_said("MACD", "its signal", 1), crossing_said("MACD", "its signal", 0)
    ('MACD crossed above its signal', 'MACD has not crossed its signal')
    """
    return f"{what} crossed {'above' if vote > 0 else 'below'} {over}" if vote else f"{what} has not crossed {over}"


def plain(number: float) -> str:
    """A number for people: all its places, and none that say nothing.

    >>> plain(30.0), plain(25.5)
    ('30', '25.5')
    """
    return f"{number:.15g}"


def side_said(what: str, value: float, level: float, side: int) -> str:
    """On which side of a level a value is, with as many places as it takes to see it.

    value: rounded to six places, so that it may lie on the level; side: +1 above, -1 below, 0 neither

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
        return np.zeros(len(next(iter(arrays.values()))), dtype=np.int8)


def side_of(left: Floats, right: Floats) -> Votes:
    """+1 where left is above right, -1 where it is below, 0 where equal or unknown."""
    return np.greater(left, right).view(np.int8) - np.less(left, right).view(np.int8)


def crossings(left: Floats, right: Floats) -> Votes:
    """+1 on the bar on which left comes to lie above right, -1 on which it comes to lie below.

    A touch is not a crossing: what counts is the last side it was really on, if that is at most TOUCH_BARS ago. Without
    that bound a vote would depend on how much history happens to be loaded.
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
    """`line`, which is changed, put exactly onto `onto` where they differ by no more than rounding.

    A price at rest does not vote.
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
    """The weighted sum of the last values of each bar, the newest weighted by weights[0]; NaN while there are too few.

    A running sum would carry rounding along from bars long left behind; this one knows nothing but its window.
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
    """The mean of the last `period` values of each bar."""
    return window_sum(values, np.ones(period)) / period
