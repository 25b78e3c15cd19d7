"""Which of the entries that the votes allow are begun, and with how many shares: what the account has to say.

The same sizing and the same checks as `decide`'s, in whole millionths of a dollar. What comes of it is made into trips
by the core's own functions when they are read, and `decide` is asked about each of them then (`trips.py`).
"""

from array import array
from bisect import bisect_left
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush, heapreplace

import numpy as np

from engine.backtest.books import RATE_SECONDS
from engine.backtest.lane import CHUNK, Lane
from engine.backtest.prospects import MILLION, NEVER, Prospects, Unsuited, Whole
from engine.backtest.ticks import Flags, Ticks
from engine.core.config import BotConfig
from engine.core.money import MAX_ORDER_SHARES
from engine.core.types import Bars

_SHARES = int(MAX_ORDER_SHARES)
# Why an entry can be refused here, in the order in which the rules are asked.
REFUSALS = ("", "positions", "order_rate", "collar", "price_above_allowance")


@dataclass(frozen=True, slots=True)
class Asked:
    """One entry that was weighed after the other; money in millionths of a dollar.

    lane, place: which of whose prospects; shares: 0 when it was refused, for REFUSALS[refusal]
    spent, held, lately: money spent or lost before, positions open, and entries within a minute
    leg: the bar that meets the stop or the target, -1 for none
    ended: when the position ends, NEVER while it is open or where none came of it; gain: of the one that ended
    """

    lane: Whole
    place: Whole
    shares: Whole
    refusal: Whole
    spent: Whole
    held: Whole
    lately: Whole
    leg: Whole
    ended: Whole
    gain: Whole

    def __len__(self) -> int:
        return len(self.lane)

    def of(self, lane: int) -> "Asked":
        """Those of one symbol."""
        mine = self.lane == lane
        return Asked(*(getattr(self, name)[mine] for name in self.__slots__))


