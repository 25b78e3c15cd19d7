"""What the bot was worth at the end of every bar of a backtest, and what buy and hold and SPY would have been."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.backtest.result import Result
from engine.core.types import Bars, Floats, Side

Times = NDArray[np.int64]


@dataclass(frozen=True)
class Equity:
    """The course of a bot's worth in dollars; all arrays have one value per bar end, oldest first.

    Attributes:
        at: The bar ends, in seconds since the epoch.
        value: The capital and the results, realised or not.
        drawdown: How far the value is below the highest before it.
        invested: Whether the bot held anything.
        buy_and_hold: The worth of the capital, had it gone into the symbols at the start.
        benchmark: The worth of the capital, had it gone into SPY at the start; None where SPY has no bars.
    """

    at: Times
    value: Floats
    drawdown: Floats
    invested: NDArray[np.bool_]
    buy_and_hold: Floats
    benchmark: Floats | None


def equity_of(result: Result) -> Equity:
    """Return the course of a result's worth; a symbol's price holds until its next bar."""
    history = result.history
    begin, end = int(history.first.timestamp()), int(history.last.timestamp())
    series = [history.bars[symbol] for symbol in sorted(result.config.symbols)]
    at = np.unique(np.concatenate([bars.end[(bars.end > begin) & (bars.end <= end)] for bars in series]))
    capital = float(result.config.capital)
    value = np.full(len(at), capital)
    invested = np.zeros(len(at), dtype=np.bool_)
    held = np.zeros(len(at))
    for bars in series:
        close = bars.close[np.maximum(np.searchsorted(bars.end, at, side="right") - 1, 0)]
        cash, shares, holding = _flows(result, bars.symbol, at)
        value += cash + shares * close
        invested |= holding
        # A stock that lists later is bought when it does; until then its part is cash.
        first = min(int(np.searchsorted(bars.end, begin, side="right")), len(bars) - 1)
        held += np.where(at < bars.end[first], 1.0, close / bars.open[first])
    return Equity(
        at=at,
        value=value,
        drawdown=np.maximum.accumulate(np.r_[capital, value])[1:] - value,
        invested=invested,
        buy_and_hold=capital * held / len(series),
        benchmark=_benchmark(history.benchmark, at, begin, capital),
    )


def _flows(result: Result, symbol: str, at: Times) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Return the cash moved and the shares held at each time, and whether any were held in the bar that ends then.

    An order filled at an opening counts from the end of that bar on. Shares that one bar both buys and sells count as
    held in it.
    """
    cash, shares = np.zeros(len(at) + 1), np.zeros(len(at) + 1)
    within = np.zeros(len(at) + 1, dtype=np.bool_)
    for trip in result.trips:
        if trip.symbol != symbol:
            continue
        bought = np.searchsorted(at, trip.entry_at, side="right")
        within[bought] = True
        for fill in trip.fills:
            place = np.searchsorted(at, fill.at, side="left" if fill.within else "right")
            # One bar may hold both: shares bought at its opening are sold at its end.
            place = max(place, bought)
            moved = float(fill.quantity) * (1 if fill.side == Side.BUY else -1)
            cash[place] -= moved * float(fill.price) + float(fill.commission)
            shares[place] += moved
    held = np.cumsum(shares)[:-1]
    return np.cumsum(cash)[:-1], held, (held > 0) | within[:-1]


def _benchmark(bars: Bars | None, at: Times, begin: int, capital: float) -> Floats | None:
    if bars is None or len(bars) == 0:
        return None
    first = int(np.searchsorted(bars.end, begin, side="right"))
    if first >= len(bars):
        return None
    places = np.maximum(np.searchsorted(bars.end, at, side="right") - 1, 0)
    return np.asarray(capital * bars.close[places] / bars.open[first])
