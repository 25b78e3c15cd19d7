"""Which of the entries that the votes allow are begun, and with how many shares: what the account has to say.

The same sizing and the same checks as `decide`'s, in whole millionths of a dollar. What comes of it is made into trips
by the core's own functions when they are read, and `decide` is asked about each of them then (`trips.py`).
"""

from bisect import bisect_left
from collections import deque
from collections.abc import Sequence
from heapq import heapify, heappop, heappush, heapreplace
from typing import NamedTuple

import numpy as np

from engine.backtest.books import RATE_SECONDS
from engine.backtest.lane import CHUNK, Lane
from engine.backtest.prospects import MILLION, NEVER, Prospects, Unsuited, Whole
from engine.backtest.ticks import Ticks
from engine.core.config import BotConfig
from engine.core.money import MAX_ORDER_SHARES
from engine.core.types import Bars

_COLUMNS = ("close", "price", "filled", "ended", "exit_price", "following", "touched", "taken", "fills", "collared")
_SHARES = int(MAX_ORDER_SHARES)


class Asked(NamedTuple):
    """An entry that was weighed; money in millionths of a dollar.

    lane, place: which of whose prospects; tick: when
    shares: 0 when it was refused, for `refusal`; opened: whether a position came of it
    spent, held, lately: money spent or lost before, positions open, and entries within a minute
    leg: the bar that meets the stop or the target, -1 for none; ended: when the position ends, NEVER while it is open
    gain: of the position that ended
    """

    lane: int
    place: int
    tick: int
    shares: int
    refusal: str
    opened: bool
    spent: int
    held: int
    lately: int
    leg: int
    ended: int
    gain: int


