"""The bars of a backtest, from this installation's store."""

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
    """Make a history of the stored bars of the sessions of [first_day, last_day] and of the warm-up before them.

    Args:
        symbols: The bot's symbols.
        timeframe: The bot's timeframe.
        first_day: The first New York day.
        last_day: The last New York day, included.
        warmup: How many bars of the timeframe the indicators need before the first session.
        going_on: Called before each symbol; it may raise to end the reading.

    Raises:
        HistoryError: A symbol has no bars in any of the sessions.
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
    """Return from when on stored bars are needed for the indicators to count on the session's first tick.

    Bars are counted, not sessions, as a thin stock trades only in some of the minutes.
    """
    rows = warm_rows(timeframe, warmup)
    since = bars_since(symbol, base_timeframe(timeframe), rows, midnight(first.day))
    # The bars begin with the first of their session, so that longer bars are whole.
    return midnight(since.date())
