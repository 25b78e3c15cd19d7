"""Cash, equity, commission and slippage of random runs, recomputed from their fills by code that shares nothing."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.backtest.equity import equity_of
from engine.backtest.report import report_json
from engine.backtest.result import Costs, Result, fills_by_time
from engine.backtest.run import backtest_run
from engine.backtest.tests.markets import walk_history
from engine.backtest.tests.test_run import configured

# symbol, role, order; at: seconds; bar: its place, within: in its course; shares, prices and commission as fractions.
Rows = list[dict[str, Any]]
MICRO = Fraction(1, 1_000_000)


def rows_of(result: Result) -> Rows:
    """The fills with the number of their order: a position has one of each role."""
    rows: Rows = []
    position: dict[str, int] = defaultdict(int)
    for symbol, fill in fills_by_time(result):
        if fill.role == "entry":
            position[symbol] += 1
        names = ("role", "at", "bar", "within")
        numbers = ("quantity", "price", "market", "commission")
        rows.append(
            {"symbol": symbol, "order": (symbol, position[symbol], fill.role)}
            | {name: getattr(fill, name) for name in names}
            | {name: Fraction(getattr(fill, name)) for name in numbers}
        )
    return rows


def sign(row: dict[str, Any]) -> int:
    return 1 if row["role"] == "entry" else -1


def check_prices(result: Result, rows: Rows) -> None:
    """Each price is the market's and what was asked on top, on the right side; the market's is one the bar had."""
    costs = result.costs
    asked = Fraction(costs.slippage) + Fraction(costs.spread) / 2
    for row in rows:
        bars = result.history.bars[row["symbol"]]
        place = row["bar"]
        opened, low, high = (Fraction(str(getattr(bars, name)[place])) for name in ("open", "low", "high"))
        assert low <= row["market"] <= high
        assert row["within"] or row["market"] == opened
        assert row["at"] == (bars.end if row["within"] else bars.start)[place]
        if row["role"] == "target":
            assert row["price"] == row["market"]
            continue
        if costs.within_bar and row["role"] == "stop" and row["within"]:
            assert row["price"] == row["market"]
            continue
        wanted = row["market"] * (1 + sign(row) * asked)
        if costs.within_bar:
            wanted = min(max(wanted, low), high)
        assert abs(row["price"] - wanted) <= MICRO / 2


def check_commissions(costs: Costs, rows: Rows) -> Fraction:
    """Each order pays once, however many parts it has; returns what all paid."""
    orders: dict[Any, Rows] = defaultdict(list)
    for row in rows:
        orders[row["order"]].append(row)
    for parts in orders.values():
        shares, value = sum(part["quantity"] for part in parts), sum(part["quantity"] * part["price"] for part in parts)
        each = Fraction(costs.commission_per_order) + Fraction(costs.commission_per_share) * shares
        wanted = max(Fraction(costs.commission_minimum), each + Fraction(costs.commission_fraction) * value)
        assert abs(sum(part["commission"] for part in parts) - wanted) <= MICRO / 2
    return sum((row["commission"] for row in rows), Fraction(0))


def check_volume(result: Result, rows: Rows) -> None:
    taken: dict[Any, Fraction] = defaultdict(Fraction)
    for row in rows:
        taken[row["symbol"], row["bar"]] += row["quantity"]
    if result.costs.volume_cap:
        for (symbol, bar), shares in taken.items():
            assert shares <= Fraction(result.history.bars[symbol].volume[bar]) * Fraction(result.costs.volume_cap)


def equity_at(result: Result, rows: Rows, moment: int) -> Fraction:
    """Cash and shares at their last price when the bars that end at a moment are over."""
    worth = Fraction(result.config.capital)
    for symbol in result.config.symbols:
        bars, shares = result.history.bars[symbol], Fraction(0)
        for row in rows:
            if row["symbol"] == symbol and (row["at"] < moment or (row["at"] == moment and row["within"])):
                worth -= sign(row) * row["quantity"] * row["price"] + row["commission"]
                shares += sign(row) * row["quantity"]
        over = np.flatnonzero(bars.end <= moment)
        if shares:
            worth += shares * Fraction(str(bars.close[over[-1]]))
    return worth


COSTS = st.builds(
    Costs,
    commission_per_order=st.sampled_from([Decimal(0), Decimal("0.35")]),
    commission_per_share=st.sampled_from([Decimal(0), Decimal("0.0035")]),
    commission_fraction=st.sampled_from([Decimal(0), Decimal("0.0003")]),
    commission_minimum=st.sampled_from([Decimal(0), Decimal(1)]),
    slippage=st.sampled_from([Decimal(0), Decimal("0.0005"), Decimal("0.002")]),
    spread=st.sampled_from([Decimal(0), Decimal("0.0007")]),
    volume_cap=st.sampled_from([Decimal(0), Decimal("0.005"), Decimal("0.05")]),
    within_bar=st.booleans(),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=st.integers(0, 100_000),
    costs=COSTS,
    wild=st.sampled_from([0.001, 0.004]),
    holes=st.sampled_from([0.0, 0.3]),
    stop=st.sampled_from([0.003, 0.01]),
    target=st.sampled_from([None, 0.004]),
    trailing=st.sampled_from([None, 0.005]),
    leaves=st.booleans(),
)
def test_costs_recomputed_from_the_fills_are_the_same(
    seed: int,
    costs: Costs,
    wild: float,
    holes: float,
    stop: float,
    target: float | None,
    trailing: float | None,
    leaves: bool,
) -> None:
    history = walk_history(["AAA", "BBB"], date(2019, 1, 7), date(2019, 1, 9), seed=seed, wild=wild, holes=holes)
    risk = {"stop_loss": stop, "take_profit": target, "trailing_stop": trailing}
    config = configured(["AAA", "BBB"], risk, close_at_window_end=leaves)
    result = backtest_run(config, history, costs)
    rows, report = rows_of(result), report_json(result)
    figures = report["metrics"]

    check_prices(result, rows)
    check_volume(result, rows)
    paid = check_commissions(costs, rows)
    assert Fraction(figures["commission"]) == paid
    slipped = sum((abs(row["price"] - row["market"]) * row["quantity"] for row in rows), Fraction(0))
    assert abs(Fraction(figures["slippage"]) - slipped) <= MICRO / 2

    course = equity_of(result)
    assert len(course.at) > 0
    for place in {*range(0, len(course.at), 97), len(course.at) - 1}:
        assert abs(float(equity_at(result, rows, int(course.at[place]))) - float(course.value[place])) < 0.005
    last = equity_at(result, rows, int(course.at[-1]))
    assert last == Fraction(config.capital) + Fraction(figures["net_profit"])


def test_the_report_lists_every_fill_as_it_was() -> None:
    history = walk_history(["AAA"], date(2019, 1, 7), date(2019, 1, 8), seed=3, wild=0.004)
    costs = Costs(commission_minimum=Decimal(1), slippage=Decimal("0.002"), volume_cap=Decimal("0.01"))
    result = backtest_run(configured(risk={"stop_loss": 0.005, "take_profit": 0.004}), history, costs)
    listed = [
        tuple(row[name] for name in ("symbol", "role", "quantity", "price", "market_price", "commission"))
        for row in report_json(result)["fills"]
    ]
    made = [
        (symbol, fill.role, *(f"{number.normalize():f}" for number in (fill.quantity, fill.price, fill.market)))
        for symbol, fill in fills_by_time(result)
    ]
    assert [row[:5] for row in listed] == made
    assert len({row[1] for row in listed}) > 2
    assert sum(Decimal(row[5]) for row in listed) == sum(fill.commission for _, fill in fills_by_time(result))
