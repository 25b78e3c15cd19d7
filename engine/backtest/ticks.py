"""When the bot looks during a backtest: the grid of its live ticks, as arrays."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time

import numpy as np
from numpy.typing import NDArray

from engine.core.config import BotConfig
from engine.core.schedule import NEW_YORK, Grid
from engine.core.types import Session
from engine.core.window import config_grid

Times = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Ticks:
    """One entry per tick, oldest first.

    time: seconds since the epoch; session: index into the sessions; day: the session's day as an ordinal
    in_window, after_window: where the tick lies in the bot's day
    first: by session, its first tick; window_end: by session, seconds since the epoch at which entries end
    """

    time: Times
    session: Times
    day: Times
    in_window: Flags
    after_window: Flags
    first: Times
    window_end: Times

    def __len__(self) -> int:
        return len(self.time)


def ticks_of(
    config: BotConfig, sessions: Sequence[Session], since: datetime | None = None, until: datetime | None = None
) -> Ticks:
    """Every tick of these sessions, from `since` to `until`, both included, where these are given.

    A bot on daily bars looks once a session, at the first tick in its window.
    """
    grid = config_grid(config)
    shapes: dict[tuple[time, int], tuple[Times, int, int]] = {}
    parts: list[Times] = []
    lengths, starts, ends = [], [], []
    for session in sessions:
        opened = int(session.open.timestamp())
        # Sessions of equal hours have equal grids; to ask the calendar of the world's clocks for each takes too long.
        shape = (session.open.astimezone(NEW_YORK).time(), int(session.close.timestamp()) - opened)
        if shape not in shapes:
            shapes[shape] = _offsets(grid, session, once=config.timeframe == "1Day")
        offsets, start, end = shapes[shape]
        times = opened + offsets
        if since is not None and since > session.open:
            times = times[times >= since.timestamp()]
        if until is not None and until < session.close:
            times = times[times <= until.timestamp()]
        parts.append(times)
        lengths.append(len(times))
        starts.append(opened + start)
        ends.append(opened + end)
    times = np.concatenate(parts) if parts else np.empty(0, dtype=np.int64)
    session_of = np.repeat(np.arange(len(sessions)), lengths)
    start_of, end_of = np.repeat(starts, lengths), np.repeat(ends, lengths)
    first = np.r_[0, np.cumsum(lengths)[:-1]] if lengths else np.empty(0, dtype=np.int64)
    days = np.repeat([session.day.toordinal() for session in sessions], lengths)
    return Ticks(
        time=times,
        session=session_of,
        day=days,
        in_window=(start_of <= times) & (times < end_of),
        after_window=times >= end_of,
        first=first,
        window_end=np.array(ends, dtype=np.int64),
    )


def _offsets(grid: Grid, session: Session, *, once: bool) -> tuple[Times, int, int]:
    """The grid of a session, and its window's start and end, all in seconds from the open."""
    start, end = (_seconds(moment, session) for moment in grid.window(session))
    length = _seconds(session.close, session)
    found = np.arange(start % grid.frequency, length, grid.frequency, dtype=np.int64)
    if 0 <= end < length:
        found = np.union1d(found, [end])
    if once:
        found = found[(found >= start) & (found < end)][:1]
    return found, start, end


def _seconds(moment: datetime, session: Session) -> int:
    return int((moment - session.open).total_seconds())
