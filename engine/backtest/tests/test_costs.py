"""What trading costs in a backtest: as asked, on what pays it, and said in the report."""

from decimal import Decimal
from typing import Any

import pytest

from engine.backtest.report import report_json
from engine.backtest.result import Costs, costs_json, costs_read
from engine.backtest.run import backtest_run
from engine.backtest.tests.test_run import RISE, at, configured, day_of, minutes
from engine.core.money import booked

TWENTY = Costs(slippage=Decimal("0.002"))
STOPPED = {22: (101.5, 101.5, 90.0, 101.5)}


def test_slippage_and_commission_are_paid() -> None:
    costs = Costs(Decimal(1), Decimal("0.01"), Decimal("0.001"), slippage=Decimal("0.001"))
    trip = backtest_run(configured(), day_of(minutes(RISE | STOPPED)), costs).trips[0]

    assert trip.quantity == 49
    # 101.5 x 1.001, above the bar's only price; 99.47 x 0.999 at the stop.
    assert (trip.entry_price, trip.exit_price) == (Decimal("101.6015"), Decimal("99.37053"))
    bought, sold = 49 * Decimal("101.6015"), 49 * Decimal("99.37053")
    assert trip.commission == 2 * (1 + Decimal("0.49")) + booked(bought / 1000) + booked(sold / 1000)
    assert trip.profit_loss == sold - bought - trip.commission


@pytest.mark.parametrize("every_tick", [False, True])
@pytest.mark.parametrize(
    ("costs", "paid"),
    [
        pytest.param(TWENTY, ("101.703", "99.27106"), id="as asked"),
        pytest.param(Costs(spread=Decimal("0.004")), ("101.703", "99.27106"), id="half the spread"),
        pytest.param(Costs(slippage=Decimal("0.002"), within_bar=True), ("101.55", "99.47"), id="within the bar"),
    ],
)
def test_what_is_asked_is_paid_at_entry_and_stop_and_said(costs: Costs, paid: Any, every_tick: bool) -> None:
    rows = RISE | {21: (101.5, 101.55, 101.5, 101.5)} | STOPPED
    result = backtest_run(configured(), day_of(minutes(rows)), costs, every_tick=every_tick)

    [trip] = result.trips
    assert (trip.entry_price, trip.exit_price) == tuple(Decimal(price) for price in paid)
    figures = report_json(result)["metrics"]
    lost = 49 * (Decimal(paid[0]) - Decimal("101.5") + Decimal("99.47") - Decimal(paid[1]))
    assert Decimal(figures["slippage"]) == lost
    traded = 49 * (Decimal("101.5") + Decimal("99.47"))
    assert figures["slippage_bps"] == round(float(10_000 * lost / traded), 4)
    assert (figures["slippage_bps"] == 20) == (not costs.within_bar)


def test_a_take_profit_is_a_limit_and_pays_no_slippage() -> None:
    rows = RISE | {22: (101.5, 107.0, 101.5, 101.5)}
    result = backtest_run(configured(), day_of(minutes(rows)), TWENTY)

    assert [fill.role for fill in result.trips[0].fills] == ["entry", "target"]
    assert result.trips[0].exit_price == Decimal("106.58")
    # Of the entry alone, which is all that pays.
    assert report_json(result)["metrics"]["slippage_bps"] == 20


def test_without_slippage_none_is_said() -> None:
    figures = report_json(backtest_run(configured(), day_of(minutes(RISE))))["metrics"]
    assert (figures["slippage"], figures["slippage_bps"]) == ("0", None)


def test_an_order_costs_the_minimum_at_least() -> None:
    costs = Costs(commission_per_share=Decimal("0.005"), commission_minimum=Decimal(1))
    trip = backtest_run(configured(), day_of(minutes(RISE | STOPPED)), costs).trips[0]
    assert (trip.entry_commission, trip.commission) == (1, 2)
    costs = Costs(commission_per_share=Decimal("0.05"), commission_minimum=Decimal(1))
    trip = backtest_run(configured(), day_of(minutes(RISE | STOPPED)), costs).trips[0]
    assert (trip.entry_commission, trip.commission) == (Decimal("2.45"), Decimal("4.9"))


