"""Histories for tests: seeded walks over real sessions, in cents, with minutes in which nothing traded."""

from collections.abc import Sequence
from datetime import date

import numpy as np

from engine.backtest.history import History, history_make
from engine.core.types import Bars
from marketdata.calendar import sessions_between


def walk_history(
    symbols: Sequence[str],
    first: date,
    last: date,
    *,
    seed: int = 1,
    wild: float = 0.002,
    holes: float = 0.05,
    warm_sessions: int = 0,
) -> History:
    """Minute bars that wander by `wild` of the price a bar; a part `holes` of the minutes is missing.

    warm_sessions: how many of the first sessions are there only for the indicators
    """
    sessions = sessions_between(first, last)
    bars = {name: _walk(name, sessions, seed + place, wild, holes) for place, name in enumerate(symbols)}
    return history_make(bars, sessions[warm_sessions:])


def _walk(symbol, sessions, seed, wild, holes):
    rng = np.random.default_rng(seed)
    start = np.concatenate(
        [np.arange(int(one.open.timestamp()), int(one.close.timestamp()), 60, dtype=np.int64) for one in sessions]
    )
    day = np.concatenate(
        [np.full(int((one.close - one.open).total_seconds()) // 60, one.day.toordinal()) for one in sessions]
    )
    keep = rng.random(len(start)) >= holes
    keep[0] = True
    keep[np.flatnonzero(np.diff(day)) + 1] = True
    start, day = start[keep], day[keep]
    count = len(start)
    close = np.round(50 * np.exp(np.cumsum(rng.normal(0, wild, count))), 2)
    opened = np.round(np.r_[50.0, close[:-1]] * (1 + rng.normal(0, wild / 4, count)), 2)
    high = np.round(np.maximum(opened, close) * (1 + np.abs(rng.normal(0, wild / 2, count))), 2)
    low = np.round(np.minimum(opened, close) * (1 - np.abs(rng.normal(0, wild / 2, count))), 2)
    volume = np.round(rng.lognormal(7, 1, count)) + 1
    return Bars(symbol, "1Min", start, start + 60, day, opened, high, low, close, volume)
