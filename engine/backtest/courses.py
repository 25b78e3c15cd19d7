"""What becomes of the entries of one symbol once they are begun: stop, target or sale, and which entry comes next.

None of this depends on the account. Only an entry whose stop or target may be met needs a search, and only one.
"""

from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from engine.backtest.lane import CHUNK, Lane
from engine.backtest.prospects import MILLION, NEVER, STOP, TARGET, Prospects, Whole
from engine.backtest.ticks import Ticks


class Met(NamedTuple):
    """The stop or target that ends a position.

    Attributes:
        bar: The place of the bar that meets it.
        ended: The moment it fills, as in `prospects.py`.
        price: Its price, in millionths of a dollar.
        following: The place of the next entry.
    """

    bar: int
    ended: int
    price: int
    following: int


class Chain(NamedTuple):
    """Entries that come after one another, and how each ends; all arrays have one value per entry.

    Attributes:
        places: The places of the entries among the prospects.
        leg: The bar that meets the stop or the target, -1 for none.
        ended: The moment the position ends, or NEVER.
        price: The price at which it ends, in millionths of a dollar.
    """

    places: Whole
    leg: Whole
    ended: Whole
    price: Whole


class Courses:
    """How every entry of one symbol goes on; each search for a stop or target is made when it is first asked for."""

    def __init__(self, lane: Lane, prospects: Prospects, ticks: Ticks) -> None:
        self.prospects = prospects
        self.times = ticks.time[prospects.tick]
        self._lane = lane
        self._touched = prospects.line("touched") * prospects.opens
        self._met: dict[int, Met | None] = {}

    def __len__(self) -> int:
        return len(self.times)

    def met(self, place: int) -> Met | None:
        """Return the stop or target that ends an entry's position; None where neither is met before its sale."""
        if place not in self._met:
            self._met[place] = self._find(place)
        return self._met[place]

    def chain(self, place: int) -> Chain:
        """Return the entries, from this one on, that come after one another when each of them is begun."""
        following, touched, size = self.prospects.line("following").item, self._touched.item, len(self)
        places: list[int] = []
        rows: list[int] = []
        mets: list[Met] = []
        while place < size:
            met = self.met(place) if touched(place) else None
            if met is not None:
                rows.append(len(places))
                mets.append(met)
            places.append(place)
            place = following(place) if met is None else met.following
        return self._ends(np.array(places, dtype=np.int64), rows, np.array(mets, dtype=np.int64).reshape(-1, 4))

    def _ends(self, places: Whole, rows: Sequence[int], mets: Whole) -> Chain:
        prospects = self.prospects
        leg = np.full(len(places), -1, dtype=np.int64)
        ended = np.where(prospects.opens[places], prospects.line("ended")[places], NEVER)
        price = prospects.line("exit_price")[places]
        leg[rows], ended[rows], price[rows] = mets.T[:3]
        return Chain(places, leg, ended, price)

    def _find(self, place: int) -> Met | None:
        base, prospects = self._lane.outlook.base, self.prospects
        stop, target = prospects.stop.item(place), prospects.target.item(place)
        begin, until, size = prospects.bar.item(place), prospects.until.item(place), CHUNK
        touched = self._touched.item(place)
        while begin < until:
            end = min(begin + size, until)
            if touched == STOP:
                met = base.low[begin:end] <= stop / MILLION
            elif touched == TARGET:
                met = base.high[begin:end] >= target / MILLION
            else:
                met = base.low[begin:end] <= stop / MILLION
                if target:
                    met |= base.high[begin:end] >= target / MILLION
            offset = int(met.argmax())
            if met[offset]:
                bar = begin + offset
                ended, opening = base.end.item(bar), round(base.open.item(bar) * MILLION)
                # A bar that meets both counts as the stop.
                stopped = base.low.item(bar) <= stop / MILLION
                price = min(opening, stop) if stopped else max(opening, target)
                return Met(bar, 2 * ended, price, self._next(bar, place))
            begin, size = end, size * 4
        return None

    def _next(self, bar: int, place: int) -> int:
        """Return the next entry the votes allow once a bar has closed; it is on a newer bar than the entry before."""
        assert self._lane.buys is not None
        tick = max(self._lane.outlook.first_closing.item(bar), self.prospects.newer.item(place))
        return bisect_left(self._lane.buys, tick)
