"""Many entries weighed at once, supposing that each is begun with all the money a position may have.

The account at each of them is told from that. What comes before the first entry for which it does not hold is right.
"""

from collections import deque
from collections.abc import Sequence
from heapq import heapify
from typing import NamedTuple

import numpy as np

from engine.backtest.books import RATE_SECONDS
from engine.backtest.courses import Courses
from engine.backtest.prospects import NEVER, WEIGHED, Whole
from engine.backtest.weighing import MAX_SHARES, Account, Allowance, Due


class _Dues(NamedTuple):
    """What is due, by the fields of Due."""

    when: Whole
    freed: Whole
    gained: Whole
    less: Whole

    def until(self, moments: Whole) -> Whole:
        """All that was freed, gained and less by each moment, one row each."""
        order = self.when.argsort(kind="stable")
        sums = np.zeros((3, len(order) + 1), dtype=np.int64)
        np.cumsum(np.array(self[1:])[:, order], axis=1, out=sums[:, 1:])
        return sums[:, self.when[order].searchsorted(moments, side="right")]

    def after(self, moment: int) -> list[Due]:
        """What is still to come then."""
        later = (self.when > moment) & (self.when != NEVER)
        return list(zip(*(column[later].tolist() for column in self), strict=True))


def suppose(allowance: Allowance, courses: Sequence[Courses], account: Account) -> Whole:
    """The entries for which it holds, by the fields of Asked; `account` is left as the next one finds it."""
    chains = [course.chain(place) for course, place in zip(courses, account.places, strict=True)]
    lane = np.repeat(np.arange(len(chains)), [len(chain.places) for chain in chains])
    at = np.concatenate([course.times[chain.places] for course, chain in zip(courses, chains, strict=True)])
    weighed = [course.prospects.weighed[:, chain.places] for course, chain in zip(courses, chains, strict=True)]
    # Entries of one tick are weighed in the order of their symbols, which is the one they are in.
    order = at.argsort(kind="stable")
    lane, at = lane[order], at[order]
    row = dict(zip(WEIGHED, np.concatenate(weighed, axis=1)[:, order], strict=True))
    place, leg, ended, exit_price = np.concatenate([np.array(chain) for chain in chains], axis=1)[:, order]

    close, price, opens = row["close"], row["price"], row["taken"] & row["fills"]
    shares = np.minimum(allowance.most // close, MAX_SHARES)
    gain = np.where(ended == NEVER, 0, shares * (exit_price - price))
    cost, none, moments = shares * close, np.zeros_like(shares), 2 * at
    begun = _Dues(np.where(row["taken"], row["filled"], moments + 1), cost - opens * shares * price, none, 1 - opens)
    over = _Dues(ended, shares * price, gain, opens)
    carried = _Dues(*np.array(account.due, dtype=np.int64).reshape(-1, 4).T)
    freed, gained, less = begun.until(moments) + over.until(moments) + carried.until(moments)

    # Sums may outgrow an integer; their differences, which do not, are right all the same.
    spent = account.spent + (cost.cumsum() - cost) - freed
    lost = account.lost - gained
    held = account.held + np.arange(len(at)) - less
    entries = np.r_[np.array(account.lately, dtype=np.int64), at]
    recent = entries.searchsorted(at - RATE_SECONDS, side="right")
    lately = len(account.lately) + np.arange(len(at)) - recent
    used = spent + np.maximum(lost, 0)

    wrong = (held >= allowance.positions) | (lately >= allowance.rate) | (row["collared"] == 1)
    wrong |= (shares < 1) | ((allowance.capital - used) // close < shares)
    end = int(wrong.argmax()) if wrong.any() else len(at)
    for number, chain in enumerate(chains):
        begins = int((lane[:end] == number).sum())
        account.places[number] = chain.places.item(begins) if begins < len(chain.places) else len(courses[number])
    if end < len(at):
        account.spent, account.lost, account.held = spent.item(end), lost.item(end), held.item(end)
        account.lately = deque(entries[recent[end] : recent[end] + lately[end]].tolist())
        moment = moments.item(end)
        account.due = _Dues(*(column[:end] for column in begun)).after(moment)
        account.due += _Dues(*(column[:end] for column in over)).after(moment) + carried.after(moment)
        heapify(account.due)
    return np.array([lane, place, shares, none, used, held, lately, leg, ended, gain])[:, :end]
