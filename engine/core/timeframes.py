"""Bars of five minutes to one hour, built from minute bars."""

from collections.abc import Mapping

import numpy as np

from engine.core.types import Bars, Session

MINUTES: Mapping[str, int] = {"1Min": 1, "5Min": 5, "15Min": 15, "1Hour": 60}
SECONDS: Mapping[str, int] = {name: minutes * 60 for name, minutes in MINUTES.items()} | {"1Day": 86_400}


def bars_resample(bars: Bars, timeframe: str, sessions: Mapping[int, Session], now: float) -> Bars:
    """Build bars of a longer timeframe from minute bars.

    Each session's bars begin at its open; the session's close cuts the last one.

    Args:
        bars: Minute bars.
        timeframe: A key of SECONDS.
        sessions: Trading sessions by day ordinal.
        now: Market time, seconds since the epoch; a bar that ends later is not made.
    """
    if timeframe == bars.timeframe or len(bars) == 0:
        return bars
    length = SECONDS[timeframe]
    days, of_bar = np.unique(bars.session, return_inverse=True)
    opens = np.array([int(sessions[int(day)].open.timestamp()) for day in days], dtype=np.int64)[of_bar]
    closes = np.array([int(sessions[int(day)].close.timestamp()) for day in days], dtype=np.int64)[of_bar]
    starts = opens + (bars.start - opens) // length * length
    ends = np.minimum(starts + length, closes)
    first = np.flatnonzero(np.r_[True, starts[1:] != starts[:-1]])
    last = np.r_[first[1:], len(starts)] - 1
    over = ends[last] <= now
    first, last = first[over], last[over]
    if len(first) == 0:
        return bars_slice(bars, slice(0, 0), timeframe)
    stop = last[-1] + 1
    return Bars(
        symbol=bars.symbol,
        timeframe=timeframe,
        start=starts[first],
        end=ends[last],
        session=bars.session[first],
        open=bars.open[first],
        high=np.maximum.reduceat(bars.high[:stop], first),
        low=np.minimum.reduceat(bars.low[:stop], first),
        close=bars.close[last],
        volume=np.add.reduceat(bars.volume[:stop], first),
        from_first=bars.from_first,
    )


def bars_slice(bars: Bars, part: slice, timeframe: str | None = None) -> Bars:
    """Return some of the bars, under another timeframe if one is given."""
    return Bars(
        symbol=bars.symbol,
        timeframe=timeframe or bars.timeframe,
        start=bars.start[part],
        end=bars.end[part],
        session=bars.session[part],
        open=bars.open[part],
        high=bars.high[part],
        low=bars.low[part],
        close=bars.close[part],
        volume=bars.volume[part],
        from_first=bars.from_first and not part.start,
    )
