"""The bars a batch of ticks looks at: waited for together, read once, computed once."""

import logging
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from bots.models import Bot
from engine.brokers.connect import broker_connect
from engine.brokers.errors import BrokerError
from engine.brokers.port import Broker
from engine.core.config import BotConfig
from engine.core.indicators import Arrays, Indicator
from engine.core.types import Bars, Session
from engine.live.pulse import pulse_bad_if_silent
from marketdata.backfill import (
    bars_backfill,
    bars_settle,
    closes_backfill,
    counts_forget,
    history_ends,
    history_is_known,
    minutes_fetch_again,
    minutes_since,
)
from marketdata.calendar import last_closed_minute
from marketdata.clock import market_clock
from marketdata.selectors import bars_load, coverage_until, widest_gap
from positions.models import Position
from trades.today import day_begins, symbols_of_today

log = logging.getLogger(__name__)

# Real seconds.
WAIT_AT_MOST = 3.0
ASK_AFTER = 2.0
POLL = 0.02
SILENT_AFTER = 10.0
# Of a price: what is further off may be a price of other shares.
SPLIT_FROM = 0.85

# The session for which a symbol's history was last looked at.
_followed: dict[str, date] = {}


def bot_symbols(bot: Bot) -> list[str]:
    """The bot's symbols, and those it was taken off but still holds."""
    held = Position.objects.held().filter(bot=bot).values_list("symbol", flat=True)
    return sorted({*bot.symbols, *held})


def bots_warm_up(bots: Iterable[Bot], now: datetime) -> None:
    """Fetch the history these bots' indicators need, up to now, except what is there already. Raises BrokerError."""
    for timeframe, (symbols, needed) in _history_wanted(bots):
        bars_backfill(broker_connect(), sorted(symbols), timeframe, needed, now)


def history_complete(bots: Iterable[Bot], now: datetime) -> None:
    """Fetch history that was never asked for: of a new bot, an edited one, or a new day. Raises BrokerError."""
    for timeframe, (symbols, needed) in _history_wanted(bots):
        if not history_is_known(symbols, timeframe, needed, now):
            bars_backfill(broker_connect(), sorted(symbols), timeframe, needed, now)


def _history_wanted(bots: Iterable[Bot]) -> list[tuple[str, tuple[set[str], int]]]:
    """By timeframe, the symbols and the most bars any bot needs."""
    wanted: dict[str, tuple[set[str], int]] = {}
    for bot in bots:
        try:
            reach = _reach(bot.config())
        except (ValueError, KeyError) as error:
            # Its ticks say so; the others' history is read.
            log.warning("the configuration of %s cannot be read: %s", bot, error)
            continue
        symbols, needed = wanted.get(bot.timeframe, (set(), 0))
        wanted[bot.timeframe] = (symbols | set(bot_symbols(bot)), max(needed, reach))
    return sorted(wanted.items())


def _reach(config: BotConfig) -> int:
    """A bar and all that must lie behind it: as many are asked for as are looked at, or it is never known to be all."""
    return config.warmup() + 1


def closes_read(broker: Broker, now: datetime) -> None:
    """Fetch the last closes, which today is measured from, where they are missing. Raises BrokerError."""
    since = day_begins(now)
    closes_backfill(broker, symbols_of_today(since), since)


def bars_wait(symbols: Sequence[str], grid_time: datetime, next_grid_time: datetime | None) -> set[str]:
    """Wait until the minute bars ending at or before `grid_time` are confirmed. Returns the symbols still missing."""
    until = last_closed_minute(grid_time)
    started = time.monotonic()
    asked = False
    while True:
        covered = coverage_until(symbols, "1Min")
        missing = {symbol for symbol in symbols if symbol not in covered or covered[symbol] < until}
        waited = time.monotonic() - started
        if asked and not missing:
            # A minute without trades has no bar in the stream: only where it has delivered nothing else, either.
            pulse_bad_if_silent("data stream", "silent: bars are fetched by asking the broker", SILENT_AFTER)
        if not missing or waited >= WAIT_AT_MOST:
            return missing
        if next_grid_time is not None and market_clock.now() >= next_grid_time:
            return missing
        speed = market_clock.reading().speed
        if not asked and (speed == 0 or waited >= ASK_AFTER / max(1.0, speed) or len(covered) < len(symbols)):
            asked = True
            _ask(sorted(missing & covered.keys()), until)
            continue
        time.sleep(POLL)


