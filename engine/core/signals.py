"""From the indicators' votes to one signal."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from engine.core.types import Votes


@dataclass(frozen=True)
class Mode:
    """One way in which votes become a signal, in words; selling mirrors buying.

    The texts have two placeholders: {min_votes}, and {voting}, how many indicators can vote.

    Attributes:
        title: The name where a person chooses it.
        help: The explanation where a person chooses it.
        needs: What it takes to buy, above the list of what each indicator votes on.
        short: What it takes, in a decision's sentence.
    """

    title: str
    help: str
    needs: str
    short: str


MODES: Mapping[str, Mode] = {
    "any": Mode(
        "Any, none against",
        "Enough votes for one side, and not one for the other.",
        "At least {min_votes} of these {voting} must vote to buy on the same closed bar, and none may vote to sell.",
        "any needs {min_votes} and none against",
    ),
    "majority": Mode(
        "More for than against",
        "More votes for one side than for the other. Who does not vote does not count: with 1 vote needed, one of many "
        "is enough where the others are quiet.",
        "At least {min_votes} of these {voting} must vote to buy on the same closed bar, and fewer to sell. "
        "Who does not vote does not count.",
        "majority needs {min_votes} and fewer against",
    ),
    "all": Mode(
        "One votes, all on its side",
        "One vote is enough where every other indicator is on the same side. To be on a side it need not vote: an RSI "
        "below 50 is on the side to buy, a MACD above its signal as well.",
        "One of these {voting} must vote to buy; on the same closed bar each of the others must vote to buy, too, or "
        "be on the side to buy.",
        "all needs 1 and the others on its side",
    ),
    "every": Mode(
        "Every one votes",
        "Every indicator that can vote does so on the same bar. A crossing lasts one bar: two of them seldom meet.",
        "All {voting} of these must vote to buy on the same closed bar.",
        "every needs {voting}",
    ),
}


def signal(votes: Mapping[str, int], states: Mapping[str, int], mode: str, min_votes: int) -> int:
    """Return the signal of one bar: +1 to buy, -1 to sell, 0 for neither.

    The modes are:

    - majority: More votes for one side than for the other, and at least `min_votes`.
    - any: At least `min_votes` for one side, and none for the other.
    - all: At least one vote, and every other indicator's state on the same side.
    - every: All votes for the same side.

    Args:
        votes: -1, 0 or +1 by indicator; only indicators that can vote.
        states: The side each indicator is on, -1, 0 or +1.
        mode: A key of MODES.
        min_votes: How many votes it takes in the modes majority and any.

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
    if mode == "every":
        if not votes:
            return 0
        return 1 if buys == len(votes) else -1 if sells == len(votes) else 0
    for side, count in ((1, buys), (-1, sells)):
        if count and all(votes[key] == side or states.get(key, 0) == side for key in votes):
            return side
    return 0


def signals(votes: Mapping[str, Votes], states: Mapping[str, Votes], mode: str, min_votes: int, length: int) -> Votes:
    """Return `signal` for whole series at once, bar by bar.

    Args:
        votes: One array of `length` votes by indicator.
        states: One array of `length` states by indicator.
        mode: A key of MODES.
        min_votes: How many votes it takes in the modes majority and any.
        length: The number of bars.

    Returns:
        An array of `length` signals: -1, 0 or +1.
    """
    if len(votes) == 1 and min_votes <= 1:
        # With one indicator the signal is its vote, whatever the mode.
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
    if mode == "every":
        return _sides((buys == len(votes)) & (buys > 0), (sells == len(votes)) & (sells > 0))
    all_buy, all_sell = buys > 0, sells > 0
    for key, series in votes.items():
        all_buy &= (series == 1) | (states[key] == 1)
        all_sell &= (series == -1) | (states[key] == -1)
    return _sides(all_buy, all_sell & ~all_buy)


def _sides(buy: np.ndarray, sell: np.ndarray) -> Votes:
    return buy.view(np.int8) - sell.view(np.int8)
