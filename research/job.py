"""The process that runs the backtests people ask for: it fetches missing bars, runs, and keeps the report."""

import logging
import time
from collections.abc import Callable, Sequence
from functools import partial

from engine.backtest.history import (
    BENCHMARK,
    History,
    HistoryError,
    base_timeframe,
    looks_late,
    sessions_within,
    warm_since_dense,
)
from engine.backtest.report import report_json
from engine.backtest.result import costs_read
from engine.backtest.run import Cancelled, backtest_run
from engine.brokers.connect import broker_connect
from engine.brokers.errors import BrokerError
from engine.core.config import BotConfig, config_parse
from engine.core.types import Session
from marketdata.backfill import THINNEST, bars_fetch
from marketdata.calendar import sessions_between
from marketdata.clock import real_now
from marketdata.models import Coverage
from research.histories import history_from_store
from research.models import Backtest
from research.services import backtest_claim, backtest_end, backtest_note

log = logging.getLogger(__name__)

# Real seconds between two reports of a run's progress: at most two events a second.
SAID_EVERY = 0.5
# How many sessions of bars are asked for at once.
SESSIONS_AT_ONCE = 20
FETCHING = 0.3


def backtests_run() -> int:
    """Run every backtest that waits, one after the other, and return how many ran."""
    count = 0
    while (row := backtest_claim(now=real_now())) is not None:
        backtest_do(row)
        count += 1
    return count


def backtest_do(row: Backtest) -> None:
    """Run a backtest that was taken up; whatever happens, it ends as done, cancelled or failed."""
    try:
        config = config_parse(row.config)
        say = _Speaker(row)
        history = _history(row, config, say)
        result = backtest_run(
            config,
            history,
            costs_read(row.costs),
            progress=lambda part: say(FETCHING + (1 - FETCHING) * part),
        )
        backtest_end(backtest=row, status=Backtest.Status.DONE, now=real_now(), result=report_json(result))
    except Cancelled:
        backtest_end(backtest=row, status=Backtest.Status.CANCELLED, now=real_now())
    except HistoryError as error:
        backtest_end(backtest=row, status=Backtest.Status.FAILED, now=real_now(), error=str(error))
    except BrokerError as error:
        message = f"bars were missing, and the broker did not give them: {error}"
        backtest_end(backtest=row, status=Backtest.Status.FAILED, now=real_now(), error=message)
    except Exception as error:
        log.exception("backtest %s failed", row.pk)
        message = f"it could not be run: {type(error).__name__}: {error}"
        backtest_end(backtest=row, status=Backtest.Status.FAILED, now=real_now(), error=message)


class _Speaker:
    """Says how far a run is, but not too often; it raises Cancelled where the run is to end."""

    def __init__(self, row: Backtest) -> None:
        self._row = row
        self._said_at = -SAID_EVERY

    def __call__(self, progress: float) -> None:
        now = time.monotonic()
        if now - self._said_at < SAID_EVERY:
            return
        self._said_at = now
        if not backtest_note(backtest=self._row, progress=progress, now=real_now()):
            raise Cancelled


def _history(row: Backtest, config: BotConfig, say: Callable[[float], None]) -> History:
    """Return the history from the store, after the broker was asked for what is missing there."""
    history = _asked(row, config, [*config.symbols, BENCHMARK], say)
    if config.timeframe == "1Day" and not history.days and looks_late(config):
        _fetch(config.symbols, "1Min", list(history.sessions), say)
        history = _asked(row, config, [*config.symbols, BENCHMARK], say)
    if not history.short or config.timeframe == "1Day":
        return history
    # A thin stock needs to go further back for as many bars. Imported bars are not mixed with the broker's.
    told = Coverage.objects.filter(
        symbol__in=history.short, timeframe="1Min", since__lte=history.first, until__gte=history.last
    )
    thin = sorted(told.values_list("symbol", flat=True))
    return _asked(row, config, thin, say, further=THINNEST) if thin else history


def _asked(
    row: Backtest, config: BotConfig, symbols: Sequence[str], say: Callable[[float], None], further: int = 0
) -> History:
    """Return the history; the broker is asked for bars of these symbols that are missing.

    An unreachable broker is an error only where there is no history without it.

    Args:
        row: The backtest.
        config: Its bot.
        symbols: The symbols whose bars may be asked for.
        say: Takes the progress, from 0 to 1; it may raise Cancelled.
        further: How many times as far back as the warm-up the broker is asked, even where the store has enough; 0
            for the warm-up alone, and only where bars are missing.

    Raises:
        HistoryError: The bars do not reach over the days.
        BrokerError: The broker did not answer, and there is no history without it.
    """
    sessions = sessions_within(row.first_day, row.last_day)
    base = base_timeframe(config.timeframe)
    since = warm_since_dense(sessions[0], config.timeframe, config.warmup() * max(1, further))
    days = sessions_between(since.date(), row.last_day)
    covered = Coverage.objects.filter(
        symbol__in=symbols, timeframe=base, since__lte=days[0].open, until__gte=sessions[-1].close
    ).values_list("symbol", flat=True)
    # The benchmark is nice to have: a symbol the broker does not know has no bars, which is no error.
    missing = sorted(set(symbols) - set(covered))
    wanted = (config.symbols, config.timeframe, row.first_day, row.last_day, config.warmup())
    stored = partial(history_from_store, *wanted, going_on=lambda: say(0.0))
    if not missing:
        return stored()
    history: History | None = None
    try:
        # Somebody may have imported the missing bars.
        history = stored()
    except HistoryError as error:
        log.info("asking the broker for bars: %s", error)
    is_whole = history is not None and not history.missing
    if history is not None and is_whole and not further and (history.benchmark or missing != [BENCHMARK]):
        return history
    try:
        _fetch(missing, base, days, say)
    except BrokerError:
        if history is None:
            raise
        return history
    return partial(history_from_store, *wanted, going_on=lambda: say(FETCHING))()


def _fetch(symbols: Sequence[str], base: str, days: list[Session], say: Callable[[float], None]) -> None:
    """Fetch bars, newest days first: the confirmed time grows backwards from what was confirmed.

    Raises:
        BrokerError: The broker did not give the bars.
    """
    parts = [days[max(0, end - SESSIONS_AT_ONCE) : end] for end in range(len(days), 0, -SESSIONS_AT_ONCE)]
    for place, part in enumerate(parts):
        say(FETCHING * place / len(parts))
        begin = part[0].open.replace(hour=0, minute=0) if base == "1Day" else part[0].open
        bars_fetch(broker_connect(), symbols, base, begin, part[-1].close)
