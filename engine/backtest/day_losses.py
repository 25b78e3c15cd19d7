"""How far a bot is below the first tick of the session at each entry it weighs, for all of them at once."""

from collections.abc import Sequence

import numpy as np

from engine.backtest.lane import Lane
from engine.backtest.prospects import MILLION, NEVER, Prospects, Unsuited, Whole
from engine.backtest.supposition import Dues
from engine.backtest.ticks import Flags, Ticks
from engine.backtest.weighing import Asked
from engine.core.config import BotConfig


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
    results = Dues(asked.ended[over], at).until(asked.gain[over])
    for number, (lane, prospect) in enumerate(zip(lanes, prospects, strict=True)):
        results += _marks(lane, prospect, asked.of(number), asking, at, ticks)
    return results[: len(first)][ticks.session[tick]] - results[len(first) :]


def opened(asked: Asked, prospect: Prospects) -> Flags:
    """Which entries of one symbol became a position."""
    return (asked.shares > 0) & prospect.opens[asked.place]


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
