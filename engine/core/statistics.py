"""Figures of results: how often, how much, how steadily; the same for real trades and for a backtest.

Money is in dollars, rates and ratios are plain numbers. A figure is None where there are too few results to say it.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import sqrt
from statistics import fmean, stdev

from engine.core.money import booked

TRADING_DAYS = 252
LEAST_DAYS = 20
ZERO = Decimal(0)


@dataclass(frozen=True)
class Results:
    """What closed positions came to; a position that came to nothing is neither won nor lost.

    Attributes:
        closed: How many positions were closed.
        won: How many of them gained.
        lost: How many of them lost.
        gross_profit: The sum of the gains, in dollars.
        gross_loss: The sum of the losses, in dollars, not negative.
        best: The best result, in dollars.
        worst: The worst result, in dollars.
    """

    closed: int
    won: int
    lost: int
    gross_profit: Decimal
    gross_loss: Decimal
    best: Decimal | None
    worst: Decimal | None

    @property
    def win_rate(self) -> Decimal | None:
        """Return the won positions as a part of all closed ones."""
        return booked(Decimal(self.won) / self.closed) if self.closed else None

    @property
    def profit_factor(self) -> Decimal | None:
        """Return the dollars won for each dollar lost; None while nothing was lost."""
        return booked(self.gross_profit / self.gross_loss) if self.gross_loss else None

    @property
    def expectancy(self) -> Decimal | None:
        """Return what a closed position came to on average, in dollars."""
        return booked((self.gross_profit - self.gross_loss) / self.closed) if self.closed else None

    @property
    def average_win(self) -> Decimal | None:
        """Return what a won position came to on average, in dollars."""
        return booked(self.gross_profit / self.won) if self.won else None

    @property
    def average_loss(self) -> Decimal | None:
        """Return what a lost position came to on average, in dollars, negative."""
        return booked(-self.gross_loss / self.lost) if self.lost else None


def results_of(profits: Sequence[Decimal]) -> Results:
    """Sum up closed positions, given one result in dollars each.

    >>> results_of([Decimal(30), Decimal(-10), Decimal(0)]).profit_factor
    Decimal('3.000000')
    """
    wins = [profit for profit in profits if profit > 0]
    losses = [profit for profit in profits if profit < 0]
    return Results(
        closed=len(profits),
        won=len(wins),
        lost=len(losses),
        gross_profit=sum(wins, ZERO),
        gross_loss=-sum(losses, ZERO),
        best=max(profits, default=None),
        worst=min(profits, default=None),
    )


def results_merge(parts: Iterable[Results]) -> Results:
    """Combine several results into one."""
    rows = list(parts)
    return Results(
        closed=sum(row.closed for row in rows),
        won=sum(row.won for row in rows),
        lost=sum(row.lost for row in rows),
        gross_profit=sum((row.gross_profit for row in rows), ZERO),
        gross_loss=sum((row.gross_loss for row in rows), ZERO),
        best=max((row.best for row in rows if row.best is not None), default=None),
        worst=min((row.worst for row in rows if row.worst is not None), default=None),
    )


def returns_on(daily_profits: Iterable[Decimal], capital: Decimal) -> list[float]:
    """Return the daily returns on a capital in dollars that stays the same; an empty list without capital."""
    return [float(profit / capital) for profit in daily_profits] if capital > 0 else []


def sharpe(returns: Sequence[float]) -> Decimal | None:
    """Return the yearly Sharpe ratio of daily returns: 252 sessions, no riskless rate.

    None means that there are under 20 days, or that all days are the same.

    Source: William F. Sharpe, The Sharpe Ratio, 1994.
    """
    if len(returns) < LEAST_DAYS:
        return None
    spread = stdev(returns)
    if spread <= 1e-15:
        return None
    return booked(Decimal(repr(fmean(returns) / spread * sqrt(TRADING_DAYS))))


def sortino(returns: Sequence[float]) -> Decimal | None:
    """Return the yearly Sortino ratio of daily returns: 252 sessions, no riskless rate.

    It is like `sharpe`, but only days that lost count as risk: the root of their mean square over all days. None means
    that there are under 20 days, or that no day lost.

    Source: Frank A. Sortino and Lee N. Price, Performance Measurement in a Downside Risk Framework, 1994.
    """
    if len(returns) < LEAST_DAYS:
        return None
    downside = sqrt(fmean(min(0.0, part) ** 2 for part in returns))
    if downside <= 1e-15:
        return None
    return booked(Decimal(repr(fmean(returns) / downside * sqrt(TRADING_DAYS))))


def annual_growth(total: Decimal, days: int) -> float | None:
    """Convert a return over some sessions to the compounded return of a year of 252 sessions.

    Args:
        total: The whole return, as a fraction.
        days: The sessions in which it was made.

    Returns:
        A fraction; None under 20 days, or when all is lost.
    """
    if days < LEAST_DAYS or total <= -1:
        return None
    growth: float = float(1 + total) ** (TRADING_DAYS / days)
    return growth - 1


def annual_return(total: Decimal, days: int) -> Decimal | None:
    """Return `annual_growth`, rounded to a millionth.

    >>> annual_return(Decimal("0.21"), 504)
    Decimal('0.100000')
    """
    growth = annual_growth(total, days)
    return None if growth is None else booked(Decimal(repr(growth)))


@dataclass(frozen=True)
class Bin:
    """How many results lie from `low` up to but not at `high`, in the unit of the values."""

    low: int
    high: int
    count: int


def distribution(values: Sequence[int], least: int = 1, bins: int = 20) -> list[Bin]:
    """Count whole numbers in equally wide bins.

    Args:
        values: Whole numbers of any unit.
        least: Every edge is a multiple of this.
        bins: The most bins, two or more.

    >>> [(part.low, part.high, part.count) for part in distribution([-4, 3, 5], bins=3)]
    [(-5, 0, 1), (0, 5, 1), (5, 10, 1)]
    """
    if not values:
        return []
    low, high = min(values), max(values)
    width = max(1, -(-(high - low) // (least * bins))) * least
    # Edges at multiples of the width put one on zero; where that costs a bin too many, all of them grow wider.
    if high // width - low // width >= bins:
        width = -(-(high - low) // (least * (bins - 1))) * least
    first = low // width
    counts = Counter(value // width for value in values)
    return [Bin(place * width, (place + 1) * width, counts[place]) for place in range(first, high // width + 1)]
