"""What can be wrong with bars, each fault named with its row."""

from collections.abc import Iterator
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

Times = NDArray[np.int64]
Floats = NDArray[np.float64]
MINUTE = 60
# What the columns of a stored bar hold.
SMALLEST, LARGEST, MOST_SHARES = 1e-6, 999_999_999.0, 999_999_999_999_999.0
# Dollars. Only Berkshire Hathaway's class A is dearer; what is cheaper is delisted long before.
DEAREST, CHEAPEST = 20_000.0, 0.0005
# Between two bars, or a file and what is stored: no split is so wide, and every unit is wider.
APART = 100.0
UNITS = (1e-2, 1e-3, 1e-4, 1e-6, 1e-8, 1e-9)


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
    yield from _storable(prices, volume, rows)
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
        scale = next((unit for unit in UNITS if middle * unit <= DEAREST), None)
        takes = f"if they are in units of {scale:g} dollars, --scale {scale:g} takes them" if scale else ""
        yield f"its prices are around {middle:,.0f} dollars, which no stock costs; {takes}, --scale 1 as they are"
    elif middle < CHEAPEST:
        yield f"its prices are around {middle:g} dollars, which no stock costs; --scale 1 takes them as they are"
    else:
        steps = np.abs(np.log(open[1:] / close[:-1]))
        if len(steps) and steps.max() > np.log(APART):
            place = int(steps.argmax()) + 1
            yield (
                f"row {rows[place]}: open was {open[place]:g}, {np.exp(steps.max()):,.0f} times off the price before, "
                f"{close[place - 1]:g}; --scale 1 takes them as they are"
            )


def _storable(prices: tuple[tuple[str, Floats], ...], volume: Floats, rows: Times) -> Iterator[str]:
    """What would be nothing when rounded as prices are stored, or has more digits: one line for all of them."""
    for which, limit, bad in (
        ("below", f"{SMALLEST:.6f}, the smallest", lambda values: (values > 0) & (values.round(6) < SMALLEST)),
        ("above", f"{LARGEST:,.0f}, the largest", lambda values: values > LARGEST),
    ):
        places = [(name, values, np.flatnonzero(bad(values))) for name, values in prices]
        if count := sum(len(found) for _, _, found in places):
            name, values, found = next(row for row in places if len(row[2]))
            yield (
                f"{count:,} prices are {which} {limit} that can be stored "
                f"(row {rows[found[0]]}: {name} was {values[found[0]]:g})"
            )
    if len(large := np.flatnonzero(volume > MOST_SHARES)):
        yield (
            f"{len(large):,} volumes are above {MOST_SHARES:,.0f}, the largest that can be stored "
            f"(row {rows[large[0]]}: {volume[large[0]]:g})"
        )


def _shown(seconds: int) -> str:
    return f"{datetime.fromtimestamp(int(seconds), UTC):%Y-%m-%d %H:%M:%S} UTC"
