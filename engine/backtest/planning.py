"""Plan a whole run at once, where nothing but the account lies between two positions (ADR 7)."""

from collections.abc import Callable, Sequence

import numpy as np

from engine.backtest.day_losses import DayLosses
from engine.backtest.history import History
from engine.backtest.lane import Lane
from engine.backtest.prospects import Unsuited, prospects_of
from engine.backtest.result import Costs
from engine.backtest.selection import select
from engine.backtest.ticks import Ticks
from engine.backtest.trips import Plan
from engine.core.config import BotConfig


def plan_at_once(
    config: BotConfig,
    history: History,
    costs: Costs,
    ticks: Ticks,
    lanes: Sequence[Lane],
    progress: Callable[[float], None],
) -> Plan | None:
    """Plan a whole run at once.

    Returns:
        The plan; None where the run has to go from one moment to the next.
    """
    risk = config.risk_management
    if risk.trailing_stop is not None or risk.cooldown_minutes or costs != Costs():
        return None
    if any(lane.buys is None or lane.outlook.base.timeframe == "1Day" for lane in lanes):
        return None
    closes = np.array([int(session.close.timestamp()) for session in history.sessions], dtype=np.int64)
    ends = np.minimum(ticks.window_end, closes)
    prospects = []
    try:
        for lane in lanes:
            # The caller may cancel here. The progress stays at 0, as the run may still have to go moment by moment.
            progress(0.0)
            prospects.append(prospects_of(config, lane, ticks, ends))
        asked = select(config, lanes, prospects, ticks)
        losses = DayLosses(lanes, prospects, asked, ticks, closes)
        losses.check(config)
    except Unsuited:
        return None
    return Plan(config, ticks, lanes, prospects, asked, losses)
