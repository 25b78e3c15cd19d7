"""The figures of a backtest.

Fractions are of the capital (0.02 is 2 %). A figure is None where there is too little to tell it from.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import overload

import numpy as np

from engine.backtest.equity import Equity
from engine.backtest.payloads import BacktestMetrics
from engine.backtest.result import ZERO, Result, RoundTrip
from engine.core.money import booked
from engine.core.statistics import annual_growth, annual_return, results_of, sharpe, sortino
from engine.core.types import Bars

Number = float | None


@dataclass(frozen=True)
class Closed:
    """A trip as it is reported: sold, or valued at the last close when it was still held at the end.

    Attributes:
        trip: The trip.
        exit_price: The price of the exit, or the last close, in dollars.
        profit_loss: Dollars, net of commissions.
        mae: How far the price went against it, as a fraction of the entry price, not above 0.
        mfe: How far the price went for it, as a fraction of the entry price, not below 0.
        minutes: How many minutes of open market it was held.
        bars: Over how many bars it was held.
    """

    trip: RoundTrip
    exit_price: Decimal
    profit_loss: Decimal
    mae: float
    mfe: float
    minutes: float
    bars: int

    @property
    def gain(self) -> float:
        """Return the result as a fraction of what was paid."""
        return float(self.profit_loss / (self.trip.quantity * self.trip.entry_price))


def closed_trips(result: Result) -> list[Closed]:
    """Return every round trip with its figures, in the order in which they ended."""
    minutes = _MarketMinutes(result)
    return [_closed(trip, result.history.bars[trip.symbol], minutes, result) for trip in result.trips]


def _closed(trip: RoundTrip, bars: Bars, minutes: "_MarketMinutes", result: Result) -> Closed:
    end = trip.exit_bar if trip.exit_bar is not None else len(bars)
    price, profit = trip.exit_price, trip.profit_loss
    if price is None or profit is None:
        last_close = Decimal(repr(round(float(bars.close[-1]), 6)))
        profit = trip.gained + booked((last_close - trip.entry_price) * trip.left) - trip.entry_commission
        value = sum((sale.price * sale.quantity for sale in trip.fills[1:]), last_close * trip.left)
        price = booked(value / trip.quantity) if trip.sold else last_close
    entry, last = float(trip.entry_price), float(price)
    lowest = min(entry, last, *bars.low[trip.entry_bar : end].tolist())
    highest = max(entry, last, *bars.high[trip.entry_bar : end].tolist())
    if trip.exit_bar is not None and _left_within(trip, float(bars.open[trip.exit_bar])):
        # The bar's other extreme counts, too: nobody knows which of the two came first.
        if trip.exit_reason == "stop":
            highest = max(highest, float(bars.high[trip.exit_bar]))
        else:
            lowest = min(lowest, float(bars.low[trip.exit_bar]))
    until = trip.exit_at if trip.exit_at is not None else int(result.history.last.timestamp())
    return Closed(
        trip=trip,
        exit_price=price,
        profit_loss=profit,
        mae=lowest / entry - 1,
        mfe=highest / entry - 1,
        minutes=minutes.at(until) - minutes.at(trip.entry_at),
        bars=end - trip.entry_bar,
    )


def _left_within(trip: RoundTrip, opened: float) -> bool:
    """Return whether a leg filled in the course of its last bar, not at an opening beyond the leg."""
    if trip.exit_reason == "stop":
        return opened > trip.stop_price
    return trip.exit_reason == "target" and trip.target_price is not None and opened < trip.target_price


class _MarketMinutes:
    """The minutes of open market since the backtest began."""

    def __init__(self, result: Result) -> None:
        sessions = result.history.sessions
        self.opens = np.array([session.open.timestamp() for session in sessions])
        self.lengths = np.array([(session.close - session.open).total_seconds() for session in sessions])
        self.before = np.r_[0.0, np.cumsum(self.lengths)]

    def at(self, moment: float) -> float:
        place = int(np.searchsorted(self.opens, moment, side="right")) - 1
        if place < 0:
            return 0.0
        inside = min(moment - float(self.opens[place]), float(self.lengths[place]))
        return (float(self.before[place]) + inside) / 60


def metrics_of(result: Result, equity: Equity, trips: Sequence[Closed]) -> BacktestMetrics:
    """Return all figures, JSON-ready: money as text, ratios as numbers.

    Win rate, profit factor and all other figures of positions count the closed ones, as in live trading. The net
    profit, the costs and the turnover also count the positions still held.
    """
    capital = result.config.capital
    net = sum((trip.profit_loss for trip in trips), ZERO)
    closed = [trip for trip in trips if trip.trip.exit_at is not None]
    results = results_of([trip.profit_loss for trip in closed])
    total = net / capital
    days = daily_returns(result, equity)
    yearly = annual_growth(total, len(result.history.sessions))
    peaks = equity.value + equity.drawdown
    deepest = float(np.max(equity.drawdown / peaks, initial=0.0, where=peaks > 0))
    bought = sum((trip.trip.quantity * trip.trip.entry_price for trip in trips), ZERO)
    slippage, slippage_bps = _slippage(result, trips)
    return {
        "total_return": float(total),
        "annual_return": number(annual_return(total, len(result.history.sessions))),
        "net_profit": text(net),
        "sharpe": number(sharpe(days)),
        "sortino": number(sortino(days)),
        "calmar": yearly / deepest if yearly is not None and deepest > 0 else None,
        "max_drawdown": text(Decimal(repr(round(float(np.max(equity.drawdown, initial=0.0)), 6)))),
        "max_drawdown_fraction": deepest,
        "profit_factor": number(results.profit_factor),
        "expectancy": text(results.expectancy),
        "win_rate": number(results.win_rate),
        "closed_positions": results.closed,
        "still_held": len(trips) - results.closed,
        "won": results.won,
        "lost": results.lost,
        "best": text(results.best),
        "worst": text(results.worst),
        "average_win": text(results.average_win),
        "average_loss": text(results.average_loss),
        "exposure": float(np.mean(equity.invested)) if len(equity.at) else 0.0,
        "turnover": float(bought / capital),
        "average_holding_minutes": _mean([trip.minutes for trip in closed]),
        "commission": text(sum((trip.trip.commission for trip in trips), ZERO)),
        "slippage": slippage,
        "slippage_bps": slippage_bps,
        "mae": _mean([trip.mae for trip in closed]),
        "mfe": _mean([trip.mfe for trip in closed]),
        "buy_and_hold_return": _growth(equity.buy_and_hold, float(capital)),
        "spy_return": _growth(equity.benchmark, float(capital)),
    }


def _slippage(result: Result, trips: Sequence[Closed]) -> tuple[str, Number]:
    """Return what slippage and spread cost, in dollars and in basis points of what market orders and stops traded."""
    paying = [fill for trip in trips for fill in trip.trip.fills if fill.role != "target"]
    paid = sum((fill.slipped for fill in paying), ZERO)
    traded = sum((fill.market * fill.quantity for fill in paying), ZERO)
    asked = result.costs.charges.fraction
    return text(booked(paid)), round(float(10_000 * paid / traded), 4) if asked and traded else None


def daily_returns(result: Result, equity: Equity) -> list[float]:
    """Return what each session gained, as a fraction of the bot's worth at the close before; [] if all was lost."""
    closes = np.array([session.close.timestamp() for session in result.history.sessions])
    places = np.searchsorted(equity.at, closes, side="right") - 1
    worth = np.where(places >= 0, equity.value[np.maximum(places, 0)], float(result.config.capital))
    worth = np.r_[float(result.config.capital), worth]
    return list((worth[1:] / worth[:-1] - 1).tolist()) if (worth > 0).all() else []


def number(value: Decimal | None) -> Number:
    """Return a decimal as a number for JSON; None stays None."""
    return None if value is None else float(value)


@overload
def text(value: Decimal) -> str: ...


@overload
def text(value: None) -> None: ...


def text(value: Decimal | None) -> str | None:
    """Write a decimal in plain digits, without needless zeros; None stays None."""
    if value is None:
        return None
    return f"{value.normalize():f}" if value else "0"


def _mean(values: Sequence[float]) -> Number:
    return float(np.mean(values)) if values else None


def _growth(line: np.ndarray | None, capital: float) -> Number:
    return float(line[-1]) / capital - 1 if line is not None and len(line) else None