def _ask(symbols: list[str], until: datetime) -> None:
    if not symbols:
        return
    try:
        bars_settle(broker_connect(), symbols, until)
    except BrokerError as error:
        log.warning("bars until %s were not told: %s", until, error)


def history_follow_splits(bots: Sequence[Bot], symbols: Iterable[str], session: Session, now: datetime) -> None:
    """Fetch minutes again, once a session, where some of those stored are prices of other shares than the rest.

    Whether it was a split is not asked: after a crash the broker tells the same prices again. Raises BrokerError.
    """
    fetched = False
    unseen = sorted(symbol for symbol in symbols if _followed.get(symbol) != session.day)
    wanted = _history_wanted(bots) if unseen else []
    for symbol in unseen:
        # Of daily bars all are fetched again after each session.
        needed = {timeframe: count for timeframe, (those, count) in wanted if symbol in those and timeframe != "1Day"}
        if not needed:
            continue
        since = min(minutes_since(needed, now), *(_oldest(symbol, *each, now) for each in needed.items()))
        gap = widest_gap(symbol, since, now)
        if gap is None:
            # Nothing of today yet to compare with.
            continue
        if not SPLIT_FROM < gap < 1 / SPLIT_FROM:
            log.info("%s stepped to %.2f of its price: its history is fetched again", symbol, gap)
            minutes_fetch_again(broker_connect(), symbol, since, now)
            fetched = True
        _followed[symbol] = session.day
    if fetched:
        # Older minutes count as unknown since then.
        history_complete(bots, now)


def _oldest(symbol: str, timeframe: str, count: int, now: datetime) -> datetime:
    """The start of the oldest bar that is looked at: of a thin stock it lies further back than of others."""
    found = bars_load(symbol, timeframe, count, now)
    return datetime.fromtimestamp(int(found.start[0]), UTC) if len(found) else now


def history_forget() -> None:
    """As at the start of the process; for a broker that was replaced."""
    _followed.clear()
    counts_forget()


class BarsOfBatch:
    """Bars and indicator results of one grid time, shared by all bots of a batch."""

    def __init__(self, until: datetime) -> None:
        self._until = until
        self._bars: dict[tuple[str, str], Bars] = {}
        self._needed: dict[str, int] = {}
        self._arrays: dict[tuple[str, str, str], Arrays] = {}

    def need(self, config: BotConfig) -> None:
        """Announce a bot, so that one reading is long enough for all."""
        self._needed[config.timeframe] = max(self._needed.get(config.timeframe, 0), _reach(config))

    def bars(self, symbol: str, timeframe: str) -> Bars:
        key = (symbol, timeframe)
        if key not in self._bars:
            needed = self._needed[timeframe]
            found = bars_load(symbol, timeframe, needed, self._until)
            if len(found) < needed and history_ends(symbol, timeframe, needed, self._until):
                found = replace(found, from_first=True)
            self._bars[key] = found
        return self._bars[key]

    def compute(self, key: str, indicator: Indicator, bars: Bars) -> Arrays:
        name = (bars.symbol, bars.timeframe, f"{indicator.label}{indicator.model_dump_json()}")
        if name not in self._arrays:
            self._arrays[name] = indicator.compute(bars)
        return self._arrays[name]

    def prepare(self, config: BotConfig, symbols: Iterable[str]) -> None:
        """Read and compute everything a bot will look at, before its transaction begins."""
        for symbol in symbols:
            bars = self.bars(symbol, config.timeframe)
            for key, indicator in config.indicator_set().items():
                if len(bars):
                    self.compute(key, indicator, bars)
