"""Every entry that the votes on one symbol allow, and how each would end, computed over whole arrays.

What the account has decides whether a position is begun and how large it is, never how it ends. So for all entries at
once it can be told which bar fills them, when the votes or the window's end want to sell, and which entry comes next.

Prices are whole millionths of a dollar, so that sums are exact. A moment is twice its second, and one more for what
happens after the ticks of that second.
"""

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from engine.backtest.lane import Lane
from engine.backtest.ticks import Flags, Ticks
from engine.core.config import BotConfig
from engine.core.types import Bars, Floats

Whole = NDArray[np.int64]
MILLION = 1_000_000
CENT = MILLION // 100
NEVER = np.iinfo(np.int64).max
# Of a millionth: a price further from a whole one has more than six places.
_WHOLE_ENOUGH = 0.01


class Unsuited(Exception):
    """This run cannot be planned at once; nothing is wrong with it."""


STOP, TARGET = 1, 2
# What is asked of every entry that is weighed, one row of `Prospects.weighed` each, flags as 0 and 1.
WEIGHED = ("decided", "price", "filled", "ended", "exit_price", "following", "touched", "fills", "collared")


@dataclass(frozen=True, slots=True)
class Prospects:
    """One entry per tick in `tick`, oldest first.

    weighed: by the names in WEIGHED
        decided: the newest price at the tick, which size and legs are computed from
        filled, price: when the entry fills or is given up, at what opening; fills: whether it does
        collared: whether that price is too far from the bar's close
        ended, exit_price: of the sale that `sell` sends; NEVER where no bar is left for it
        following: the place of the next entry after that sale, or after an entry that came to nothing
        touched: which leg may be met before that sale: STOP, TARGET, both or neither
    stop, target: as decided; target 0 for none
    bar, exit_bar: those whose openings fill the entry and the sale
    sell: the tick that wants out, or the number of ticks; until: the first bar the legs no longer meet
    newer: the first tick that sees a newer bar than the one the entry was decided on
    """

    weighed: Whole
    tick: Whole
    stop: Whole
    target: Whole
    bar: Whole
    sell: Whole
    until: Whole
    exit_bar: Whole
    newer: Whole

    def line(self, name: str) -> Whole:
        """All entries' values of one of WEIGHED."""
        return np.asarray(self.weighed[WEIGHED.index(name)])

    @property
    def opens(self) -> Flags:
        """Which entries become a position, if they are begun."""
        return self.line("fills") == 1


def prospects_of(config: BotConfig, lane: Lane, ticks: Ticks, ends: Whole) -> Prospects:
    """ends: when entries are given up, by session, seconds since the epoch. Raises Unsuited."""
    outlook = lane.outlook
    base, seen, closed = outlook.base, outlook.seen, outlook.closed
    assert lane.buys is not None
    assert lane.sells is not None
    buys, sells = (np.asarray(places, dtype=np.int32) for places in (lane.buys, lane.sells))
    tick = buys.astype(np.int64)
    close = micros(outlook.bars.close[seen[tick]])
    bar, start, at_once = _opening(base, closed, ticks, tick)
    given_up = ends[ticks.session[tick]]
    fills = start <= given_up
    filled = 2 * np.where(fills, start, given_up) + at_once
    price = micros(base.open[np.minimum(bar, len(base) - 1)])
    last = np.where(at_once, price, micros(base.close[closed[tick]]))
    # On their sides of the newest price by a cent at least, as the exchange asks: no entry is refused there.
    stop, target = _legs(config, last)

    held_from = _from(ticks, tick, at_once, filled >> 1)
    newer = outlook.first_seeing[seen[tick] + 1]
    if outlook.bars is not base and (buys.searchsorted(held_from) > buys.searchsorted(newer))[~at_once].any():
        raise Unsuited("a waiting entry would be thought about again")
    sell = _first(sells, np.maximum(held_from, newer), len(ticks))
    if config.close_at_window_end:
        sell = np.minimum(sell, _first(np.flatnonzero(ticks.after_window), held_from, len(ticks)))
    sells_at_all = sell < len(ticks)
    order = np.minimum(sell, len(ticks) - 1)
    until = np.where(sells_at_all, closed[order] + 1, len(base))

    exit_bar, exit_start, exit_at_once = _opening(base, closed, ticks, order)
    sold = sells_at_all & (exit_bar < len(base))
    flat_from = _from(ticks, order, exit_at_once, exit_start)
    sold_from = np.maximum(flat_from, outlook.first_seeing[seen[order] + 1])
    free = np.where(fills, sold_from, np.maximum(held_from, newer))
    columns = {
        "decided": last,
        "price": price,
        "filled": filled,
        "ended": np.where(sold, 2 * exit_start + exit_at_once, NEVER),
        "exit_price": micros(base.open[np.minimum(exit_bar, len(base) - 1)]),
        "following": buys.searchsorted(free),
        "touched": _touched(base, bar, until, stop, target),
        "fills": fills,
        "collared": 20 * np.abs(close - last) > last,
    }
    return Prospects(
        weighed=np.array([columns[name] for name in WEIGHED], dtype=np.int64),
        tick=tick,
        stop=stop,
        target=target,
        bar=bar,
        sell=sell,
        until=until,
        exit_bar=exit_bar,
        newer=newer,
    )


