"""The bars of a backtest, from what this installation has stored."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime

from engine.backtest.history import (
    BENCHMARK,
    WEEK,
    History,
    base_timeframe,
    history_compared,
    history_counted,
    history_make,
    history_with_minutes,
    midnight,
    sessions_within,
    warm_rows,
)
from engine.core.types import Bars, Session
from marketdata.selectors import bars_between, bars_since


def history_from_store(
    symbols: Sequence[str],
    timeframe: str,
    first_day: date,
    last_day: date,
    warmup: int,
    *,
    going_on: Callable[[], None] = lambda: None,
) -> History:
    """Bars this installation has stored, from the sessions of [first_day, last_day] and the warm-up before them.

    going_on: called before each symbol; may raise to end it
    Raises HistoryError where a symbol has no bars in any of the sessions.
    """
    sessions = sessions_within(first_day, last_day)
    base, until = base_timeframe(timeframe), sessions[-1].close
    found: dict[str, Bars] = {}
    for name in symbols:
        going_on()
        found[name] = bars_between(name, base, warm_since(name, timeframe, sessions[0], warmup), until)
    history = replace(history_make(found, sessions), asked_from=first_day)
    if timeframe == "1Day":
        minutes = {name: bars_between(name, "1Min", sessions[0].open, until) for name in symbols}
        history = history_with_minutes(history, minutes)
    history = history_counted(history, timeframe, warmup)
    if history.days:
        compared = history_compared(history, bars_between(BENCHMARK, "1Min", sessions[0].open, until))
        if compared.benchmark is not None:
            return compared
    return history_compared(history, bars_between(BENCHMARK, base, midnight(sessions[0].day - WEEK), until))


def warm_since(symbol: str, timeframe: str, first: Session, warmup: int) -> datetime:
    """From when on stored bars are needed for the indicators to count on the session's first tick.

    Bars are counted, not sessions: a thin stock trades in some of the minutes only.
    """
    rows = warm_rows(timeframe, warmup)
    since = bars_since(symbol, base_timeframe(timeframe), rows, midnight(first.day))
    # With the first bar of its session, so that longer bars are whole.
    return midnight(since.date())
