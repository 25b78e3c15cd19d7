"""Recordings of a bot's trading, made from this installation's rows."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import partial

from django.conf import settings

from bots.models import Bot
from engine.backtest.gaps import minutes_missing
from engine.backtest.history import base_timeframe, history_counted, history_make, sessions_within
from engine.backtest.parity import DecisionRow, FillRow, Recording
from engine.backtest.recording import RecordingError, history_as_live
from engine.brokers.connect import broker_connect
from engine.brokers.errors import BrokerError
from engine.core.config import BotConfig, config_parse
from engine.core.types import Bars, Session
from engine.models import Decision
from engine.services import broker_account
from marketdata.backfill import bars_fetch
from marketdata.calendar import last_closed_minute
from marketdata.clock import market_now
from marketdata.selectors import bars_between, coverage_until
from research.histories import warm_since
from trades.models import Execution


def recording_of(bot: Bot, first_day: date, last_day: date) -> Recording:
    """Return what a bot saw and did on these New York days, both included.

    Raises:
        RecordingError: The rows of these days cannot be compared with a backtest.
        HistoryError: The market was closed on these days, or bars are missing.
    """
    sessions = sessions_within(first_day, last_day)
    kept = broker_account().decisions_kept_since
    if kept is not None and sessions[0].open < kept:
        raise RecordingError(
            f"decisions that led to no order are kept for {settings.DECISION_DAYS} days (DECISION_DAYS), "
            f"those before {kept:%Y-%m-%d %H:%M} UTC are gone: compare later days"
        )
    opened, closed = sessions[0].open, sessions[-1].close
    # A decision made again and again may have begun before these days, or gone on after them.
    rows = list(Decision.objects.filter(bot=bot, first_at__lt=closed, last_at__gte=opened).order_by("id"))
    if not rows:
        raise RecordingError(f"{bot} decided nothing from {first_day} to {last_day}")
    if held := _held(bot, opened):
        raise RecordingError(
            f"{bot} held {', '.join(held)} when {sessions[0].day} began, and a replay begins without positions: "
            "begin with a day on which it held nothing"
        )
    versions = sorted({row.version.number for row in rows})
    if len(versions) > 1:
        raise RecordingError(f"{bot} was changed on these days (versions {versions}): compare days with one version")
    config = config_parse(rows[0].version.config)
    since, until = max(opened, min(row.first_at for row in rows)), min(closed, max(row.last_at for row in rows))
    base = base_timeframe(config.timeframe)
    bars = {
        symbol: bars_between(
            symbol, base, warm_since(symbol, config.timeframe, sessions[0], config.warmup()), sessions[-1].close
        )
        for symbol in config.symbols
    }
    if base == "1Day":
        history = history_as_live(bars, _minutes(config, opened, closed, sessions), sessions)
    else:
        history = history_make(bars, sessions)
    history = history_counted(history, config.timeframe, config.warmup())
    fills = Execution.objects.filter(trade__bot=bot, at__gte=since, at__lte=until).select_related("trade")
    return Recording(
        config=config,
        bars=history.bars,
        days=history.days,
        sessions=history.sessions,
        known=history.known,
        since=since,
        until=until,
        decisions=[
            DecisionRow(
                symbol=row.symbol,
                action=row.action,
                reason=row.reason,
                votes=row.votes,
                values=row.values,
                bar_end=row.bar_end,
                count=row.count,
                first_at=row.first_at,
                last_at=row.last_at,
            )
            for row in rows
        ],
        fills=[FillRow(fill.trade.symbol, fill.trade.role, fill.quantity, fill.price, fill.at) for fill in fills],
        bars_until=min(coverage_until(config.symbols, "1Min").values(), default=None),
    )


def _minutes(config: BotConfig, opened: datetime, closed: datetime, sessions: Sequence[Session]) -> dict[str, Bars]:
    """Return the minutes for a bot on daily bars; the broker is asked for them where they are not stored."""
    stored = partial(bars_between, base="1Min", since=opened, until=closed)
    found = {symbol: stored(symbol) for symbol in config.symbols}
    if minutes_missing(found, config.symbols, sessions):
        try:
            bars_fetch(broker_connect(), config.symbols, "1Min", opened, min(closed, last_closed_minute(market_now())))
        except BrokerError as error:
            raise RecordingError(f"minutes were missing, and the broker did not give them: {error}") from error
        found = {symbol: stored(symbol) for symbol in config.symbols}
    return found


def _held(bot: Bot, at: datetime) -> list[str]:
    """Return the symbols of which the bot had not sold all that it had bought."""
    bought: dict[str, Decimal] = {}
    fills = Execution.objects.filter(trade__bot=bot, at__lt=at).values_list("trade__symbol", "trade__type", "quantity")
    for symbol, side, quantity in fills:
        bought[symbol] = bought.get(symbol, Decimal(0)) + (quantity if side == "buy" else -quantity)
    return sorted(symbol for symbol, quantity in bought.items() if quantity)
