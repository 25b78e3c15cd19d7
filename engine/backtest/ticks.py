"""When the bot looks during a backtest: the grid of its live ticks, as arrays."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.backtest.history import History, HistoryError
from engine.core.config import BotConfig
from engine.core.schedule import NEW_YORK, Grid
from engine.core.types import Session
from engine.core.window import config_grid

Times = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Ticks:
    """The ticks of a run; all arrays but the last two have one value per tick, oldest first.

    Attributes:
        time: Seconds since the epoch.
        session: The place of its session among the sessions.
        day: The session's day as an ordinal.
        in_window: The tick lies in the bot's window, as in `Moment`.
        after_window: The window has ended, as in `Moment`.
        may_sell: The bot may sell, as in `Moment`.
        first: By session, its first tick.
        window_end: By session, when entries end, in seconds since the epoch.
    """

    time: Times
    session: Times
    day: Times
    in_window: Flags
    after_window: Flags
    may_sell: Flags
    first: Times
    window_end: Times

    def __len__(self) -> int:
        return len(self.time)


def ticks_of(
    config: BotConfig,
    sessions: Sequence[Session],
    since: datetime | None = None,
    until: datetime | None = None,
    *,
    once: bool = False,
) -> Ticks:
    """Return every tick of these sessions.

    Args:
        config: The bot.
        sessions: The sessions, oldest first.
        since: The first time a tick may have; None for no limit.
        until: The last time a tick may have, included; None for no limit.
        once: Only the first tick in each session's window.
    """
    grid = config_grid(config)
    shapes: dict[tuple[time, int], _Shape] = {}
    parts: list[_Shape] = []
    opens: list[int] = []
    for session in sessions:
        opened = int(session.open.timestamp())
        # Sessions of equal hours have equal grids; computing each one with time zones takes too long.
        shape = (session.open.astimezone(NEW_YORK).time(), int(session.close.timestamp()) - opened)
        if shape not in shapes:
            shapes[shape] = _shape(grid, session, once=once)
        part = shapes[shape]
        if since is not None and since > session.open:
            part = part.only(opened + part.offsets >= since.timestamp())
        if until is not None and until < session.close:
            part = part.only(opened + part.offsets <= until.timestamp())
        parts.append(part)
        opens.append(opened)
    lengths = [len(part.offsets) for part in parts]
    return Ticks(
        time=np.repeat(np.array(opens, dtype=np.int64), lengths) + _joined([part.offsets for part in parts], np.int64),
        session=np.repeat(np.arange(len(sessions)), lengths),
        day=np.repeat(np.array([session.day.toordinal() for session in sessions], dtype=np.int64), lengths),
        in_window=_joined([part.in_window for part in parts], np.bool_),
        after_window=_joined([part.after_window for part in parts], np.bool_),
        may_sell=_joined([part.may_sell for part in parts], np.bool_),
        first=np.cumsum([0, *lengths], dtype=np.int64)[:-1],
        window_end=np.array([opened + part.end for opened, part in zip(opens, parts, strict=True)], dtype=np.int64),
    )


def times_check(history: History, ticks: Ticks) -> None:
    """Make sure that a bot on the bars of days looks only at the open.

    Raises:
        HistoryError: The bot looks at a time of the day at which a day's bar has no price.
    """
    opens = np.array([int(session.open.timestamp()) for session in history.sessions])
    late = np.flatnonzero(ticks.time > opens[ticks.session])
    if not len(late):
        return
    session = history.sessions[ticks.session.item(late.item(0))]
    looks = datetime.fromtimestamp(ticks.time.item(late.item(0)), NEW_YORK)
    raise HistoryError(
        f"on {session.day} the bot first looks at {looks:%H:%M}, and the bar of a day has no price of that time: "
        f"{history.no_minutes}. Import the minutes of these days (manage.py import_bars, or --minutes DIR beside "
        f"--bars), or let the window begin at {session.open.astimezone(NEW_YORK):%H:%M}"
    )


def _joined(parts: Sequence[NDArray[Any]], kind: type) -> NDArray[Any]:
    return np.concatenate(parts) if parts else np.empty(0, dtype=kind)


@dataclass(frozen=True)
class _Shape:
    """The grid of a session, and where its window ends, in seconds from the open."""

    offsets: Times
    in_window: Flags
    after_window: Flags
    may_sell: Flags
    end: int

    def only(self, kept: Flags) -> "_Shape":
        return _Shape(self.offsets[kept], self.in_window[kept], self.after_window[kept], self.may_sell[kept], self.end)


def _shape(grid: Grid, session: Session, *, once: bool) -> _Shape:
    start, end = (_seconds(moment, session) for moment in grid.window(session))
    length = _seconds(session.close, session)
    found = np.arange(start % grid.frequency, length, grid.frequency, dtype=np.int64)
    if 0 <= end < length:
        found = np.union1d(found, [end])
    last_look = grid.last_look(session)
    looks = np.array([] if last_look is None else [_seconds(last_look, session)], dtype=np.int64)
    found = np.union1d(found, looks)
    in_window = (start <= found) & (found < end)
    may_sell = in_window | np.isin(found, looks)
    if once:
        kept = np.flatnonzero(may_sell)[:1]
        found, in_window, may_sell = found[kept], in_window[kept], may_sell[kept]
    return _Shape(found, in_window, found >= end, may_sell, end)


def _seconds(moment: datetime, session: Session) -> int:
    return int((moment - session.open).total_seconds())
