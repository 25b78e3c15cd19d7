"""Figures of results: how often, how much, how steadily. The same for what was traded and for a backtest.

Money is in dollars, rates and ratios are plain numbers. What cannot be said from so few results is None.
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
    """What closed positions came to. A position that came to nothing is neither won nor lost."""

    closed: int
    won: int
    lost: int
    gross_profit: Decimal
    gross_loss: Decimal
    best: Decimal | None
    worst: Decimal | None

    @property
    def win_rate(self) -> Decimal | None:
        """Won positions as a part of all closed ones."""
        return booked(Decimal(self.won) / self.closed) if self.closed else None

    @property
    def profit_factor(self) -> Decimal | None:
        """Dollars won for each dollar lost; None while nothing was lost."""
        return booked(self.gross_profit / self.gross_loss) if self.gross_loss else None

    @property
    def expectancy(self) -> Decimal | None:
        """Dollars a closed position came to on average."""
        return booked((self.gross_profit - self.gross_loss) / self.closed) if self.closed else None

    @property
    def average_win(self) -> Decimal | None:
        return booked(self.gross_profit / self.won) if self.won else None

    @property
    def average_loss(self) -> Decimal | None:
        """Dollars, negative."""
        return booked(-self.gross_loss / self.lost) if self.lost else None


def results_of(profits: Sequence[Decimal]) -> Results:
    """The results of closed positions, one number of dollars each.

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
    """Several results as one."""
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
    """Daily returns on a capital that stays the same; none without one."""
    return [float(profit / capital) for profit in daily_profits] if capital > 0 else []


def sharpe(returns: Sequence[float]) -> Decimal | None:
    """Sharpe ratio of daily returns, a year of 252 sessions, without a riskless rate.

    Source: William F. Sharpe, The Sharpe Ratio, 1994. None under 20 days, or where no day differs.
    """
    if len(returns) < LEAST_DAYS:
        return None
    spread = stdev(returns)
    if spread <= 1e-15:
        return None
    return booked(Decimal(repr(fmean(returns) / spread * sqrt(TRADING_DAYS))))


def sortino(returns: Sequence[float]) -> Decimal | None:
    """Like `sharpe`, but only days that lost count as risk: the root of their mean square over all days.

    Source: Frank A. Sortino and Lee N. Price, Performance Measurement in a Downside Risk Framework, 1994. None under
    20 days, or where no day lost.
    """
    if len(returns) < LEAST_DAYS:
        return None
    downside = sqrt(fmean(min(0.0, part) ** 2 for part in returns))
    if downside <= 1e-15:
        return None
    return booked(Decimal(repr(fmean(returns) / downside * sqrt(TRADING_DAYS))))


def annual_growth(total: Decimal, days: int) -> float | None:
    """A return over so many sessions as that of a year of 252, compounded. None under 20 days or when all is lost."""
    if days < LEAST_DAYS or total <= -1:
        return None
    growth: float = float(1 + total) ** (TRADING_DAYS / days)
    return growth - 1


def annual_return(total: Decimal, days: int) -> Decimal | None:
    """As annual_growth, to a millionth.

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
    """Whole numbers in at most `bins` (two or more) equally wide bins, whose edges are multiples of `least`.

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
