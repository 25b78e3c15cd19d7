"""What the scripts of all peers share; runs in their environment, so it knows nothing of the product."""

import json
import math
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

STOP, TARGET, SIZE = 0.02, 0.05, 0.1
CASH = 100_000.0


class Bars:
    """acts: whether an order may be decided on the bar, by the bot's window"""

    def __init__(self, path: str) -> None:
        found = np.load(path)
        self.start = found["start"]
        self.open, self.high, self.low, self.close = (found[name] for name in ("open", "high", "low", "close"))
        self.volume = found["volume"]
        self.acts = found["acts"]


def newest(bars: Bars, place: int) -> float:
    """Return the price a bot knows when it decides on a bar: the opening of the next, at which it fills, too."""
    return bars.open[min(place + 1, len(bars.open) - 1)]


def stop_of(close: float) -> float:
    """Rounded to the cent away from the close, as is the target."""
    return math.floor(round(close * (1 - STOP) * 100, 6)) / 100


def target_of(close: float) -> float:
    return math.ceil(round(close * (1 + TARGET) * 100, 6)) / 100


def wants(bars: Bars, strategy: str) -> tuple[np.ndarray, np.ndarray]:
    """Per bar: whether it buys, and whether it sells."""
    close = pd.Series(bars.close)
    if strategy == "rsi":
        move = close.diff()
        up = move.clip(lower=0).ewm(alpha=1 / 14, adjust=False).mean()
        down = (-move.clip(upper=0)).ewm(alpha=1 / 14, adjust=False).mean()
        rsi = (100 * up / (up + down)).to_numpy()
        warm = np.arange(len(rsi)) >= 28 * 14 + 7
        buys, sells = (rsi < 30) & warm, (rsi > 70) & warm
    else:
        fast, slow = close.rolling(20).mean(), close.rolling(50).mean()
        # A touch is no crossing: what counts is the side before it.
        side = np.sign((fast - slow).round(9)).replace(0, np.nan).ffill().fillna(0).to_numpy()
        before = np.r_[0, side[:-1]]
        warm = np.arange(len(side)) >= 57
        buys, sells = (side > 0) & (before < 0) & warm, (side < 0) & (before > 0) & warm
    return buys & bars.acts, sells & bars.acts


def main(run: Callable[[Bars, str], list[tuple[int, float, int, float]]]) -> None:
    """Run it twice, as the first run compiles; print the second's seconds and its trades."""
    bars, strategy = Bars(sys.argv[1]), sys.argv[2]
    seconds: list[float] = []
    trades: Any = []
    for _ in range(2):
        began = time.process_time()
        trades = run(bars, strategy)
        seconds.append(time.process_time() - began)
    print(json.dumps({"first": seconds[0], "warm": seconds[1], "trades": trades}))
