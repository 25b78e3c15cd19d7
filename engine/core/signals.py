"""From the indicators' votes to one signal."""

from collections.abc import Mapping

import numpy as np

from engine.core.types import Votes


def signal(votes: Mapping[str, int], states: Mapping[str, int], mode: str, min_votes: int) -> int:
    """+1 buy, -1 sell, 0 neither. `votes` and `states` hold -1, 0 or +1 by indicator; only voting indicators count.

    majority: more votes for one side than for the other, at least `min_votes`
    any: at least `min_votes` for one side and none for the other
    all: at least one vote, and every other indicator's state on the same side

    >>> signal({"RSI": 1, "MACD": 0}, {"RSI": 1, "MACD": -1}, "majority", 1)
    1
    """
    buys = sum(vote > 0 for vote in votes.values())
    sells = sum(vote < 0 for vote in votes.values())
    if mode == "majority":
        if buys > sells and buys >= min_votes:
            return 1
        return -1 if sells > buys and sells >= min_votes else 0
    if mode == "any":
        if buys >= min_votes and sells == 0:
            return 1
        return -1 if sells >= min_votes and buys == 0 else 0
    for side, count in ((1, buys), (-1, sells)):
        if count and all(votes[key] == side or states.get(key, 0) == side for key in votes):
            return side
    return 0


def signals(votes: Mapping[str, Votes], states: Mapping[str, Votes], mode: str, min_votes: int, length: int) -> Votes:
    """`signal` over whole series of `length` bars at once: the same answer, bar by bar."""
    if len(votes) == 1 and min_votes <= 1:
        # Whatever the mode, it is the one vote there is.
        [only] = votes.values()
        return np.sign(only)
    buys = np.zeros(length, dtype=np.int8)
    sells = np.zeros(length, dtype=np.int8)
    for series in votes.values():
        buys += series > 0
        sells += series < 0
    if mode == "majority":
        return _sides((buys > sells) & (buys >= min_votes), (sells > buys) & (sells >= min_votes))
    if mode == "any":
        return _sides((buys >= min_votes) & (sells == 0), (sells >= min_votes) & (buys == 0))
    all_buy, all_sell = buys > 0, sells > 0
    for key, series in votes.items():
        all_buy &= (series == 1) | (states[key] == 1)
        all_sell &= (series == -1) | (states[key] == -1)
    return _sides(all_buy, all_sell & ~all_buy)


def _sides(buy: np.ndarray, sell: np.ndarray) -> Votes:
    return buy.view(np.int8) - sell.view(np.int8)
