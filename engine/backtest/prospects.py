"""Every entry that the votes on one symbol allow, and how each would end, computed over whole arrays.

The account decides whether a position is begun and how large it is, never how it ends. So one computation can tell for
all entries which bar fills them, when the votes or the window's end want to sell, and which entry comes next.

Prices are whole millionths of a dollar, so that sums are exact. A moment is twice its second since the epoch; what
happens after the ticks of that second has one more.
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
# A fraction of a millionth: a price further than this from a whole millionth has more than six places.
_WHOLE_ENOUGH = 0.01


class Unsuited(Exception):
    """This run cannot be planned at once; nothing is wrong with it."""


STOP, TARGET = 1, 2
# What weighing an entry needs; each is one row of `Prospects.weighed`, flags are 0 and 1.
WEIGHED = ("decided", "price", "filled", "ended", "exit_price", "following", "touched", "fills", "collared")


@dataclass(frozen=True, slots=True)
class Prospects:
    """The entries of one symbol, oldest first; all arrays have one value per entry.

    Attributes:
        weighed: One row for each name in WEIGHED, of shape (len(WEIGHED), entries):
            decided: The newest price at the tick, from which size and legs are computed.
            price: The opening at which the entry fills.
            filled: The moment at which the entry fills or is given up.
            ended: The moment of the sale that `sell` sends; NEVER where no bar is left for it.
            exit_price: The opening at which that sale fills.
            following: The place of the next entry after that sale, or after an entry that came to nothing.
            touched: Which leg may be met before that sale: STOP, TARGET, both or neither.
            fills: Whether the entry fills.
            collared: Whether `decided` is too far from the bar's close.
        tick: The tick at which the entry is decided.
        stop: The stop price, as decided.
        target: The target price, as decided; 0 for none.
        bar: The bar whose opening fills the entry.
        sell: The tick that wants out; the number of ticks where there is none.
        until: The first bar that the legs can no longer meet.
        exit_bar: The bar whose opening fills the sale.
        newer: The first tick that sees a newer bar than the one on which the entry was decided.
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
        """Return the row of `weighed` with this name."""
        return np.asarray(self.weighed[WEIGHED.index(name)])

    @property
    def opens(self) -> Flags:
        """Return which entries become a position, if they are begun."""
        return self.line("fills") == 1


def prospects_of(config: BotConfig, lane: Lane, ticks: Ticks, ends: Whole) -> Prospects:
    """Compute the prospects of one symbol.

    Args:
        config: The bot.
        lane: The symbol; its `buys` and `sells` must not be None.
        ticks: The run's ticks.
        ends: By session, when entries are given up, in seconds since the epoch.

    Raises:
        Unsuited: The run cannot be planned at once.
    """
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
    # Stop and target are at least a cent from the newest price, as the exchange asks, so it refuses no entry.
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
    """Return prices in dollars as whole millionths of a dollar.

    Raises:
        Unsuited: A price has more than six places.
    """
    scaled = prices * MILLION
    whole = np.rint(scaled)
    if len(prices) and float(np.abs(scaled - whole).max()) > _WHOLE_ENOUGH:
        raise Unsuited("a price has more than six places")
    return whole.astype(np.int64)


def _legs(config: BotConfig, price: Whole) -> tuple[Whole, Whole]:
    """Return the stop and the target of all prices at once, as `stop_below` and `target_above` do."""
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
    """Return the product, rounded to whole millionths; a later rounding the same way stays as it would be."""
    numerator, denominator = factor.as_integer_ratio()
    if len(prices) and int(prices.max()) * numerator > NEVER:
        raise Unsuited("a fraction has too many places")
    return -(-prices * numerator // denominator) if up else prices * numerator // denominator


def _opening(base: Bars, closed: NDArray[np.int32], ticks: Ticks, tick: Whole) -> tuple[Whole, Whole, Flags]:
    """Return the bar whose opening meets an order sent at each tick, when it begins, and whether that is at once.

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
    """Return the first tick that finds an order filled: the next tick, or the first from the order's time on."""
    found = tick + 1
    waits = ~at_once
    if waits.any():
        found[waits] = ticks.time.searchsorted(times[waits])
    return found


def _first(places: NDArray[np.int32] | Whole, since: Whole, otherwise: int) -> Whole:
    """Return for each `since` the first of `places` from it on; `otherwise` where there is none."""
    found = np.append(places, otherwise).astype(np.int64)
    return found[places.searchsorted(since)]


def _touched(base: Bars, bar: Whole, until: Whole, stop: Whole, target: Whole) -> Whole:
    """Return which legs the bars from `bar` to before `until` may reach; both where nobody looked.

    Entries that would be sold together share one look, at the bars of the first of them.
    """
    some = until > bar
    touched = some * (STOP | TARGET)
    # Positions that may last to the very last bar are rare, so they are looked at one by one.
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