def select(config: BotConfig, lanes: Sequence[Lane], prospects: Sequence[Prospects], ticks: Ticks) -> Asked:
    """Every entry that is weighed, in the order in which that happens."""
    risk = config.risk_management
    capital, most = (int(money * MILLION) for money in (config.capital, risk.max_position_size * config.capital))
    times = [array("q", ticks.time[prospect.tick].tobytes()) for prospect in prospects]
    queue = [(each[0], number, 0) for number, each in enumerate(times) if each]
    heapify(queue)
    # (when, money set free, gained, positions less), of what was begun
    due: list[tuple[int, int, int, int]] = []
    lately: deque[int] = deque()
    # Of plain numbers: as many objects would keep the garbage collector busy with all there is.
    found = array("q")
    spent = lost = held = 0
    while queue:
        at, number, place = queue[0]
        while due and due[0][0] <= 2 * at:
            _, freed, gain, less = heappop(due)
            spent, lost, held = spent - freed, lost - gain, held - less
        while lately and lately[0] <= at - RATE_SECONDS:
            lately.popleft()
        row = prospects[number].weighed[:, place].tolist()
        close, price, filled, ended, exit_price, following, touched, taken, fills, collared = row
        used = spent + lost if lost > 0 else spent
        room = capital - used
        shares = min((most if most < room else room) // close, _SHARES)
        leg, gain, refusal = -1, 0, 0
        if held >= risk.max_positions:
            refusal = 1
        elif len(lately) >= risk.max_orders_per_minute:
            refusal = 2
        elif collared:
            refusal = 3
        elif shares < 1:
            refusal = 4
        if refusal:
            found.extend((number, place, 0, refusal, used, held, len(lately), -1, NEVER, 0))
            following = place + 1
        else:
            if not (taken and fills):
                heappush(due, (filled if taken else 2 * at + 1, shares * close, 0, 1))
                ended = NEVER
            else:
                heappush(due, (filled, shares * (close - price), 0, 0))
                if touched:
                    met = _leg(lanes[number].outlook.base, prospects[number], place)
                    if met is not None:
                        leg, ended, exit_price = met
                        following = _next(prospects[number], times[number], ended >> 1, place)
                if ended != NEVER:
                    gain = shares * (exit_price - price)
                    heappush(due, (ended, shares * price, gain, 1))
            found.extend((number, place, shares, 0, used, held, len(lately), leg, ended, gain))
            lately.append(at)
            spent += shares * close
            held += 1
        if following < len(times[number]):
            heapreplace(queue, (times[number][following], number, following))
        else:
            heappop(queue)
    return Asked(*np.frombuffer(found, dtype=np.int64).reshape(-1, len(Asked.__slots__)).T)


def _leg(base: Bars, prospect: Prospects, place: int) -> tuple[int, int, int] | None:
    """(bar, when, price) of the stop or the target, where one is met before the sale; the stop is first."""
    stop, target = prospect.stop.item(place), prospect.target.item(place) or NEVER
    low, high = stop / MILLION, target / MILLION
    begin, until, size = prospect.bar.item(place), prospect.until.item(place), CHUNK
    while begin < until:
        end = min(begin + size, until)
        met = (base.low[begin:end] <= low) | (base.high[begin:end] >= high)
        offset = int(met.argmax())
        if met[offset]:
            bar = begin + offset
            over, opening = base.end.item(bar), round(base.open.item(bar) * MILLION)
            stopped = base.low.item(bar) <= low
            price = min(opening, stop) if stopped else max(opening, target)
            return bar, 2 * over, price
        begin, size = end, size * 4
    return None


def _next(prospect: Prospects, times: Sequence[int], since: int, place: int) -> int:
    """The next entry the votes allow from a moment on, not on the bar of the entry before it."""
    following, newer = bisect_left(times, since), prospect.newer.item(place)
    while following < len(times) and prospect.tick.item(following) < newer:
        following += 1
    return following


def day_losses(lanes: Sequence[Lane], prospects: Sequence[Prospects], asked: Asked, ticks: Ticks) -> Whole:
    """How far the bot was below the session's first tick at each entry it weighed, millionths of a dollar."""
    tick = np.empty(len(asked), dtype=np.int64)
    for number, prospect in enumerate(prospects):
        mine = asked.lane == number
        tick[mine] = prospect.tick[asked.place[mine]]
    first = np.minimum(ticks.first, max(0, len(ticks) - 1))
    asking = np.r_[first, tick]
    at = 2 * ticks.time[asking]
    over = asked.ended != NEVER
    results = _steps(asked.ended[over], asked.gain[over], at)
    for number, (lane, prospect) in enumerate(zip(lanes, prospects, strict=True)):
        results += _marks(lane, prospect, asked.of(number), asking, at, ticks)
    return results[: len(first)][ticks.session[tick]] - results[len(first) :]


def opened(asked: Asked, prospect: Prospects) -> Flags:
    """Which entries of one symbol became a position."""
    return (asked.shares > 0) & prospect.opens[asked.place]


def _steps(when: Whole, amount: Whole, at: Whole) -> Whole:
    """The sum of the amounts up to each moment."""
    order = when.argsort(kind="stable")
    return np.r_[0, amount[order].cumsum()][when[order].searchsorted(at, side="right")]


def _marks(lane: Lane, prospect: Prospects, asked: Asked, asking: Whole, at: Whole, ticks: Ticks) -> Whole:
    """What one symbol's open position had gained at the last price of each tick."""
    begun = opened(asked, prospect)
    if not begun.any():
        return np.zeros(len(asking), dtype=np.int64)
    place, ended, shares = asked.place[begun], asked.ended[begun], asked.shares[begun]
    current = prospect.line("filled")[place].searchsorted(at, side="right") - 1
    some = np.flatnonzero((current >= 0) & (ended[current] > at))
    asking, current = asking[some], current[some]
    base, closed = lane.outlook.base, lane.outlook.closed[asking]
    following = np.minimum(closed + 1, len(base) - 1)
    opens = base.start[following] == ticks.time[asking]
    last = np.rint(np.where(opens, base.open[following], base.close[closed]) * MILLION).astype(np.int64)
    gained = np.zeros(len(at), dtype=np.int64)
    gained[some] = shares[current] * (last - prospect.line("price")[place][current])
    return gained


def check_day_loss(config: BotConfig, losses: Whole) -> None:
    """Raises Unsuited where the day's loss could have ended the entries."""
    limit = config.risk_management.max_daily_loss * config.capital * MILLION
    if len(losses) and int(losses.max()) >= limit:
        raise Unsuited("a day's loss reached its limit")
