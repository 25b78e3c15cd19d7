"""What can be wrong with bars, each fault named with its row (the first row of values is row 2)."""

from collections.abc import Iterator
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

Times = NDArray[np.int64]
Floats = NDArray[np.float64]
MINUTE = 60


def times_check(start: Times, timeframe: str) -> Iterator[str]:
    """Bars must ascend, each once, minutes on whole minutes. `start` in seconds since the epoch."""
    steps = np.diff(start)
    for place in np.flatnonzero(steps == 0).tolist():
        yield f"row {place + 3}: {_shown(start[place + 1])} is there twice"
    for place in np.flatnonzero(steps < 0).tolist():
        yield f"row {place + 3}: {_shown(start[place + 1])} comes after {_shown(start[place])}; sort by time"
    if timeframe == "1Min":
        for place in np.flatnonzero(start % MINUTE).tolist():
            yield f"row {place + 2}: {_shown(start[place])} is not the start of a minute"


def prices_check(open: Floats, high: Floats, low: Floats, close: Floats, volume: Floats) -> Iterator[str]:
    """Prices must be above zero and lie between low and high, volumes must not be negative. NaN is named elsewhere."""
    for name, values in (("open", open), ("high", high), ("low", low), ("close", close)):
        for place in np.flatnonzero(values <= 0).tolist():
            yield f"row {place + 2}: {name} was {values[place]:g}, but a price is above zero"
    for place in np.flatnonzero(high < np.maximum(np.maximum(open, close), low)).tolist():
        yield f"row {place + 2}: high {high[place]:g} is below another price of its bar"
    for place in np.flatnonzero(low > np.minimum(open, close)).tolist():
        yield f"row {place + 2}: low {low[place]:g} is above the open or the close"
    for place in np.flatnonzero(volume < 0).tolist():
        yield f"row {place + 2}: volume was {volume[place]:g}, but it cannot be negative"


def _shown(seconds: int) -> str:
    return f"{datetime.fromtimestamp(int(seconds), UTC):%Y-%m-%d %H:%M:%S} UTC"
