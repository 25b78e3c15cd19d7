"""What can be wrong with bars, each fault named with its row."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from marketdata.barformats import PRICES

Times = NDArray[np.int64]
Floats = NDArray[np.float64]
MINUTE = 60
# What the columns of a stored bar hold.
SMALLEST, LARGEST, MOST_SHARES = 1e-6, 999_999_999.0, 999_999_999_999_999.0
# Dollars. Only Berkshire Hathaway's class A is dearer; what is cheaper is delisted long before.
DEAREST, CHEAPEST = 20_000.0, 0.0005
# Between two bars, or a file and what is stored: no split is so wide, and every unit is wider.
APART = 100.0
UNITS = (1e-9, 1e-6, 1e-4, 1e-2)


def times_check(start: Times, timeframe: str, rows: Times) -> Iterator[str]:
    """Bars must ascend, each once, on whole minutes. `start` in seconds since the epoch, `rows` where each stands."""
    steps = np.diff(start)
    for place in np.flatnonzero(steps == 0).tolist():
        yield f"row {rows[place + 1]}: {_shown(start[place + 1])} is there twice"
    for place in np.flatnonzero(steps < 0).tolist():
        yield f"row {rows[place + 1]}: {_shown(start[place + 1])} comes after {_shown(start[place])}; sort by time"
    if timeframe != "1Day":
        for place in np.flatnonzero(start % MINUTE).tolist():
            yield f"row {rows[place]}: {_shown(start[place])} is not the start of a minute"


def prices_check(open: Floats, high: Floats, low: Floats, close: Floats, volume: Floats, rows: Times) -> Iterator[str]:
    """Prices must be above zero and lie between low and high, volumes must not be negative. NaN is named elsewhere."""
    prices = (("open", open), ("high", high), ("low", low), ("close", close))
    for name, values in prices:
        for place in np.flatnonzero(values <= 0).tolist():
            yield f"row {rows[place]}: {name} was {values[place]:g}, but a price is above zero"
    for place in np.flatnonzero(high < np.maximum(np.maximum(open, close), low)).tolist():
        yield f"row {rows[place]}: high {high[place]:g} is below another price of its bar"
    for place in np.flatnonzero(low > np.minimum(open, close)).tolist():
        yield f"row {rows[place]}: low {low[place]:g} is above the open or the close"
    for place in np.flatnonzero(volume < 0).tolist():
        yield f"row {rows[place]}: volume was {volume[place]:g}, but it cannot be negative"


def plausible_check(symbol: str, open: Floats, close: Floats, rows: Times) -> Iterator[str]:
    """Prices that no stock has, or that change a hundredfold from one bar to the next, are in another unit.

    `open` and `close` in the file's order and above zero.
    """
    middle = float(np.median(close))
    if middle > DEAREST and symbol != "BRK.A":
        scale = next((unit for unit in UNITS if 1 <= middle * unit <= DEAREST), None)
        units = f"--scale {scale:g} takes them in units of {scale:g} dollars, " if scale else ""
        yield (f"its prices are around {middle:,.0f} dollars, as no stock; {units}--scale 1 takes them as they are")
    elif middle < CHEAPEST:
        yield f"its prices are around {middle:g} dollars, as no stock; --scale 1 takes them as they are"
    else:
        steps = np.abs(np.log(open[1:] / close[:-1]))
        if len(steps) and steps.max() > np.log(APART):
            place = int(steps.argmax()) + 1
            yield (
                f"row {rows[place]}: open was {open[place]:g}, {np.exp(steps.max()):,.0f} times off the price before, "
                f"{close[place - 1]:g}; --scale 1 takes them as they are"
            )


def too_small_check(numbers: Mapping[str, Floats], rows: Times) -> Iterator[str]:
    """Prices that would be nothing when rounded as they are stored: one line for all of them."""
    small = {
        name: np.flatnonzero((numbers[name] > 0) & (np.minimum(numbers[name], 1.0).round(6) < SMALLEST))
        for name in PRICES[:4]
    }
    yield from _unstorable(small, numbers, rows, "prices", f"below {SMALLEST:.6f}, the smallest")


def too_large_check(numbers: Mapping[str, Floats], rows: Times) -> Iterator[str]:
    """Prices and volumes of more digits than are stored: one line for each kind."""
    large = {name: np.flatnonzero(numbers[name] > LARGEST) for name in PRICES[:4]}
    yield from _unstorable(large, numbers, rows, "prices", f"above {LARGEST:,.0f}, the largest")
    large = {"volume": np.flatnonzero(numbers["volume"] > MOST_SHARES)}
    yield from _unstorable(large, numbers, rows, "volumes", f"above {MOST_SHARES:,.0f}, the largest")


def _unstorable(
    places: Mapping[str, Times], numbers: Mapping[str, Floats], rows: Times, kind: str, limit: str
) -> Iterator[str]:
    if count := sum(map(len, places.values())):
        name, first = min(
            ((name, int(found[0])) for name, found in places.items() if len(found)), key=lambda row: row[1]
        )
        yield (
            f"{count:,} {kind} are {limit} that can be stored (row {rows[first]}: {name} was {numbers[name][first]:g})"
        )


def _shown(seconds: int) -> str:
    return f"{datetime.fromtimestamp(int(seconds), UTC):%Y-%m-%d %H:%M:%S} UTC"
