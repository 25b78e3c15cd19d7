"""Does a bot see the future, or depend on how much of the past is loaded? Both are looked for by experiment."""

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
# So many changes of a vote are looked at, of each indicator and symbol.
FLIPS = 200
SHOWN = 5
CLOSE = 1e-9
Made = dict[tuple[str, datetime], Decision]


def lookahead_check(config: BotConfig, history: History, cuts: int = CUTS) -> list[str]:
    """What changed in the past when the future was cut off, at several places; empty when nothing did."""
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
    """What changed when only the declared warm-up was loaded before the days traded; empty when nothing did.

    Raises HistoryError where the history is no longer than that: there is nothing to compare with.
    """
    changes = _changes(config, _decisions(config, history), _decisions(config, _least(config, history)))
    found = [f"with the declared warm-up only: {line}" for line in changes]
    return [*found, *(line for symbol in history.bars for line in flips_check(config, history, symbol))][:SHOWN]


def flips_check(config: BotConfig, history: History, symbol: str) -> Iterator[str]:
    """Where a vote changes, and with only as many bars as a live tick loads it would be another one.

    A memory that does not fade shows there, and hardly anywhere else.
    """
    bars = history.looked_at(symbol, config.timeframe)
    loaded = config.warmup() + 1
    for key, indicator in config.indicator_set().items():
        arrays = indicator.compute(bars)
        sides = indicator.vote(arrays) - indicator.veto(arrays)
        flips = np.flatnonzero(sides[1:] != sides[:-1]) + 1
        flips = flips[flips >= loaded]
        # The bar on which it changes and the one before: a change may come early as well as late.
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
    """The history without any bar that is not over by then, but for the one whose opening an order may meet."""
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
    """Of the bars before the first session, only as many as the indicators declare to need."""
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
