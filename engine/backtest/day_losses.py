"""How far a bot is below the last close at each entry it weighs, computed for all entries at once."""

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np

from engine.backtest.lane import Lane
from engine.backtest.prospects import MILLION, NEVER, Prospects, Unsuited, Whole
from engine.backtest.supposition import Dues
from engine.backtest.ticks import Ticks
from engine.backtest.weighing import Asked
from engine.core.config import BotConfig
from engine.core.types import Floats


class Held(NamedTuple):
    """The positions of one symbol, oldest first; all arrays have one value per position.

    Attributes:
        shares: Whole shares.
        price: The entry price, in millionths of a dollar.
        filled: The moment of the entry, as in `prospects.py`.
        ended: The moment of the exit, or NEVER.
        risk: The most the position is ever below its entry, in millionths of a dollar.
    """

    shares: Whole
    price: Whole
    filled: Whole
    ended: Whole
    risk: Whole


class DayLosses:
    """The day's loss at each entry that was weighed."""

    def __init__(
        self, lanes: Sequence[Lane], prospects: Sequence[Prospects], asked: Asked, ticks: Ticks, closes: Whole
    ) -> None:
        """Find the positions in what was weighed.

        Args:
            lanes: The symbols.
            prospects: The prospects of each lane.
            asked: The entries that were weighed.
            ticks: The run's ticks.
            closes: The close of each session, in seconds since the epoch.
        """
        self._lanes, self._asked, self._ticks = lanes, asked, ticks
        self._tick = np.empty(len(asked), dtype=np.int64)
        self._held = [self._hold(number, prospect) for number, prospect in enumerate(prospects)]
        # Nothing is held before the first session.
        self._before = np.r_[0, closes][:-1]

    def check(self, config: BotConfig) -> None:
        """Make sure that no day's loss reached the bot's limit.

        Raises:
            Unsuited: A day's loss could have ended the entries.
        """
        limit = config.risk_management.max_daily_loss * config.capital * MILLION
        if len(self._asked) and self.at_most >= limit and int(self.exact.max()) >= limit:
            raise Unsuited("a day's loss reached its limit")

    @cached_property
    def exact(self) -> Whole:
        """Return the day's loss at each entry, in millionths of a dollar."""
        asking = self._tick
        at = 2 * self._ticks.time[asking]
        now = self._ended_by(at)
        for lane, held in zip(self._lanes, self._held, strict=True):
            _add_open(now, held, at, _last(lane, asking, self._ticks))
        return np.asarray(self._begun[self._ticks.session[asking]] - now)

    @cached_property
    def _begun(self) -> Whole:
        """Return, by session, the bot's gain by the close before; open positions count at their last price."""
        # What happens at the close belongs to that day.
        at = 2 * self._before + 1
        results = self._ended_by(at)
        for lane, held in zip(self._lanes, self._held, strict=True):
            _add_open(results, held, at, _closing(lane, self._before))
        return results

    @property
    def at_most(self) -> int:
        """Return what no day's loss exceeds, in millionths of a dollar; it takes every open position at its worst."""
        filled, ended, risk = (
            np.concatenate([getattr(held, name) for held in self._held]) for name in ("filled", "ended", "risk")
        )
        at = 2 * self._ticks.time[self._tick]
        open_risk = Dues(filled, at).until(risk) - Dues(ended, at).until(risk)
        return int((self._begun[self._ticks.session[self._tick]] - self._ended_by(at) + open_risk).max())

    def _hold(self, number: int, prospect: Prospects) -> Held:
        asked = self._asked
        mine = np.flatnonzero(asked.lane == number)
        place = asked.place[mine]
        self._tick[mine] = prospect.tick[place]
        begun = (asked.shares[mine] > 0) & prospect.opens[place]
        mine, place = mine[begun], place[begun]
        shares, price = asked.shares[mine], prospect.line("price")[place]
        # No price is below the stop until a bar meets it; an opening below the stop is the price of the exit.
        risk = np.maximum(shares * np.maximum(price - prospect.stop[place], 0), -asked.gain[mine])
        return Held(shares, price, prospect.line("filled")[place], asked.ended[mine], risk)

    def _ended_by(self, at: Whole) -> Whole:
        over = self._asked.ended != NEVER
        return Dues(self._asked.ended[over], at).until(self._asked.gain[over])


def _add_open(results: Whole, held: Held, at: Whole, prices: Whole) -> None:
    """Add to the results what the positions open at each moment had gained, at these prices."""
    if not len(held.filled):
        return
    current = held.filled.searchsorted(at, side="right") - 1
    some = np.flatnonzero((current >= 0) & (held.ended[current] > at))
    current = current[some]
    results[some] += held.shares[current] * (prices[some] - held.price[current])


def _last(lane: Lane, asking: Whole, ticks: Ticks) -> Whole:
    """Return the newest prices at some ticks, in millionths of a dollar."""
    base, closed = lane.outlook.base, lane.outlook.closed[asking]
    following = np.minimum(closed + 1, len(base) - 1)
    opens = base.start[following] == ticks.time[asking]
    return _micros(np.where(opens, base.open[following], base.close[closed]))


def _closing(lane: Lane, closes: Whole) -> Whole:
    """Return the last prices at some closes, in millionths of a dollar."""
    base = lane.outlook.base
    return _micros(base.close[np.maximum(base.end.searchsorted(closes, side="right") - 1, 0)])


def _micros(prices: Floats) -> Whole:
    return np.rint(prices * MILLION).astype(np.int64)
