"""A bot's trading as it was recorded: taken from this installation's rows, kept in a file, read again."""

import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings

from bots.models import Bot, config_as_json
from engine.backtest.gaps import minutes_missing
from engine.backtest.history import (
    History,
    base_timeframe,
    history_counted,
    history_make,
    sessions_within,
    warm_since,
)
from engine.backtest.parity import DecisionRow, FillRow, Recording
from engine.brokers.connect import broker_connect
from engine.brokers.errors import BrokerError
from engine.core.config import BotConfig, ConfigError, config_parse
from engine.core.types import Bars, Session
from engine.models import Decision
from engine.services import broker_account
from marketdata.backfill import bars_fetch
from marketdata.calendar import last_closed_minute
from marketdata.clock import market_now
from marketdata.selectors import bars_between, coverage_until
from trades.models import Execution

FORMAT = 1
# A session of a generated market, recorded in lockstep: it comes with the product.
SHIPPED = Path(__file__).parent / "sessions" / "lockstep.json.gz"
COLUMNS = ("start", "end", "session", "open", "high", "low", "close", "volume")


class RecordingError(ValueError):
    """There is nothing to compare, or the file is no recording; the text says why."""


def recording_of(bot: Bot, first_day: date, last_day: date) -> Recording:
    """What the bot saw and did on these New York days. Raises RecordingError, or HistoryError for bars that miss."""
    sessions = sessions_within(first_day, last_day)
    kept = broker_account().decisions_kept_since
    if kept is not None and sessions[0].open < kept:
        raise RecordingError(
            f"decisions that led to no order are kept for {settings.DECISION_DAYS} days (DECISION_DAYS), "
            f"those before {kept:%Y-%m-%d %H:%M} UTC are gone: compare later days"
        )
    opened, closed = sessions[0].open, sessions[-1].close
    # What was decided again and again may have begun before these days, or gone on after them.
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
        history = _with_minutes(bars, _minutes(config, opened, closed, sessions), sessions)
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
    """Those of a bot on daily bars; the broker is asked for them where they are not stored."""
    stored = partial(bars_between, base="1Min", since=opened, until=closed)
    found = {symbol: stored(symbol) for symbol in config.symbols}
    if minutes_missing(found, config.symbols, sessions):
        try:
            bars_fetch(broker_connect(), config.symbols, "1Min", opened, min(closed, last_closed_minute(market_now())))
        except BrokerError as error:
            raise RecordingError(f"minutes were missing, and the broker did not give them: {error}") from error
        found = {symbol: stored(symbol) for symbol in config.symbols}
    return found


def _with_minutes(days: Mapping[str, Bars], minutes: Mapping[str, Bars], sessions: Sequence[Session]) -> History:
    """Raises RecordingError: live, a bot on daily bars trades at the prices of minutes.

    Of the days only those before the last session are needed: a day's bar is looked at when the day is over.
    """
    if missing := minutes_missing(minutes, days, sessions):
        raise RecordingError(
            f"a bot on daily bars trades at the prices of minutes, and {missing}: import them, or compare other days"
        )
    return replace(history_make(minutes, sessions), days=days)


def _held(bot: Bot, at: datetime) -> list[str]:
    """The symbols of which it had bought more than it had sold."""
    bought: dict[str, Decimal] = {}
    fills = Execution.objects.filter(trade__bot=bot, at__lt=at).values_list("trade__symbol", "trade__type", "quantity")
    for symbol, side, quantity in fills:
        bought[symbol] = bought.get(symbol, Decimal(0)) + (quantity if side == "buy" else -quantity)
    return sorted(symbol for symbol, quantity in bought.items() if quantity)


def recording_write(recording: Recording, path: Path) -> None:
    """Keep a recording as gzipped JSON; the same recording always makes the same file."""
    data = {
        "format": FORMAT,
        "config": config_as_json(recording.config),
        "since": recording.since.isoformat(),
        "until": recording.until.isoformat(),
        "days": [session.day.isoformat() for session in recording.sessions],
        "bars": {symbol: _columns(bars) for symbol, bars in recording.bars.items()},
        "decisions": [_plain(row) for row in recording.decisions],
        "fills": [_plain(row) for row in recording.fills],
    }
    if recording.bars_until is not None:
        data["bars_until"] = recording.bars_until.isoformat()
    if recording.days:
        data["daily"] = {symbol: _columns(bars) for symbol, bars in recording.days.items()}
    text = json.dumps(data, separators=(",", ":"), sort_keys=True)
    path.write_bytes(gzip.compress(text.encode(), mtime=0))


def recording_read(path: Path) -> Recording:
    """Read what `recording_write` wrote. Raises RecordingError."""
    try:
        data = json.loads(gzip.decompress(path.read_bytes()))
        if data["format"] != FORMAT:
            raise RecordingError(f"{path} has format {data['format']}, this version reads {FORMAT}")
        days = [date.fromisoformat(day) for day in data["days"]]
        bars = {symbol: _bars(symbol, columns) for symbol, columns in data["bars"].items()}
        config = config_parse(data["config"])
        daily = {symbol: _bars(symbol, columns) for symbol, columns in data.get("daily", {}).items()}
        sessions = sessions_within(days[0], days[-1])
        history = _with_minutes(daily, bars, sessions) if daily else history_make(bars, sessions)
        history = history_counted(history, config.timeframe, config.warmup())
        return Recording(
            config=config,
            bars=history.bars,
            days=history.days,
            sessions=history.sessions,
            known=history.known,
            since=datetime.fromisoformat(data["since"]),
            until=datetime.fromisoformat(data["until"]),
            decisions=[_decision(row) for row in data["decisions"]],
            fills=[
                FillRow(
                    row["symbol"],
                    row["role"],
                    Decimal(row["quantity"]),
                    Decimal(row["price"]),
                    datetime.fromisoformat(row["at"]),
                )
                for row in data["fills"]
            ],
            bars_until=datetime.fromisoformat(data["bars_until"]) if "bars_until" in data else None,
        )
    except RecordingError:
        raise
    except (OSError, EOFError, LookupError, TypeError, ValueError, ConfigError) as error:
        raise RecordingError(f"{path} is not a recording of manage.py parity --record: {error}") from error


def _plain(row: DecisionRow | FillRow) -> dict[str, Any]:
    return {name: _text(getattr(row, name)) for name in row.__dataclass_fields__}


def _text(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _decision(row: Mapping[str, Any]) -> DecisionRow:
    times = {name: datetime.fromisoformat(row[name]) for name in ("first_at", "last_at")}
    bar_end = datetime.fromisoformat(row["bar_end"]) if row["bar_end"] else None
    return DecisionRow(**{**row, **times, "bar_end": bar_end})


def _columns(bars: Bars) -> dict[str, Any]:
    return {"timeframe": bars.timeframe} | {name: getattr(bars, name).tolist() for name in COLUMNS}


def _bars(symbol: str, columns: Mapping[str, Any]) -> Bars:
    start, end, session = (np.array(columns[name], dtype=np.int64) for name in COLUMNS[:3])
    prices = (np.array(columns[name], dtype=np.float64) for name in COLUMNS[3:])
    return Bars(symbol, columns["timeframe"], start, end, session, *prices)
