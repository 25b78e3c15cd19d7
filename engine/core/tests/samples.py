"""A session, its bars and a configuration, as the tests of the core speak of them."""

import csv
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.core.config import BotConfig, config_parse
from engine.core.schedule import NEW_YORK
from engine.core.types import AccountState, Bars, Floats, Session, SymbolView

SHARED_DATA = Path(__file__).resolve().parents[3].parent / "shared" / "data"

DAY = date(2026, 6, 2)


def at(clock: str, day: date = DAY) -> datetime:
    """A New York time of day, such as "09:31" or "09:31:05", as aware UTC."""
    return datetime.combine(day, time.fromisoformat(clock), NEW_YORK).astimezone(UTC)


SESSION = Session(DAY, at("09:30"), at("16:00"))
YESTERDAY = Session(date(2026, 6, 1), at("09:30", date(2026, 6, 1)), at("16:00", date(2026, 6, 1)))
# The day after Thanksgiving: winter time, and the market closes at 13:00.
HALF_DAY = Session(date(2026, 11, 27), at("09:30", date(2026, 11, 27)), at("13:00", date(2026, 11, 27)))


def settings(**changes: Any) -> dict[str, Any]:
    """A small configuration as JSON gives it."""
    return {
        "name": "A bot",
        "capital": 10_000,
        "symbols": ["AAPL"],
        "indicators": {"RSI": {}},
        "risk_management": {"stop_loss": 0.02, "take_profit": 0.05},
    } | changes


def config(**changes: Any) -> BotConfig:
    return config_parse(settings(**changes))


def bars_of(closes: Sequence[float] | Floats, session: Session = SESSION, minutes: Sequence[int] | None = None) -> Bars:
    """Minute bars with these closes, from the open on; `minutes` says of which minutes where some had no trades."""
    close = np.array(closes, dtype=np.float64)
    minute = np.arange(len(close)) if minutes is None else np.array(minutes, dtype=np.int64)
    start = (int(session.open.timestamp()) + 60 * minute).astype(np.int64)
    days = np.full(len(close), session.day.toordinal(), dtype=np.int64)
    opened = np.r_[close[:1], close[:-1]]
    high, low = np.maximum(opened, close) * 1.001, np.minimum(opened, close) * 0.999
    volume = 1000.0 + np.arange(len(close))
    return Bars("AAPL", "1Min", start, start + 60, days, opened, high, low, close, volume)


def bars_join(first: Bars, second: Bars) -> Bars:
    names = ("start", "end", "session", "open", "high", "low", "close", "volume")
    arrays = (np.concatenate([getattr(first, name), getattr(second, name)]) for name in names)
    return Bars(first.symbol, first.timeframe, *arrays)


def reference_columns(name: str) -> dict[str, Floats]:
    """An independently computed indicator beside its bars; the test is skipped where the data is absent."""
    path = SHARED_DATA / "indicators" / name
    if not path.is_file():
        pytest.skip(f"the reference data is not here: {name}")
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        column: np.array([float(row[column]) if row[column] else np.nan for row in rows])
        for column in rows[0]
        if column != "date"
    }


def view(**changes: Any) -> SymbolView:
    """A fresh bar of AAPL at 100 dollars on which RSI votes to buy."""
    values: dict[str, Any] = {
        "symbol": "AAPL",
        "bar_end": at("10:00"),
        "close": Decimal(100),
        "last_price": Decimal(100),
        "values": {"RSI": {"rsi": 25.0}},
        "votes": {"RSI": 1},
        "states": {"RSI": 1},
    }
    return SymbolView(**values | changes)


def account(**changes: Any) -> AccountState:
    """Ten thousand dollars, nothing spent, the account read just now."""
    values: dict[str, Any] = {
        "capital": Decimal(10_000),
        "room": Decimal(10_000),
        "day_loss": Decimal(0),
        "open_positions": 0,
        "entries_last_minute": 0,
        "buying_power": Decimal(100_000),
        "buying_power_age": 0.0,
    }
    return AccountState(**values | changes)
