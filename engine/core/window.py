"""Where a moment lies in a bot's day."""

from dataclasses import dataclass
from datetime import datetime, time
from functools import lru_cache

from engine.core.config import BotConfig
from engine.core.schedule import Grid
from engine.core.types import Session


@lru_cache(maxsize=1024)
def _window(
    start: time, end: time, closes_at_end: bool, session: Session
) -> tuple[datetime, datetime, datetime | None]:
    """Return the window's two ends and its last look, cached: time zones take longer to ask than a decision."""
    grid = Grid(1, start, end, closes_at_end)
    return *grid.window(session), grid.last_look(session)


@dataclass(frozen=True)
class Moment:
    """Where a moment lies in a bot's day.

    Attributes:
        market_open: The moment lies in the session.
        in_window: It lies in the bot's window [start, end), too.
        after_window: The session is open, and the window has ended.
        may_sell: It lies in the window, or is the last look of a window that lies behind an early close.
    """

    market_open: bool
    in_window: bool
    after_window: bool
    may_sell: bool = False


def config_grid(config: BotConfig) -> Grid:
    """Return the tick grid of a bot."""
    return Grid(config.trading_frequency, config.window_start, config.window_end, config.close_at_window_end)


def moment_of(config: BotConfig, session: Session | None, now: datetime) -> Moment:
    """Return where `now`, aware market time, lies in the bot's day."""
    if session is None or not session.contains(now):
        return Moment(False, False, False)
    start, end, last_look = _window(config.window_start, config.window_end, config.close_at_window_end, session)
    inside = start <= now < end
    return Moment(True, inside, now >= end, inside or now == last_look)
