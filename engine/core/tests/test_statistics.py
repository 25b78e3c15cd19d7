"""Figures of results."""

from decimal import Decimal
from math import sqrt
from statistics import fmean, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.statistics import (
    annual_return,
    distribution,
    results_merge,
    results_of,
    returns_on,
    sharpe,
    sortino,
)


def money(*amounts: str | int) -> list[Decimal]:
    return [Decimal(amount) for amount in amounts]


CASES = [
    # profits; win rate, profit factor, expectancy, average win, average loss
    (money(30, -10, 0, -5), ("0.25", "2", "3.75", "30", "-7.5")),
    (money(30), ("1", None, "30", "30", None)),
    (money(-10), ("0", "0", "-10", None, "-10")),
    (money(0), ("0", None, "0", None, None)),
    ([], (None, None, None, None, None)),
]


@pytest.mark.parametrize(("profits", "expected"), CASES)
def test_results(profits: list[Decimal], expected: tuple[str | None, ...]) -> None:
    results = results_of(profits)
    figures = (
        results.win_rate,
        results.profit_factor,
        results.expectancy,
        results.average_win,
        results.average_loss,
    )
    assert figures == tuple(None if figure is None else Decimal(figure) for figure in expected)
    assert (results.best, results.worst) == (max(profits, default=None), min(profits, default=None))


@given(st.lists(st.lists(st.integers(-1000, 1000).map(Decimal))))
def test_parts_come_to_the_whole(parts: list[list[Decimal]]) -> None:
    whole = results_of([profit for part in parts for profit in part])
    assert results_merge(results_of(part) for part in parts) == whole


def test_sharpe_is_the_mean_over_the_spread_of_daily_returns_for_a_year() -> None:
    days = money(*range(-5, 15))
    returns = [float(day) / 10_000 for day in days]
    expected = fmean(returns) / stdev(returns) * sqrt(252)
    assert float(sharpe(returns_on(days, Decimal(10_000))) or 0) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    ("days", "capital"),
    [(money(*range(19)), 100), (money(*[1] * 30), 100), (money(*range(20)), 0), ([], 100)],
)
def test_sharpe_is_not_said_of_too_little(days: list[Decimal], capital: int) -> None:
    assert sharpe(returns_on(days, Decimal(capital))) is None


@given(st.lists(st.integers(-(10**9), 10**9), min_size=1), st.sampled_from([1, 100, 10_000]), st.integers(2, 20))
def test_every_value_lies_in_one_of_at_most_so_many_equal_bins(values: list[int], least: int, bins: int) -> None:
    parts = distribution(values, least, bins)
    assert len(parts) <= bins
    assert sum(part.count for part in parts) == len(values)
    width = parts[0].high - parts[0].low
    for part in parts:
        assert part.high - part.low == width
        assert part.low % width == width % least == 0
        assert part.count == sum(part.low <= value < part.high for value in values)
    assert [part.high for part in parts[:-1]] == [part.low for part in parts[1:]]


def test_sortino_counts_only_losing_days_as_risk() -> None:
    profits = [Decimal(10), Decimal(-5)] * 10
    # The mean return is 0.0025, the root of the mean square of the losses 0.005 / sqrt(2).
    returns = returns_on(profits, Decimal(1000))
    assert sortino(returns) == Decimal("11.224972")
    assert sortino(returns[:19]) is None
    assert sortino([0.001] * 20) is None
    assert sortino(returns_on(profits, Decimal(0))) is None


@pytest.mark.parametrize(
    ("total", "days", "expected"),
    [
        ("0.21", 504, "0.100000"),
        ("0.1", 252, "0.100000"),
        ("0.01", 21, "0.126825"),
        ("-0.5", 126, "-0.750000"),
        ("-1", 252, None),
        ("0.1", 19, None),
    ],
)
def test_a_return_of_a_year(total: str, days: int, expected: str | None) -> None:
    assert annual_return(Decimal(total), days) == (Decimal(expected) if expected else None)
