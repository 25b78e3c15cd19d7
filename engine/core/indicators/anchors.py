"""Where a function with memory begins: at a bar that does not depend on how much history happens to be loaded.

Such a function never forgets the bar it began on, or forgets it only while prices move. It is computed anew for every
session (of daily bars, for every month), begun a fixed number of bars before the session's first one. So all bots, live
and in backtests, see the same value of it, however much history another of them needs.
"""

from collections.abc import Callable, Mapping
from itertools import pairwise

import numpy as np

from engine.core.timeframes import bars_slice
from engine.core.types import Bars, Floats, Whole

# The most bars of a session, or of a month for daily bars.
BLOCK: Mapping[str, int] = {"1Min": 390, "5Min": 78, "15Min": 26, "1Hour": 7, "1Day": 23}
EPOCH_ORDINAL = 719_163


def block_starts(bars: Bars) -> Whole:
    """Return the positions of the first bar of each session, or of each month of daily bars."""
    block = bars.session
    if bars.timeframe == "1Day":
        block = (bars.session - EPOCH_ORDINAL).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return np.flatnonzero(np.r_[True, block[1:] != block[:-1]]) if len(bars) else np.empty(0, dtype=np.int64)


def anchored(bars: Bars, anchor: int, compute: Callable[[Bars], Mapping[str, Floats]]) -> dict[str, Floats]:
    """Compute columns block by block, each from `anchor` bars before its first bar on.

    A block with fewer bars before it is computed from the first bar there is.

    Args:
        bars: Bars of one symbol.
        anchor: The number of bars before a block at which its computation begins.
        compute: Computes named columns, one value a bar.

    Returns:
        The columns by name, arrays of shape (bars,).
    """
    blocks = list(pairwise([*block_starts(bars).tolist(), len(bars)]))
    # All blocks that begin with the first bar there is are computed as one.
    early = sum(start <= anchor for start, _ in blocks)
    if early:
        blocks = [(0, blocks[early - 1][1]), *blocks[early:]]
    found: dict[str, Floats] = {}
    for start, end in blocks:
        begin = max(0, start - anchor)
        for name, line in compute(bars_slice(bars, slice(begin, end))).items():
            column = found.setdefault(name, np.full(len(bars), np.nan))
            column[start:end] = line[start - begin :]
    return found


def anchored_from(bars: Bars, anchor: int) -> int:
    """Return the position of the first bar that counts: the first of a block that follows an anchored block.

    A crossing looks back into the block before, so that one must be anchored, too. Where no bar counts, the result is
    the number of bars.
    """
    starts = block_starts(bars)
    before = np.flatnonzero(starts >= anchor)
    return int(starts[before[0] + 1]) if len(before) and before[0] + 1 < len(starts) else len(bars)


def anchored_reach(anchor: int, timeframe: str) -> int:
    """Return how many bars have to be loaded for the last of them to count, wherever in its block it is."""
    return anchor + 2 * BLOCK[timeframe]
