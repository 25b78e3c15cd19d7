"""A backtest's result as JSON and as CSV."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, cast

import numpy as np

from engine.backtest.equity import Equity, equity_of
from engine.backtest.metrics import Closed, closed_trips, metrics_of, text
from engine.backtest.notes import notes_of
from engine.backtest.payloads import BacktestFill, BacktestPoint, BacktestReport, BacktestTrade
from engine.backtest.result import Fill, Result, costs_json, costs_read, fills_by_time
from engine.core.config_json import config_as_json

POINTS = 2000
STILL_HELD = "still_held"
TABLES = ("equity", "trades", "fills", "decisions")


def report_json(result: Result) -> BacktestReport:
    """Return everything about a run, JSON-ready: money as text, ratios as numbers, times in ISO 8601, UTC."""
    equity, trips = equity_of(result), closed_trips(result)
    history = result.history
    return {
        "config": config_as_json(result.config),
        "from": history.sessions[0].day.isoformat(),
        "to": history.sessions[-1].day.isoformat(),
        "timeframe": result.config.timeframe,
        "costs": costs_json(result.costs),
        "bars": result.bars,
        "ticks": result.ticks,
        "seconds": round(result.seconds, 4),
        "notes": [*result.notes, *notes_of(result)],
        "metrics": metrics_of(result, equity, trips),
        "equity": _points(equity),
        "trades": [_trade(trip) for trip in trips],
        "fills": [_fill(*one) for one in fills_by_time(result)],
        "decisions": [
            {"action": action, "reason": reason, "count": count} for (action, reason), count in result.decisions.items()
        ],
    }


def report_completed(stored: Mapping[str, Any]) -> BacktestReport:
    """Return a stored report, completed by what an earlier version did not store.

    Such a report has no fills, and its slippage is unknown.
    """
    unknown = {"slippage": None, "slippage_bps": None}
    completed = {
        **stored,
        "costs": costs_json(costs_read(stored["costs"])),
        "metrics": unknown | stored["metrics"],
        "fills": stored.get("fills", []),
    }
    return cast(BacktestReport, completed)


def report_csv(report: Mapping[str, Any]) -> dict[str, str]:
    """Return the report's tables as CSV, by file name."""
    return {f"{name}.csv": _csv(report[name]) for name in TABLES}


def _points(equity: Equity) -> list[BacktestPoint]:
    """Return at most POINTS points of the course; the deepest fall and the end are among them."""
    count = len(equity.at)
    if count == 0:
        return []
    chosen = np.unique(np.r_[np.linspace(0, count - 1, min(count, POINTS - 1)).astype(int), equity.drawdown.argmax()])
    benchmark = equity.benchmark
    return [
        {
            "at": iso(int(equity.at[place])),
            "equity": _money(equity.value[place]),
            "drawdown": _money(equity.drawdown[place]),
            "buy_and_hold": _money(equity.buy_and_hold[place]),
            "spy": _money(benchmark[place]) if benchmark is not None else None,
        }
        for place in chosen.tolist()
    ]


def _trade(closed: Closed) -> BacktestTrade:
    trip = closed.trip
    held = trip.exit_at is None
    return {
        "symbol": trip.symbol,
        "quantity": text(trip.quantity),
        "entry_at": iso(trip.entry_at),
        "entry_price": text(trip.entry_price),
        "entry_reason": trip.entry_sentence,
        "exit_at": None if trip.exit_at is None else iso(trip.exit_at),
        "exit_price": text(closed.exit_price),
        "exit_reason": STILL_HELD if held else trip.exit_reason,
        "exit_sentence": "Still held at the end; valued at the last close." if held else trip.exit_sentence,
        "stop_price": text(trip.stop_price),
        "target_price": text(trip.target_price),
        "profit_loss": text(closed.profit_loss),
        "return": closed.gain,
        "commission": text(trip.commission),
        "mae": closed.mae,
        "mfe": closed.mfe,
        "bars": closed.bars,
    }


def _fill(symbol: str, fill: Fill) -> BacktestFill:
    return {
        "symbol": symbol,
        "at": iso(fill.at),
        "side": fill.side.value,
        "role": fill.role,
        "quantity": text(fill.quantity),
        "price": text(fill.price),
        "market_price": text(fill.market),
        "commission": text(fill.commission),
    }


def _csv(rows: Sequence[Mapping[str, Any]]) -> str:
    out = io.StringIO()
    if rows:
        writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return out.getvalue()


def iso(seconds: int) -> str:
    """Write a time, in seconds since the epoch, in ISO 8601, UTC."""
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


def _money(value: float) -> str:
    return text(Decimal(repr(round(float(value), 2))))
