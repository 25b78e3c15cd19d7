"""How often a backtest decided what. The decisions that nobody had to make are counted, too."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.backtest.lane import Lane, Stage

# Reasons to do nothing that can be told from the votes alone, as `decide` names them.
QUIET = (
    "outside_window",
    "no_bars",
    "warming_up",
    "bar_of_another_session",
    "bar_already_acted_on",
    "no_signal",
    "sell_signal_without_position",
    "vetoed",
    "already_holding",
    "exit_working",
)
CODE = {reason: code for code, reason in enumerate(QUIET)}
Codes = NDArray[np.int8]


def decisions_count(lanes: Sequence[Lane]) -> dict[tuple[str, str], int]:
    """Count the decisions by (action, reason), over all ticks and symbols; the most frequent come first."""
    found: Counter[tuple[str, str]] = Counter()
    for lane in lanes:
        found.update((action, reason) for _, action, reason in lane.asked)
        if lane.buys is not None:
            asked = np.zeros(len(lane.ticks), dtype=np.bool_)
            asked[np.array([tick for tick, _, _ in lane.asked], dtype=np.int64)] = True
            codes = np.bincount(_codes(lane)[~asked], minlength=len(QUIET))
            found.update({("hold", QUIET[code]): int(number) for code, number in enumerate(codes) if number})
    return dict(found.most_common())


def _codes(lane: Lane) -> Codes:
    """Return for every tick the code of the reason for which `decide` would do nothing there."""
    outlook, ticks = lane.outlook, lane.ticks
    edges = np.array([tick for tick, _ in lane.stages], dtype=np.int64)
    lengths = np.diff(np.r_[0, edges, len(ticks)])
    stage = np.repeat([Stage.FLAT, *(stage for _, stage in lane.stages)], lengths)
    acted = np.zeros(len(ticks), dtype=np.bool_)
    for tick, bar in lane.acted:
        acted[tick + 1 : int(np.searchsorted(outlook.seen, bar, side="right"))] = True
    wish = outlook.wish[outlook.seen]
    quiet = [
        ~np.where(stage == Stage.HOLDING, ticks.may_sell, ticks.in_window),
        outlook.seen < 0,
        (outlook.seen < outlook.warm) & (stage != Stage.HOLDING),
        ~outlook.votable,
        acted,
    ]
    idle = [CODE["outside_window"], CODE["no_bars"], CODE["warming_up"], CODE["bar_of_another_session"]]
    idle.append(CODE["bar_already_acted_on"])
    holding = stage == Stage.HOLDING
    return np.select(
        [stage == Stage.EXITING, *quiet, wish == 0, (wish > 0) & holding, wish > 0],
        [CODE["exit_working"], *idle, CODE["no_signal"], CODE["already_holding"], CODE["vetoed"]],
        default=CODE["sell_signal_without_position"],
    ).astype(np.int8)
