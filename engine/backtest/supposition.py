"""Many entries weighed at once, supposing that each is begun with all the money a position may have.

The account at each entry follows from that. Everything before the first entry for which it does not hold is right. If
that entry merely gets fewer shares, it is given those, and the account is computed anew.
"""

from collections import deque
from collections.abc import Sequence
from heapq import heapify

import numpy as np

from engine.backtest.courses import Courses
from engine.backtest.prospects import NEVER, WEIGHED, Whole
from engine.backtest.run_money import RATE_SECONDS
from engine.backtest.weighing import MAX_SHARES, Account, Allowance, Due

# How often an entry is given the fewer shares there was money for, and the account is computed anew.
_CORRECTIONS = 16


class Dues:
    """Amounts that fall due at certain moments, and how much of them is due by each moment asked about."""

    def __init__(self, when: Whole, moments: Whole) -> None:
        """Keep when the amounts fall due, and the moments asked about; both are as in `prospects.py`."""
        self.when = when
        self._order = when.argsort(kind="stable")
        self._upto = when[self._order].searchsorted(moments, side="right")

    def until(self, amount: Whole) -> Whole:
        """Return the sum of the amounts due up to each moment."""
        return np.r_[0, amount[self._order].cumsum()][self._upto]

    def after(self, moment: int, end: int, *amounts: Whole) -> list[Due]:
        """Return which of the first `end` dues fall after a moment, with their amounts."""
        later = np.flatnonzero((self.when[:end] > moment) & (self.when[:end] != NEVER))
        return list(zip(*(column[later].tolist() for column in (self.when, *amounts)), strict=True))


def suppose(allowance: Allowance, courses: Sequence[Courses], account: Account) -> Whole:
    """Weigh the entries for which the supposition holds; `account` is left as the next entry finds it.

    Returns:
        One row per field of Asked, of shape (fields, entries).
    """
    chains = [course.chain(place) for course, place in zip(courses, account.places, strict=True)]
    lane = np.repeat(np.arange(len(chains)), [len(chain.places) for chain in chains])
    at = np.concatenate([course.times[chain.places] for course, chain in zip(courses, chains, strict=True)])
    weighed = [course.prospects.weighed[:, chain.places] for course, chain in zip(courses, chains, strict=True)]
    # Entries of one tick are weighed in the order of their symbols, in which they already are.
    order = at.argsort(kind="stable")
    lane, at, moments = lane[order], at[order], 2 * at[order]
    row = dict(zip(WEIGHED, np.concatenate(weighed, axis=1)[:, order], strict=True))
    place, leg, ended, exit_price = np.concatenate([np.array(chain) for chain in chains], axis=1)[:, order]

    decided, price, opens = row["decided"], row["price"], row["fills"]
    begun = Dues(row["filled"], moments)
    over = Dues(ended, moments)
    when, *carried = np.array(account.due, dtype=np.int64).reshape(-1, 4).T
    before = Dues(when, moments)
    freed, gained, less = (before.until(amount) for amount in carried)
    held = account.held + np.arange(len(at)) - less - begun.until(1 - opens) - over.until(opens)
    entries = np.r_[np.array(account.lately, dtype=np.int64), at]
    recent = entries.searchsorted(at - RATE_SECONDS, side="right")
    lately = len(account.lately) + np.arange(len(at)) - recent
    refused = (held >= allowance.positions) | (lately >= allowance.rate) | (row["collared"] == 1)

    shares = np.minimum(allowance.most // decided, MAX_SHARES)
    for correction in range(_CORRECTIONS + 1):
        # Sums may overflow an integer; their differences do not, and are right all the same.
        cost = shares * decided
        gain = np.where(ended == NEVER, 0, shares * (exit_price - price))
        unspent, returned = cost - opens * shares * price, shares * price
        spent = account.spent + (cost.cumsum() - cost) - freed - begun.until(unspent) - over.until(returned)
        lost = account.lost - gained - over.until(gain)
        used = spent + np.maximum(lost, 0)
        affordable = np.minimum((allowance.capital - used) // decided, shares)
        wrong = refused | (affordable < np.maximum(shares, 1))
        end = int(wrong.argmax()) if wrong.any() else len(at)
        if end == len(at) or correction == _CORRECTIONS or refused[end] or affordable[end] < 1:
            break
        shares[end] = affordable[end]

    for number, chain in enumerate(chains):
        begins = int((lane[:end] == number).sum())
        account.places[number] = chain.places.item(begins) if begins < len(chain.places) else len(courses[number])
    none = np.zeros_like(shares)
    if end < len(at):
        moment = moments.item(end)
        account.spent, account.lost, account.held = spent.item(end), lost.item(end), held.item(end)
        account.lately = deque(entries[recent[end] : recent[end] + lately[end]].tolist())
        account.due = begun.after(moment, end, unspent, none, 1 - opens)
        account.due += over.after(moment, end, returned, gain, opens) + before.after(moment, len(when), *carried)
        heapify(account.due)
    return np.array([lane, place, shares, none, used, held, lately, leg, ended, gain])[:, :end]
