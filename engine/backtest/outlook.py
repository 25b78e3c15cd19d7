"""What the indicators say at every tick of a backtest, computed over whole arrays at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engine.backtest.history import History
from engine.backtest.ticks import Ticks
from engine.core.config import BotConfig
from engine.core.indicators import Arrays, Indicator
from engine.core.signals import signals
from engine.core.types import Bars, SymbolView, Votes, Whole

Places = NDArray[np.int32]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Outlook:
    """One symbol's bars and votes, and which of them each tick sees.

    Attributes:
        base: The bars in which orders fill.
        bars: The bars the bot looks at.
        indicators: The bot's indicators, by key.
        arrays: By indicator, its lines, one value per bar.
        votes: By indicator that votes, its vote on each bar: 1, -1 or 0.
        states: By indicator that votes, its side on each bar; only where all must agree.
        vetoes: By indicator that can veto, whether it does on each bar.
        warm_from: By indicator, the first bar on which it counts.
        settled_from: By indicator, the first bar on which older bars would change nothing.
        wish: Per bar, the signal of all votes.
        vetoed: Per bar, whether an indicator vetoes an entry.
        seen: Per tick, the last closed bar, -1 for none.
        closed: Per tick, the last closed bar of `base`, -1 for none.
        votable: Per tick, whether its bar may vote.
        first_seeing: Per bar, the first tick that sees it or a newer one; one more value stands behind the last bar.
        first_closing: The same for the bars of `base`.
    """

    base: Bars
    bars: Bars
    indicators: Mapping[str, Indicator]
    arrays: dict[str, Arrays]
    votes: dict[str, Votes]
    states: dict[str, Votes]
    vetoes: dict[str, Votes]
    warm_from: dict[str, int]
    settled_from: dict[str, int]
    wish: Votes
    vetoed: Flags
    seen: Places
    closed: Places
    votable: Flags
    first_seeing: Whole
    first_closing: Whole

    @property
    def symbol(self) -> str:
        """Return the symbol of the bars."""
        return self.base.symbol

    @property
    def warm(self) -> int:
        """Return the first bar on which every indicator counts."""
        return max(self.warm_from.values())

    def view(self, tick: int, last_price: Decimal | None, acted_on: int) -> SymbolView:
        """Return what a live tick would see.

        Args:
            tick: The tick.
            last_price: The newest price, in dollars.
            acted_on: The end of the bar last acted on, in seconds since the epoch; 0 for none.
        """
        bar = self.seen.item(tick)
        if bar < 0:
            return SymbolView(
                self.symbol, None, None, last_price, warming_up=tuple(self.indicators), fresh=False, votable=False
            )
        votes: dict[str, int] = {}
        states: dict[str, int] = {}
        warming_up: list[str] = []
        vetoes: list[str] = []
        begun: list[str] = []
        for key, start in self.warm_from.items():
            if bar < start:
                warming_up.append(key)
                continue
            if bar < self.settled_from[key]:
                begun.append(key)
            if key in self.votes:
                votes[key] = self.votes[key].item(bar)
                if key in self.states:
                    states[key] = self.states[key].item(bar)
            if key in self.vetoes and self.vetoes[key].item(bar):
                vetoes.append(key)
        end = self.bars.end.item(bar)
        return SymbolView(
            symbol=self.symbol,
            bar_end=datetime.fromtimestamp(end, UTC),
            close=price_at(self.bars.close, bar),
            last_price=last_price,
            values={key: _values(lines, bar) for key, lines in self.arrays.items()},
            votes=votes,
            states=states,
            vetoes=tuple(vetoes),
            warming_up=tuple(warming_up),
            votable=self.votable.item(tick),
            acted=end <= acted_on,
            begun=tuple(begun),
            begun_on=date.fromordinal(self.bars.session.item(0)) if begun else None,
            bars=bar + 1,
            from_first=self.bars.from_first,
        )


def price_at(prices: NDArray[np.float64], place: int) -> Decimal:
    """Return a price as it was read: the shortest decimal that stands for this float, with at most six places."""
    return decimal_of(prices.item(place))


def decimal_of(price: float) -> Decimal:
    """Return the shortest decimal that stands for a float, with at most six places."""
    text = repr(price)
    # Few prices have more than six places; rounding every one would cost as much as all the rest.
    return Decimal(text) if len(text) < 9 else Decimal(repr(round(price, 6)))


def outlook_of(config: BotConfig, symbol: str, history: History, ticks: Ticks, like: Outlook | None = None) -> Outlook:
    """Compute one symbol's votes, and which bars each tick sees.

    Args:
        config: The bot.
        symbol: The symbol.
        history: The bars.
        ticks: The run's ticks.
        like: Another symbol's outlook; where its bars have the same times, each tick sees the same bars.
    """
    base = history.bars[symbol]
    bars = history.looked_at(symbol, config.timeframe)
    indicators = config.indicator_set()
    arrays = {key: indicator.compute(bars) for key, indicator in indicators.items()}
    votes = {key: indicator.vote(arrays[key]) for key, indicator in indicators.items() if indicator.votes}
    # The side of an indicator matters only where all must agree.
    states = {key: indicators[key].state(arrays[key]) for key in votes if config.signal_mode == "all"}
    vetoes = {key: indicator.veto(arrays[key]) for key, indicator in indicators.items() if _can_veto(indicator)}
    warm_from = {key: indicator.counts_from(bars) for key, indicator in indicators.items()}
    vetoed = np.zeros(len(bars), dtype=np.bool_)
    for key, series in vetoes.items():
        vetoed[warm_from[key] :] |= series[warm_from[key] :] != 0
    if like is not None and _same_times(like.base, base) and (bars is base or _same_times(like.bars, bars)):
        seen, closed, votable = like.seen, like.closed, like.votable
        first_seeing, first_closing = like.first_seeing, like.first_closing
    else:
        seen = _last_closed(bars, ticks)
        closed = seen if bars is base else _last_closed(base, ticks)
        votable = _votable(config, bars, seen, ticks)
        first_seeing = _first_seeing(seen, len(bars))
        first_closing = first_seeing if bars is base else _first_seeing(closed, len(base))
    return Outlook(
        base=base,
        bars=bars,
        indicators=indicators,
        arrays=arrays,
        votes=votes,
        states=states,
        vetoes=vetoes,
        warm_from=warm_from,
        settled_from={key: indicator.settled_from(bars) for key, indicator in indicators.items()},
        wish=_wishes(config, votes, states, warm_from, len(bars)),
        vetoed=vetoed,
        seen=seen,
        closed=closed,
        votable=votable,
        first_seeing=first_seeing,
        first_closing=first_closing,
    )


def _same_times(bars: Bars, others: Bars) -> bool:
    return bars.end is others.end or np.array_equal(bars.end, others.end)


def _first_seeing(seen: Places, length: int) -> Whole:
    """Return for each bar the first tick that sees it or a newer one.

    A later tick never sees an older bar, so counting the ticks that see older bars is enough.
    """
    return np.bincount(seen + 1, minlength=length + 1).cumsum()


def _votable(config: BotConfig, bars: Bars, seen: Places, ticks: Ticks) -> Flags:
    days = bars.session[seen] if len(bars) else np.zeros(len(ticks), dtype=np.int64)
    return np.asarray((days < ticks.day if config.timeframe == "1Day" else days == ticks.day) & (seen >= 0))


def _last_closed(bars: Bars, ticks: Ticks) -> Places:
    """Return, per tick, the last bar that is over.

    Where a session's ticks and bars keep step, one search for the session is enough.
    """
    if len(bars) == 0 or len(ticks) == 0:
        return np.full(len(ticks), -1, dtype=np.int32)
    places = np.arange(len(ticks), dtype=np.int32)
    first = np.minimum(ticks.first, len(ticks) - 1)
    shift = (np.searchsorted(bars.end, ticks.time[first], side="right") - 1 - first).astype(np.int32)
    found = places + shift[ticks.session]
    np.clip(found, 0, len(bars) - 1, out=found)
    # A bar that ends with its tick is right; any other may not have ended, or may not be the last that has.
    others = np.flatnonzero(bars.end[found] != ticks.time)
    found[others] = np.searchsorted(bars.end, ticks.time[others], side="right") - 1
    return found


def _wishes(
    config: BotConfig, votes: dict[str, Votes], states: dict[str, Votes], warm_from: dict[str, int], length: int
) -> Votes:
    """Return the signal of each bar, made of the votes of the indicators that count on it."""
    wish = np.zeros(length, dtype=np.int8)
    edges = sorted({min(warm_from[key], length) for key in votes} | {length})
    for begin, end in pairwise(edges):
        counted = [key for key in votes if warm_from[key] <= begin]
        if config.signal_mode == "every" and len(counted) < len(votes):
            # An indicator that is warming up does not vote.
            continue
        wish[begin:end] = signals(
            {key: votes[key][begin:end] for key in counted},
            {key: states[key][begin:end] for key in counted if key in states},
            config.signal_mode,
            config.min_votes,
            end - begin,
        )
    return wish


def _can_veto(indicator: Indicator) -> bool:
    return type(indicator).veto is not Indicator.veto


def _values(lines: Arrays, bar: int) -> dict[str, float]:
    found = ((name, line.item(bar)) for name, line in lines.items())
    return {name: round(value, 6) for name, value in found if value - value == 0.0}
