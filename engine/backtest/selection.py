"""Which of the entries that the votes allow are begun, and with how many shares: the account decides this.

Sizing and checks are the same as in `decide`, in whole millionths of a dollar. When the trips are read, the core's own
functions make them of the result, and `decide` is asked about each of them (`trips.py`).

Most entries of most bots are begun, with all the money a position may have. So the run supposes this of all entries
that are left (`supposition.py`). Where it does not hold, some are weighed one by one; then it is supposed again.
"""

from array import array
from collections.abc import Sequence
from heapq import heapify, heappop, heappush, heapreplace

import numpy as np

from engine.backtest.courses import Courses
from engine.backtest.lane import Lane
from engine.backtest.prospects import NEVER, Prospects, Whole
from engine.backtest.run_money import RATE_SECONDS
from engine.backtest.supposition import suppose
from engine.backtest.ticks import Ticks
from engine.backtest.weighing import MAX_SHARES, Account, Allowance, Asked
from engine.core.config import BotConfig

# How many entries are weighed one by one at first. Where the supposition before held for fewer than WORTH times as
# many entries, this number doubles, so that suppositions in vain stay a small part of the work.
STRETCH = 64
WORTH = 8


def select(config: BotConfig, lanes: Sequence[Lane], prospects: Sequence[Prospects], ticks: Ticks) -> Asked:
    """Weigh the entries, and return all that were weighed, in that order."""
    allowance = Allowance.of(config)
    courses = [Courses(lane, each, ticks) for lane, each in zip(lanes, prospects, strict=True)]
    account = Account([0] * len(courses))
    stretch, parts = STRETCH, [np.empty((len(Asked.__slots__), 0), dtype=np.int64)]
    while any(place < len(course) for place, course in zip(account.places, courses, strict=True)):
        supposed = suppose(allowance, courses, account)
        parts += [supposed, _one_by_one(allowance, courses, account, stretch)]
        stretch *= 1 if supposed.shape[1] >= WORTH * stretch else 2
    return Asked(*np.concatenate(parts, axis=1))


def _one_by_one(allowance: Allowance, courses: Sequence[Courses], account: Account, count: int) -> Whole:
    """Weigh the next entries, at most `count`; `account` is left as the next entry finds it.

    Returns:
        One row per field of Asked, of shape (fields, entries).
    """
    queue = [
        (course.times.item(place), number, place)
        for number, (course, place) in enumerate(zip(courses, account.places, strict=True))
        if place < len(course)
    ]
    heapify(queue)
    due, lately, spent, lost, held = account.due, account.lately, account.spent, account.lost, account.held
    # An array of plain numbers: as many objects would keep the garbage collector busy.
    found = array("q")
    while queue and count:
        count -= 1
        at, number, place = queue[0]
        course = courses[number]
        while due and due[0][0] <= 2 * at:
            _, freed, gain, less = heappop(due)
            spent, lost, held = spent - freed, lost - gain, held - less
        while lately and lately[0] <= at - RATE_SECONDS:
            lately.popleft()
        row = course.prospects.weighed[:, place].tolist()
        decided, price, filled, ended, exit_price, following, touched, fills, collared = row
        used = spent + lost if lost > 0 else spent
        room = allowance.capital - used
        shares = min((allowance.most if allowance.most < room else room) // decided, MAX_SHARES)
        leg, gain, refusal = -1, 0, 0
        if held >= allowance.positions:
            refusal = 1
        elif len(lately) >= allowance.rate:
            refusal = 2
        elif collared:
            refusal = 3
        elif shares < 1:
            refusal = 4
        if refusal:
            found.extend((number, place, 0, refusal, used, held, len(lately), -1, NEVER, 0))
            following = place + 1
        else:
            if not fills:
                heappush(due, (filled, shares * decided, 0, 1))
                ended = NEVER
            else:
                heappush(due, (filled, shares * (decided - price), 0, 0))
                met = course.met(place) if touched else None
                if met is not None:
                    leg, ended, exit_price, following = met
                if ended != NEVER:
                    gain = shares * (exit_price - price)
                    heappush(due, (ended, shares * price, gain, 1))
            found.extend((number, place, shares, 0, used, held, len(lately), leg, ended, gain))
            lately.append(at)
            spent += shares * decided
            held += 1
        account.places[number] = following
        if following < len(course):
            heapreplace(queue, (course.times.item(following), number, following))
        else:
            heappop(queue)
    account.spent, account.lost, account.held = spent, lost, held
    return np.frombuffer(found, dtype=np.int64).reshape(-1, len(Asked.__slots__)).T
