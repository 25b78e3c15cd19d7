"""Recordings of a bot's trading, kept in files."""

import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

from engine.backtest.gaps import minutes_missing
from engine.backtest.history import (
    History,
    history_counted,
    history_make,
    sessions_within,
)
from engine.backtest.parity import DecisionRow, FillRow, Recording
from engine.core.config import ConfigError, config_parse
from engine.core.config_json import config_as_json
from engine.core.types import Bars, Session

FORMAT = 1
# A session of a generated market, recorded in lockstep: it comes with the product.
SHIPPED = Path(__file__).parent / "sessions" / "lockstep.json.gz"
COLUMNS = ("start", "end", "session", "open", "high", "low", "close", "volume")


class RecordingError(ValueError):
    """There is nothing to compare, or the file is no recording; the text says why."""


def history_as_live(days: Mapping[str, Bars], minutes: Mapping[str, Bars], sessions: Sequence[Session]) -> History:
    """Make the history of a bot on daily bars, which trades at the prices of minutes in live trading.

    Args:
        days: By symbol, daily bars; those before the last session suffice, as a day's bar counts when the day is over.
        minutes: By symbol, the minutes of the sessions.
        sessions: The sessions to trade in.

    Raises:
        RecordingError: Minutes are missing.
    """
    if missing := minutes_missing(minutes, days, sessions):
        raise RecordingError(
            f"a bot on daily bars trades at the prices of minutes, and {missing}: import them, or compare other days"
        )
    return replace(history_make(minutes, sessions), days=days)


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
    """Read what `recording_write` wrote.

    Raises:
        RecordingError: The file is no recording of this format.
    """
    try:
        data = json.loads(gzip.decompress(path.read_bytes()))
        if data["format"] != FORMAT:
            raise RecordingError(f"{path} has format {data['format']}, this version reads {FORMAT}")
        days = [date.fromisoformat(day) for day in data["days"]]
        bars = {symbol: _bars(symbol, columns) for symbol, columns in data["bars"].items()}
        config = config_parse(data["config"])
        daily = {symbol: _bars(symbol, columns) for symbol, columns in data.get("daily", {}).items()}
        sessions = sessions_within(days[0], days[-1])
        history = history_as_live(daily, bars, sessions) if daily else history_make(bars, sessions)
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