def filled(result: Any) -> list[tuple[str, int, int, str]]:
    """Of the first trip's fills: role, minute, shares and price."""
    return [
        (fill.role, (fill.at - at(0)) // 60, int(fill.quantity), str(fill.price.normalize()))
        for fill in result.trips[0].fills
    ]


# Of 1,000 shares a minute.
SHARE = Costs(volume_cap=Decimal("0.02"), commission_minimum=Decimal(1))


@pytest.mark.parametrize("every_tick", [False, True])
def test_what_an_entry_does_not_get_is_given_up_and_a_stop_sells_its_rest_at_the_next_openings(
    every_tick: bool,
) -> None:
    bars = minutes(RISE | STOPPED | {23: (98.0, 98.0, 97.0, 97.5)})
    bars.volume[22] = 600.0
    result = backtest_run(configured(), day_of(bars), SHARE, every_tick=every_tick)

    assert filled(result) == [("entry", 21, 20, "101.5"), ("stop", 23, 12, "99.47"), ("stop", 23, 8, "98")]
    trip = result.trips[0]
    assert (trip.quantity, trip.exit_reason, trip.exit_at) == (20, "stop", at(23))
    assert trip.exit_price == booked((12 * Decimal("99.47") + 8 * 98) / Decimal(20))
    # One order each, in however many parts it filled.
    assert trip.commission == 2
    assert trip.profit_loss == 12 * Decimal("99.47") + 8 * 98 - 20 * Decimal("101.5") - 2
    assert any("at most 2 % of a bar's volume" in note for note in report_json(result)["notes"])


@pytest.mark.parametrize("every_tick", [False, True])
def test_the_rest_of_a_target_goes_on_resting_beside_its_stop(every_tick: bool) -> None:
    bars = minutes(RISE | {22: (101.5, 107.0, 101.5, 101.5), 25: (101.5, 101.5, 99.0, 101.5)})
    bars.volume[22] = 250.0
    result = backtest_run(configured(), day_of(bars), SHARE, every_tick=every_tick)

    assert filled(result) == [("entry", 21, 20, "101.5"), ("target", 23, 5, "106.58"), ("stop", 26, 15, "99.47")]
    assert result.trips[0].commission == 3


@pytest.mark.parametrize("every_tick", [False, True])
def test_an_entry_waits_for_a_bar_that_has_a_share_for_it_and_a_sale_goes_on_until_all_is_sold(
    every_tick: bool,
) -> None:
    rows = RISE | {30: (101.5, 101.5, 101.0, 101.0), 31: (100.9, 101.0, 100.9, 101.0)}
    bars = minutes(rows)
    bars.volume[21] = 49.0
    bars.volume[31:33] = 400.0
    result = backtest_run(configured(), day_of(bars), SHARE, every_tick=every_tick)

    assert filled(result) == [
        ("entry", 22, 20, "101.5"),
        ("exit", 31, 8, "100.9"),
        ("exit", 32, 8, "101"),
        ("exit", 33, 4, "101"),
    ]
    assert result.decisions["hold", "exit_working"] == 1


def test_shares_that_nobody_took_are_still_held_at_the_end() -> None:
    bars = minutes(RISE | STOPPED)
    bars.volume[22:] = 0.0
    bars.volume[22] = 250.0
    result = backtest_run(configured(), day_of(bars), SHARE)
    [trade] = report_json(result)["trades"]

    assert (trade["exit_reason"], trade["quantity"]) == ("still_held", "20")
    assert Decimal(trade["profit_loss"]) == 5 * Decimal("99.47") + 15 * Decimal("101.5") - 20 * Decimal("101.5") - 2


def test_costs_are_stored_as_json_and_those_of_before_stay_within_the_bar() -> None:
    costs = Costs(Decimal("1.50"), slippage=Decimal("0.0005"), volume_cap=Decimal(1))
    assert costs_read(costs_json(costs)) == costs
    assert costs_json(costs)["commission_per_order"] == "1.5"
    assert costs_read({"slippage": "0.0005"}) == Costs(slippage=Decimal("0.0005"), within_bar=True)
