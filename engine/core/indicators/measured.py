"""How far back functions of pandas-ta remember, found by experiment on a market that always is the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np

from engine.core.indicators.base import TOUCH_BARS
from engine.core.indicators.functions import FUNCTIONS
from engine.core.indicators.library import Parameters, function_compute
from engine.core.timeframes import bars_slice
from engine.core.types import Bars, Floats

SAMPLE_BARS = 3000
MOST_MEASURED = SAMPLE_BARS // 2
# Functions may forget a little slower on other bars than on the sample's.
MARGIN = 1.5
SETTLED = 1e-9
# A column is a price if half of it is not further from the closes than this factor.
NEAR = 3
# After this many lengths an average, also Wilder's, keeps e^-16 of what it began with.
FADED = 16
LONGEST_MEMORY = 8000
# The bars at which a short history is compared with the whole one, at unequal distances: in calm and in wild stretches.
ENDS = tuple(SAMPLE_BARS - 97 * step - step * step for step in range(12))
# These keep a side, or are a ratio of averages that forget only while prices move: what one market shows does
# not hold on every other.
ANCHORED = frozenset(
    (
        *("adx", "hilo", "ht_trendline", "kama", "mama", "massi", "pmax", "psar"),
        *("rsi", "rsx", "rvi", "smi", "stochrsi", "supertrend", "tsi"),
    )
)
# These begin anew with each session, whatever lies before it.
BY_SESSION = frozenset(("vwap",))


@dataclass(frozen=True)
class Memory:
    """How far back a function remembers.

    Attributes:
        bars: How many bars it takes until more history moves no output by more than 1e-9 of its size.
        anchored: The function has to begin at a fixed bar, `bars` before a session's first one.
        lengths: The lengths of all its averages together, in bars.
    """

    bars: int
    anchored: bool
    lengths: int = 0


def outputs_measure(name: str, chosen: Parameters) -> tuple[str, ...]:
    """Return the names of a function's outputs, found on the sample.

    Raises:
        ValueError: The function gives nothing with these parameters.
    """
    columns = _on_sample(name, chosen)
    if not columns or all(np.isnan(line).all() for line in columns.values()):
        raise ValueError(f"{name} gives nothing with these parameters")
    return tuple(columns)


def columns_on_price(name: str, chosen: Parameters) -> tuple[str, ...]:
    """Return the names of the outputs that are prices: on the sample they lie near its closes.

    What a column is does not depend on the stock: a flag of 1 is no price, not even beside a close of one dollar.
    """
    close = sample_bars().close
    return tuple(column for column, line in _on_sample(name, chosen).items() if _is_near(line, close))


def _is_near(line: Floats, close: Floats) -> bool:
    known = np.isfinite(line)
    if not known.any():
        return False
    middle, price = float(np.median(np.abs(line[known]))), float(np.median(close[known]))
    return price / NEAR <= middle <= price * NEAR


@lru_cache(maxsize=32)
def _on_sample(name: str, chosen: Parameters) -> Mapping[str, Floats]:
    return function_compute(FUNCTIONS[name], chosen, sample_bars())


def memory_measure(name: str, chosen: Parameters) -> Memory:
    """Measure a function's memory on the sample.

    A crossing looks back by TOUCH_BARS, so that many of the last values must have settled.

    Raises:
        ValueError: The function looks ahead.
    """
    if name in BY_SESSION:
        return Memory(1, anchored=True, lengths=1)
    full = _on_sample(name, chosen)
    if not _is_causal(name, chosen, full):
        raise ValueError(f"{name} looks at bars that are still to come with these parameters")
    lengths = sum(value for _, value in chosen if isinstance(value, int))
    low, high = 0, 32
    while not _settles(name, chosen, full, high):
        low, high = high, high * 2
        if high > MOST_MEASURED:
            return Memory(int(np.clip(FADED * lengths, MOST_MEASURED, LONGEST_MEMORY)), True, lengths)
    while high - low > max(4, high // 16):
        middle = (low + high) // 2
        low, high = (low, middle) if _settles(name, chosen, full, middle) else (middle, high)
    return Memory(int(high * MARGIN) + TOUCH_BARS, name in ANCHORED, lengths)


def _settles(name: str, chosen: Parameters, full: Mapping[str, Floats], window: int) -> bool:
    for end in ENDS:
        part = function_compute(FUNCTIONS[name], chosen, bars_slice(sample_bars(), slice(end - window, end)))
        for column, line in full.items():
            if column not in part or not _agree(part[column][-1:], line[end - 1 : end], line):
                return False
    return True


def _is_causal(name: str, chosen: Parameters, full: Mapping[str, Floats]) -> bool:
    for end in ENDS[1::4]:
        part = function_compute(FUNCTIONS[name], chosen, bars_slice(sample_bars(), slice(0, end)))
        if any(column not in part or not _agree(part[column], line[:end], line) for column, line in full.items()):
            return False
    return True


def _agree(one: Floats, other: Floats, line: Floats) -> bool:
    finite = np.abs(line[np.isfinite(line)])
    scale = finite.max() if len(finite) else 1.0
    same_gaps = np.array_equal(np.isfinite(one), np.isfinite(other))
    moved = np.abs(one - other)[np.isfinite(other)]
    return bool(same_gaps and (moved <= SETTLED * scale).all())


@cache
def sample_bars() -> Bars:
    """Make a market that always is the same: a walk in cents, calm and wild by turns, with volumes of every size."""
    rng = np.random.default_rng(20_260_602)
    wild = 1 + 4 * (np.arange(SAMPLE_BARS) // 250 % 2)
    moves = rng.integers(-3, 4, SAMPLE_BARS) * wild
    close = np.maximum(100 + np.cumsum(moves) / 100, 10.0)
    opened = np.r_[close[:1], close[:-1] + rng.integers(-1, 2, SAMPLE_BARS - 1) / 100]
    high = np.maximum(opened, close) + rng.integers(0, 4, SAMPLE_BARS) / 100
    low = np.minimum(opened, close) - rng.integers(0, 4, SAMPLE_BARS) / 100
    volume = np.round(rng.lognormal(7, 1, SAMPLE_BARS)) + 1
    start = 60 * np.arange(SAMPLE_BARS, dtype=np.int64)
    day = np.zeros(SAMPLE_BARS, dtype=np.int64)
    return Bars("SAMPLE", "1Min", start, start + 60, day, opened, high, low, close, volume)
