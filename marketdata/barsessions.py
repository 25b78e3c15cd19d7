"""Where bars lie in the sessions, and whether their step, their stamps and their clock are what they are said to be."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time

import numpy as np
import pandas as pd

from engine.core.schedule import NEW_YORK
from engine.core.timeframes import SECONDS
from engine.core.types import Session
from marketdata.bartimes import seconds_of
from marketdata.calendar import sessions_by_ordinal

MINUTE = 60
DAY = 86_400
EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
# Fewer bars say too little about their clock or their step; of more than CLOCK_BARS the first are enough.
TELLING = 30
STEPS = 8
# The natural logarithm of how unlikely it is that steps are all multiples of another by chance: one in 500 million.
SURE = 20.0
CLOCK_BARS = 20_000
OPENING = 5 * MINUTE
# So many times more is traded in a day's first minute than in the one before it.
OPENING_VOLUME = 3.0
ZONES = ("UTC", "America/Chicago", "America/Los_Angeles", "Europe/London", "Europe/Berlin")


def sessions_of(start: np.ndarray) -> tuple[np.ndarray, dict[int, Session]]:
    """The ordinal of each bar's New York day, and the sessions of those days."""
    local = pd.to_datetime(start, unit="s", utc=True).tz_convert(NEW_YORK).tz_localize(None)
    ordinals = np.asarray(local.as_unit("s").asi8 // DAY + EPOCH_ORDINAL, dtype=np.int64)
    return ordinals, sessions_by_ordinal([int(day) for day in np.unique(ordinals)])


def hours_of(ordinals: np.ndarray, sessions: Mapping[int, Session]) -> tuple[np.ndarray, np.ndarray]:
    """The open and the close of each bar's session in seconds; of a closed day an open that never comes."""
    days, place = np.unique(ordinals, return_inverse=True)
    hours = [sessions.get(int(day)) for day in days]
    opens = np.array([int(day.open.timestamp()) if day else 1 << 62 for day in hours], dtype=np.int64)[place]
    closes = np.array([int(day.close.timestamp()) if day else 0 for day in hours], dtype=np.int64)[place]
    return opens, closes


def in_session(start: np.ndarray, ordinals: np.ndarray, sessions: Mapping[int, Session]) -> np.ndarray:
    """Whether each bar starts within a regular session."""
    opens, closes = hours_of(ordinals, sessions)
    return np.asarray((opens <= start) & (start < closes))


def step_fault(start: np.ndarray, timeframe: str) -> str:
    """Says of bars of another step than the timeframe's which it is; empty where too few tell or it is right.

    Bars of a thin stock may lie any whole number of steps apart, but many of them not by chance all five minutes.
    """
    steps = np.diff(np.sort(start))
    steps = steps[steps > 0]
    if len(steps) < STEPS:
        return ""
    values, counts = np.unique(steps, return_counts=True)
    usual, shortest = int(values[counts.argmax()]), int(np.gcd.reduce(steps))
    length = SECONDS[timeframe]
    if timeframe == "1Day":
        wrong = usual < DAY // 2 or int(steps.min()) > 4 * DAY
    else:
        by_chance = len(steps) * np.log(shortest / length) < SURE if shortest > length else True
        wrong = not by_chance or usual < length
    if not wrong:
        return ""
    within = "1Day" if DAY <= usual < 5 * DAY else next((name for name, size in SECONDS.items() if size == usual), "")
    takes = f"--timeframe {within} takes them" if within else f"there are {', '.join(SECONDS)}"
    return f"the bars are {_shown(usual)} apart, not {_shown(length)}; {takes}"


def _shown(seconds: int) -> str:
    for name, size in (("day", DAY), ("minute", MINUTE)):
        if seconds % size == 0:
            return f"{seconds // size} {name}{'' if seconds == size else 's'}"
    return f"{seconds} seconds"


def stamp_fault(start: np.ndarray, volume: np.ndarray, timeframe: str) -> str:
    """Says that times seem to be the ends of their bars, as NinjaTrader writes them; empty where nothing does.

    All lie behind the open and some at the close; or, where there are bars from before the open, what the opening
    trades is in the bar one step behind it.
    """
    ordinals, sessions = sessions_of(start)
    opens, closes = hours_of(ordinals, sessions)
    at_close = int((start == closes).sum())
    if not at_close:
        return ""
    length = SECONDS[timeframe]
    if ((opens < start) & (start <= closes)).all():
        seen = f"none is at an open, and {at_close:,} at a close"
    elif _opening_is_late(start, volume, opens, length):
        seen = "what trades at the open is in the bar behind it"
    else:
        return ""
    ends = f"the times seem to be the ends of their bars: {seen}"
    return f"{ends}; --stamp end takes them, --stamp start takes them as they are"


def _opening_is_late(start: np.ndarray, volume: np.ndarray, opens: np.ndarray, length: int) -> bool:
    at = dict(zip(opens[start == opens].tolist(), volume[start == opens].tolist(), strict=True))
    behind = start == opens + length
    pairs = [(at[day], size) for day, size in zip(opens[behind], volume[behind].tolist(), strict=True) if day in at]
    return len(pairs) >= 3 and float(np.median([size / max(before, 1.0) for before, size in pairs])) >= OPENING_VOLUME


def ends_as_starts(end: np.ndarray, timeframe: str) -> np.ndarray:
    """The starts of bars whose ends are given. The last of a session may be shorter."""
    length = SECONDS[timeframe]
    ordinals, sessions = sessions_of(end)
    opens, closes = hours_of(ordinals, sessions)
    inside = (opens < end) & (end <= closes)
    return np.where(inside, opens + (end - 1 - opens) // length * length, end - length)


def grid_fault(start: np.ndarray, timeframe: str, opens: np.ndarray, rows: np.ndarray) -> list[str]:
    """Names bars of the session that begin on no step counted from the open."""
    off = np.flatnonzero((start - opens) % SECONDS[timeframe])
    return [
        f"row {rows[place]}: a {timeframe} bar begins a whole number of steps after the open, "
        f"not at {datetime.fromtimestamp(int(start[place]), NEW_YORK):%H:%M:%S} New York time"
        for place in off.tolist()
    ]


def clock_fault(start: np.ndarray, inside: np.ndarray) -> str:
    """What seems to be wrong with the zone of these minutes, empty when nothing does.

    Bars from before the open or after the close are common. But where all would lie in the session if only the clock
    were set otherwise, it is the clock that is wrong, and every bar would be taken for another minute's.
    """
    outside = int((~inside).sum())
    if outside and len(start) >= TELLING:
        looked_at = start[:CLOCK_BARS]
        for clock, option, moved in _other_clocks(looked_at):
            if _fill_sessions(moved):
                return (
                    f"{outside:,} of {len(start):,} bars lie outside the regular session, and all would lie in it if "
                    f"the times were {clock}: --timezone {option} --ignore-offset takes them so; if they are right, "
                    "leave those out"
                )
    if inside.any():
        return ""
    first = datetime.fromtimestamp(int(start[0]), NEW_YORK)
    looks = (
        "; it looks like New York time given as UTC: --timezone America/New_York --ignore-offset takes it so"
        if time(4, 0) <= first.time() < time(5, 31)
        else ""
    )
    return f"no bar lies in a regular session (the first is at {first:%Y-%m-%d %H:%M} New York time){looks}"


def zone_options(naive: "pd.Series[pd.Timestamp]") -> str:
    """The --timezone that would take times without an offset: the one in which they fill sessions, else a choice."""
    for zone in ("America/New_York", *ZONES) if len(naive) >= TELLING else ():
        meant = naive.iloc[:CLOCK_BARS].dt.tz_localize(zone, ambiguous="NaT", nonexistent="NaT")
        if meant.notna().all() and _fill_sessions(seconds_of(meant)):
            return f"they fill New York sessions by {zone}: --timezone {zone} takes them"
    return "--timezone America/New_York or --timezone UTC takes them"


def _fill_sessions(start: np.ndarray) -> bool:
    """Whether all lie in sessions, most of which they begin with: a few trades of a thin symbol do not."""
    ordinals, sessions = sessions_of(start)
    if not in_session(start, ordinals, sessions).all():
        return False
    days, first = np.unique(ordinals, return_index=True)
    opens = np.array([sessions[int(day)].open.timestamp() for day in days])
    return bool(2 * (start[first] - opens < OPENING).sum() >= len(days))


def _other_clocks(start: np.ndarray) -> Iterator[tuple[str, str, np.ndarray]]:
    """How else times might have been meant, in words, as an option, and the seconds since the epoch they would be."""
    naive = pd.Series(pd.to_datetime(start, unit="s"))
    meant = naive.dt.tz_localize(NEW_YORK, ambiguous="NaT", nonexistent="NaT")
    if meant.notna().all():
        yield "New York's, and not UTC", "America/New_York", seconds_of(meant)
    for hours in sorted(range(-12, 13), key=abs)[1:]:
        # The sign of these zones is the other way round.
        yield f"{abs(hours)} h {'later' if hours > 0 else 'earlier'}", f"Etc/GMT{hours:+d}", start + hours * 3600
