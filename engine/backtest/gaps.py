"""The sessions of which a backtest has no bars."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import numpy as np

from engine.core.types import Bars, Session


def sessions_missing(bars: Mapping[str, Bars], sessions: Sequence[Session]) -> dict[str, tuple[date, ...]]:
    """Return, by symbol, the days of the sessions it has no bar of; a symbol without gaps is left out."""
    found = {}
    for symbol, series in bars.items():
        traded = _days(series)
        found[symbol] = tuple(session.day for session in sessions if session.day.toordinal() not in traded)
    return {symbol: days for symbol, days in found.items() if days}


def reach_fault(bars: Mapping[str, Bars], sessions: Sequence[Session]) -> str:
    """Say why these sessions cannot be traded in; empty where they can.

    A symbol may list later or end earlier, but must have bars of some of the sessions. At least one symbol must have
    bars of the first session, and at least one of the last.
    """
    traded = {symbol: _days(series) for symbol, series in bars.items()}
    wanted = {session.day.toordinal() for session in sessions}
    first, last = sessions[0].day, sessions[-1].day
    for symbol, days in traded.items():
        if not days & wanted:
            there = f", which are of {_day(min(days))} to {_day(max(days))}" if days else ""
            return (
                f"there are no bars of {symbol} from {first} to {last}{there}: "
                "import them with manage.py import_bars, or ask for other days"
            )
    # Only the bars near the days asked for are at hand: their other end is not where all the bars end.
    if not any(first.toordinal() in days for days in traded.values()):
        begins, symbol = min((min(days & wanted), symbol) for symbol, days in traded.items())
        return f"the bars of {symbol} begin on {_day(begins)}, after {first}{_others(traded)}"
    if not any(last.toordinal() in days for days in traded.values()):
        ends, symbol = max((max(days & wanted), symbol) for symbol, days in traded.items())
        return f"the bars of {symbol} end on {_day(ends)}, before {last}{_others(traded)}"
    return ""


def minutes_missing(
    minutes: Mapping[str, Bars],
    symbols: Iterable[str],
    sessions: Sequence[Session],
    silent: Mapping[str, Sequence[date]] | None = None,
) -> str:
    """Say which symbol has no minutes of which session; empty where none are missing.

    Args:
        minutes: The minutes, by symbol.
        symbols: The symbols that need them.
        sessions: The sessions that need them.
        silent: By symbol, the days on which it did not trade; they need no minutes.
    """
    for symbol in symbols:
        traded = _days(minutes[symbol]) if symbol in minutes else set()
        quiet = (silent or {}).get(symbol, ())
        missing = [one.day for one in sessions if one.day.toordinal() not in traded and one.day not in quiet]
        if missing:
            more = f" and {len(missing) - 1} more days" if len(missing) > 1 else ""
            return f"there are no minutes of {symbol} on {missing[0]}{more}"
    return ""


def _days(bars: Bars) -> set[int]:
    return set(np.unique(bars.session).tolist())


def _day(ordinal: int) -> date:
    return date.fromordinal(ordinal)


def _others(traded: Mapping[str, object]) -> str:
    return ", and no other symbol's reach further" if len(traded) > 1 else ""
