"""Markets on which functions with memory forget slowly, or never."""

from collections.abc import Iterator

import numpy as np

from engine.core.indicators.anchors import EPOCH_ORDINAL
from engine.core.types import Bars, Floats

MONDAY = 737_425
OPENED = 13 * 3600 + 30 * 60


def bars_with_range(close: Floats, rng: np.random.Generator, timeframe: str, *, rests: bool = False) -> Bars:
    """Bars with these closes in cents; where it rests, a bar without a move has no range either."""
    close = np.asarray(np.round(np.maximum(close, 0.5), 2), dtype=np.float64)
    opened = np.r_[close[:1], close[:-1]]
    reach = rng.integers(0, 4, (2, len(close))) / 100
    if rests:
        reach *= close != opened
    high, low = np.maximum(opened, close) + reach[0], np.minimum(opened, close) - reach[1]
    volume = np.round(rng.lognormal(7, 1, len(close))) + 1
    place = np.arange(len(close), dtype=np.int64)
    session = MONDAY + (place // 5 * 7 + place % 5 if timeframe == "1Day" else place // 390)
    start = 86_400 * (session - EPOCH_ORDINAL) + (0 if timeframe == "1Day" else OPENED + 60 * (place % 390))
    return Bars("X", timeframe, start, start + 60, session, opened, high, low, close, volume)


def markets(length: int, seed: int, timeframe: str = "1Min") -> Iterator[tuple[str, Bars]]:
    rng = np.random.default_rng(seed)
    moves = rng.integers(-3, 4, length)
    rests = np.arange(length) // int(rng.integers(60, 200)) % 3 > 0
    yield "flat for long", bars_with_range(100 + np.cumsum(np.where(rests, 0, moves)) / 100, rng, timeframe, rests=True)
    rare = rng.integers(-1, 2, length) * (rng.random(length) < 0.1)
    yield "a few cents", bars_with_range(3 + np.cumsum(rare) / 100, rng, timeframe)
    drift = 0.02 * np.arange(length) + np.cumsum(rng.integers(-1, 2, length)) / 100
    yield "a long trend", bars_with_range(50 + drift, rng, timeframe)
    gaps = moves / 100
    gaps[::390] += rng.normal(0, 8, len(gaps[::390]))
    yield "gaps", bars_with_range(400 + np.cumsum(gaps), rng, timeframe)
    jumps = rare / 200
    jumps[::977] += rng.normal(0, 20, len(jumps[::977]))
    yield "quiet after a jump", bars_with_range(400 + np.cumsum(jumps), rng, timeframe)