def micros(prices: Floats) -> Whole:
    """Millionths of a dollar. Raises Unsuited where a price has a finer part."""
    scaled = prices * MILLION
    whole = np.rint(scaled)
    if len(prices) and float(np.abs(scaled - whole).max()) > _WHOLE_ENOUGH:
        raise Unsuited("a price has more than six places")
    return whole.astype(np.int64)


def _legs(config: BotConfig, price: Whole) -> tuple[Whole, Whole]:
    """`stop_below` and `target_above` of all prices at once."""
    risk = config.risk_management
    below = _part(price, 1 - risk.stop_loss)
    if len(price) and below.min() < MILLION:
        raise Unsuited("below a dollar prices have finer steps")
    stop = np.minimum(below // CENT, price // CENT - 1) * CENT
    if risk.take_profit is None:
        return stop, np.zeros_like(stop)
    above, rest = _part(price, 1 + risk.take_profit, up=True), price + CENT
    return stop, np.maximum(-(-above // CENT), -(-rest // CENT)) * CENT


def _part(prices: Whole, factor: Decimal, *, up: bool = False) -> Whole:
    """The product, rounded to whole millionths: a later rounding the same way is not changed by that."""
    numerator, denominator = factor.as_integer_ratio()
    if len(prices) and int(prices.max()) * numerator > NEVER:
        raise Unsuited("a fraction has too many places")
    return -(-prices * numerator // denominator) if up else prices * numerator // denominator


def _opening(base: Bars, closed: NDArray[np.int32], ticks: Ticks, tick: Whole) -> tuple[Whole, Whole, Flags]:
    """The bar whose opening meets an order sent at each tick, when that is, and whether it is at once.

    A bar behind the last one stands for none, and never begins.
    """
    bar = closed[tick].astype(np.int64) + 1
    exists = bar < len(base)
    start = np.where(exists, base.start[np.minimum(bar, len(base) - 1)], NEVER >> 2)
    at = ticks.time[tick]
    if (start < at).any():
        raise Unsuited("some ticks lie inside of bars")
    return bar, start, start == at


def _from(ticks: Ticks, tick: Whole, at_once: Flags, times: Whole) -> Whole:
    """The first tick that finds an order filled: the next one, or the first from its time on."""
    found = tick + 1
    waits = ~at_once
    if waits.any():
        found[waits] = ticks.time.searchsorted(times[waits])
    return found


def _first(places: NDArray[np.int32] | Whole, since: Whole, otherwise: int) -> Whole:
    """The first of `places` from each `since` on."""
    found = np.append(places, otherwise).astype(np.int64)
    return found[places.searchsorted(since)]


def _touched(base: Bars, bar: Whole, until: Whole, stop: Whole, target: Whole) -> Whole:
    """Which legs the bars from `bar` to before `until` may reach; both where that was not looked at.

    Of entries that would be sold together, the bars of the first are looked at for all of them.
    """
    some = until > bar
    touched = some * (STOP | TARGET)
    # What may last to the very last bar is rare enough to be looked for one by one.
    some &= until < len(base)
    if not some.any():
        return touched
    bar, until, stop, target = bar[some], until[some], stop[some], target[some]
    first = np.r_[True, until[1:] != until[:-1]]
    group = first.cumsum() - 1
    edges = np.array([bar[first], until[first]]).T.ravel()
    low = np.minimum.reduceat(base.low, edges)[::2][group]
    high = np.maximum.reduceat(base.high, edges)[::2][group]
    above = np.where(target == 0, np.inf, target / MILLION)
    touched[some] = (low <= stop / MILLION) * STOP + (high >= above) * TARGET
    return touched
