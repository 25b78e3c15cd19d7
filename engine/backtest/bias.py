"""Experiments that show whether a bot sees the future, or depends on how much of the past is loaded."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np

from engine.backtest.history import History, HistoryError
from engine.backtest.run import backtest_run
from engine.backtest.values import values_differ
from engine.core.config import BotConfig
from engine.core.timeframes import bars_slice
from engine.core.types import Bars, Decision

CUTS = 8
# The experiment looks at this many changes of a vote, for each indicator and symbol.
FLIPS = 200
SHOWN = 5
CLOSE = 1e-9
Made = dict[tuple[str, datetime], Decision]


def lookahead_check(config: BotConfig, history: History, cuts: int = CUTS) -> list[str]:
    """Cut the future off at several places, and return which past decisions changed by it.

    Args:
        config: The bot.
        history: The bars and sessions to run over.
        cuts: At how many ticks, evenly spread, the future is cut off.

    Returns:
        At most SHOWN changes, in words; empty when nothing changed.
    """
    whole = _decisions(config, history)
    times = sorted({at for _, at in whole})
    found: list[str] = []
    for place in np.linspace(0, len(times) - 1, min(cuts, len(times)) + 1)[1:].astype(int).tolist():
        cut = times[place]
        part = _decisions(config, _until(history, cut), until=cut)
        found += [
            f"with no bar after {cut:%Y-%m-%d %H:%M}: {line}" for line in _changes(config, whole, part, until=cut)
        ]
    return found[:SHOWN]


def warmup_check(config: BotConfig, history: History) -> list[str]:
    """Load only the declared warm-up before the days traded, and return which decisions changed by it.

    Returns:
        At most SHOWN changes, in words; empty when nothing changed.

    Raises:
        HistoryError: The history is no longer than the warm-up, so there is nothing to compare with.
    """
    changes = _changes(config, _decisions(config, history), _decisions(config, _least(config, history)))
    found = [f"with the declared warm-up only: {line}" for line in changes]
    return [*found, *(line for symbol in history.bars for line in flips_check(config, history, symbol))][:SHOWN]


def flips_check(config: BotConfig, history: History, symbol: str) -> Iterator[str]:
    """Yield, in words, where a vote changes that would be another with only the bars a live tick loads.

    A memory that does not fade shows at such a place, and hardly anywhere else.
    """
    bars = history.looked_at(symbol, config.timeframe)
    loaded = config.warmup() + 1
    for key, indicator in config.indicator_set().items():
        arrays = indicator.compute(bars)
        sides = indicator.vote(arrays) - indicator.veto(arrays)
        flips = np.flatnonzero(sides[1:] != sides[:-1]) + 1
        flips = flips[flips >= loaded]
        # A change may come early as well as late, so the bar before it is looked at, too.
        places = np.unique(np.r_[flips, flips - 1])
        places = places[places >= loaded - 1]
        for place in places[np.linspace(0, len(places) - 1, min(FLIPS, len(places))).astype(int)].tolist():
            part = bars_slice(bars, slice(place + 1 - loaded, place + 1))
            lines = indicator.compute(part)
            side = int(indicator.vote(lines)[-1] - indicator.veto(lines)[-1])
            if side != sides[place]:
                at = datetime.fromtimestamp(bars.end.item(place), UTC)
                yield f"where {key} changes sides: {symbol} at {at:%Y-%m-%d %H:%M:%S} {sides[place]} became {side}"


def _decisions(config: BotConfig, history: History, until: datetime | None = None) -> Made:
    made: Made = {}

    def note(at: datetime, decided: Decision) -> None:
        made[decided.symbol, at] = decided

    backtest_run(config, history, every_tick=True, observe=note, until=until)
    return made


def _until(history: History, cut: datetime) -> History:
    """Return the history up to the cut: the bars over by then, and the bar whose opening an order may meet."""
    sessions = tuple(session for session in history.sessions if session.open <= cut)
    bars = {
        symbol: bars_slice(series, slice(0, int(np.searchsorted(series.start, cut.timestamp(), side="right"))))
        for symbol, series in history.bars.items()
    }
    days = {
        symbol: bars_slice(series, slice(0, int(np.searchsorted(series.end, cut.timestamp(), side="right"))))
        for symbol, series in history.days.items()
    }
    return replace(history, bars=bars, days=days, sessions=sessions)


def _least(config: BotConfig, history: History) -> History:
    """Return the history with only as many bars before its first session as the indicators declare to need."""
    opened = int(history.first.timestamp())
    bars: dict[str, Bars] = {}
    for symbol, series in (history.days or history.bars).items():
        looked_at = history.looked_at(symbol, config.timeframe)
        before = int(np.searchsorted(looked_at.end, opened, side="right"))
        begin = before - config.warmup()
        if begin <= 0:
            raise HistoryError(
                f"{symbol} has {before} bars before {history.sessions[0].day}; to compare with more than the "
                f"{config.warmup()} its indicators declare to need, load earlier days, too"
            )
        first = int(np.searchsorted(series.start, looked_at.start[begin]))
        bars[symbol] = bars_slice(series, slice(first, len(series)))
    return replace(history, days=bars) if history.days else replace(history, bars=bars)


def _changes(config: BotConfig, one: Made, other: Made, until: datetime | None = None) -> Iterator[str]:
    for key in sorted(one.keys() | other.keys(), key=lambda key: (key[1], key[0])):
        symbol, at = key
        if until is not None and at > until:
            continue
        before, after = one.get(key), other.get(key)
        if before is None or after is None:
            which = "more" if after is None else "fewer"
            yield f"{symbol} at {at:%Y-%m-%d %H:%M:%S} was decided only with {which} bars"
        elif wrong := _differs(config, before, after):
            yield f"{symbol} at {at:%Y-%m-%d %H:%M:%S}: {wrong}"


def _differs(config: BotConfig, one: Decision, other: Decision) -> str:
    if (one.action, one.reason, one.votes) != (other.action, other.reason, other.votes):
        return f"{one.action} ({one.reason}) became {other.action} ({other.reason})"
    return values_differ(config, one.values, other.values, CLOSE)
