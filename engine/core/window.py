"""Where a moment lies in a bot's day."""

from dataclasses import dataclass
from datetime import datetime

from engine.core.config import BotConfig
from engine.core.schedule import Grid
from engine.core.types import Session


@dataclass(frozen=True)
class Moment:
    """Open: in the session. In the window: also in the bot's [start, end). After it: open, but behind the window."""

    market_open: bool
    in_window: bool
    after_window: bool


def config_grid(config: BotConfig) -> Grid:
    return Grid(config.trading_frequency, config.window_start, config.window_end, config.close_at_window_end)


def moment_of(config: BotConfig, session: Session | None, now: datetime) -> Moment:
    """Where `now`, aware, lies in the bot's day."""
    if session is None or not session.contains(now):
        return Moment(False, False, False)
    start, end = config_grid(config).window(session)
    return Moment(True, start <= now < end, now >= end)