def select(config: BotConfig, lanes: Sequence[Lane], prospects: Sequence[Prospects], ticks: Ticks) -> list[Asked]:
    """Every entry that is weighed, in the order in which that happens."""
    risk = config.risk_management
    capital, most = (int(money * MILLION) for money in (config.capital, risk.max_position_size * config.capital))
    places, tables, times = [], [], []
    for prospect in prospects:
        places.append(prospect.tick.tolist())
        tables.append(np.column_stack([getattr(prospect, name) for name in _COLUMNS]))
        times.append(ticks.time[prospect.tick].tolist())
    queue = [(each[0], number, 0) for number, each in enumerate(times) if each]
    heapify(queue)
    # (when, money set free, gained, positions less), of what was begun
    due: list[tuple[int, int, int, int]] = []
    lately: deque[int] = deque()
    found: list[Asked] = []
    spent = lost = held = 0
    while queue:
        at, number, place = queue[0]
        while due and due[0][0] <= 2 * at:
            _, freed, gain, less = heappop(due)
            spent, lost, held = spent - freed, lost - gain, held - less
        while lately and lately[0] <= at - RATE_SECONDS:
            lately.popleft()
        close, price, filled, ended, exit_price, following, touched, taken, fills, collared = tables[number][
            place
        ].tolist()
        used = spent + max(0, lost)
        shares = min(max(0, min(most, capital - used)) // close, _SHARES)
        refusal = ""
        if held >= risk.max_positions:
            refusal = "positions"
        elif len(lately) >= risk.max_orders_per_minute:
            refusal = "order_rate"
        elif collared:
            refusal = "collar"
        elif shares < 1:
            refusal = "price_above_allowance"
        leg, gain, opened, tick = -1, 0, bool(taken and fills), places[number][place]
        if refusal:
            following, opened, ended, shares_asked = place + 1, False, NEVER, 0
        elif not opened:
            heappush(due, (filled if taken else 2 * at + 1, shares * close, 0, 1))
            ended, shares_asked = NEVER, shares
        else:
            shares_asked = shares
            heappush(due, (filled, shares * (close - price), 0, 0))
            if touched:
                leg, ended, exit_price, following = _leg(
                    lanes[number].outlook.base, prospects[number], place, places[number], ticks
                ) or (-1, ended, exit_price, following)
            if ended != NEVER:
                gain = shares * (exit_price - price)
                heappush(due, (ended, shares * price, gain, 1))
        found.append(
            Asked(number, place, tick, shares_asked, refusal, opened, used, held, len(lately), leg, ended, gain)
        )
        if not refusal:
            lately.append(at)
            spent += shares * close
            held += 1
        if following < len(times[number]):
            heapreplace(queue, (times[number][following], number, following))
        else:
            heappop(queue)
    return found


def _leg(
    base: Bars, prospect: Prospects, place: int, places: list[int], ticks: Ticks
) -> tuple[int, int, int, int] | None:
    """(bar, when, price, next entry) of the stop or the target, where one is met before the sale; the stop is first."""
    stop, target = prospect.stop.item(place), prospect.target.item(place) or NEVER
    begin, until, size = prospect.bar.item(place), prospect.until.item(place), CHUNK
    while begin < until:
        end = min(begin + size, until)
        met = (base.low[begin:end] <= stop / MILLION) | (base.high[begin:end] >= target / MILLION)
        offset = int(met.argmax())
        if met[offset]:
            bar = begin + offset
            over, opening = base.end.item(bar), round(base.open.item(bar) * MILLION)
            stopped = base.low.item(bar) <= stop / MILLION
            flat = max(int(ticks.time.searchsorted(over)), prospect.newer.item(place))
            return bar, 2 * over, min(opening, stop) if stopped else max(opening, target), bisect_left(places, flat)
        begin, size = end, size * 4
    return None


def day_losses(lanes: Sequence[Lane], prospects: Sequence[Prospects], asked: Sequence[Asked], ticks: Ticks) -> Whole:
    """How far the bot was below the session's first tick at each entry it weighed, millionths of a dollar."""
    tick = np.array([one.tick for one in asked], dtype=np.int64)
    first = np.minimum(ticks.first, max(0, len(ticks) - 1))
    asking = np.r_[first, tick]
    at = 2 * ticks.time[asking]
    over = [(one.ended, one.gain) for one in asked if one.opened and one.ended != NEVER]
    results = _steps(np.array(over, dtype=np.int64).reshape(-1, 2), at)
    for number, (lane, prospect) in enumerate(zip(lanes, prospects, strict=True)):
        mine = [one for one in asked if one.lane == number and one.opened]
        if mine:
            results += _marks(lane, prospect, mine, asking, at, ticks)
    return results[: len(first)][ticks.session[tick]] - results[len(first) :]


def _steps(changes: Whole, at: Whole) -> Whole:
    """The sum of (when, amount) up to each moment."""
    changes = changes[changes[:, 0].argsort(kind="stable")]
    return np.r_[0, changes[:, 1].cumsum()][changes[:, 0].searchsorted(at, side="right")]


def _marks(lane: Lane, prospect: Prospects, mine: list[Asked], asking: Whole, at: Whole, ticks: Ticks) -> Whole:
    """What one symbol's open position had gained at the last price of each tick."""
    base, closed = lane.outlook.base, lane.outlook.closed[asking]
    place = np.array([one.place for one in mine], dtype=np.int64)
    current = prospect.filled[place].searchsorted(at, side="right") - 1
    ended = np.array([one.ended for one in mine], dtype=np.int64)
    holds = (current >= 0) & (ended[current] > at)
    following = np.minimum(closed + 1, len(base) - 1)
    opens = base.start[following] == ticks.time[asking]
    last = np.rint(np.where(opens, base.open[following], base.close[np.maximum(closed, 0)]) * MILLION).astype(np.int64)
    shares = np.array([one.shares for one in mine], dtype=np.int64)
    return np.where(holds, shares[current] * (last - prospect.price[place][current]), 0)


def check_day_loss(config: BotConfig, losses: Whole) -> None:
    """Raises Unsuited where the day's loss could have ended the entries."""
    limit = config.risk_management.max_daily_loss * config.capital * MILLION
    if len(losses) and int(losses.max()) >= limit:
        raise Unsuited("a day's loss reached its limit")
