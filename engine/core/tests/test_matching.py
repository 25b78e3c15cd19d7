from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.matching import (
    BracketFill,
    Charges,
    PriceBar,
    WorkingOrder,
    bracket_fill,
    fill_price,
    is_triggered,
    shares_left,
)

BAR = PriceBar(Decimal("100.00"), Decimal("101.00"), Decimal("99.00"), Decimal("100.50"))


def order(side, kind, limit=None, stop=None):
    return WorkingOrder(side, kind, Decimal(10), limit and Decimal(limit), stop and Decimal(stop))


@pytest.mark.parametrize(
    ("side", "kind", "limit", "stop", "expected"),
    [
        pytest.param("buy", "market", None, None, "100.00", id="market buys at the open"),
        pytest.param("sell", "market", None, None, "100.00", id="market sells at the open"),
        pytest.param("buy", "limit", "99.50", None, "99.50", id="limit buys at the limit"),
        pytest.param("buy", "limit", "100.20", None, "100.00", id="limit buys at a better open"),
        pytest.param("buy", "limit", "98.99", None, None, id="limit below the low waits"),
        pytest.param("sell", "limit", "100.75", None, "100.75", id="limit sells at the limit"),
        pytest.param("sell", "limit", "99.80", None, "100.00", id="limit sells at a better open"),
        pytest.param("sell", "limit", "101.01", None, None, id="limit above the high waits"),
        pytest.param("sell", "stop", None, "99.50", "99.50", id="stop sells at the stop"),
        pytest.param("sell", "stop", None, "100.40", "100.00", id="gapped stop sells at the open"),
        pytest.param("sell", "stop", None, "98.99", None, id="untouched sell stop waits"),
        pytest.param("buy", "stop", None, "100.50", "100.50", id="stop buys at the stop"),
        pytest.param("buy", "stop", None, "99.60", "100.00", id="gapped stop buys at the open"),
        pytest.param("buy", "stop", None, "101.01", None, id="untouched buy stop waits"),
        pytest.param("buy", "stop_limit", "100.60", "100.50", "100.50", id="stop limit buys at its stop"),
        pytest.param("buy", "stop_limit", "99.70", "99.60", "99.70", id="gap beyond the limit waits for its return"),
        pytest.param("buy", "stop_limit", "98.90", "98.80", None, id="gap beyond the limit without return"),
        pytest.param("buy", "stop_limit", "100.20", "100.50", None, id="limit on the wrong side of the stop"),
        pytest.param("sell", "stop_limit", "99.40", "99.50", "99.50", id="stop limit sells at its stop"),
        pytest.param("sell", "stop_limit", "100.80", "100.90", "100.80", id="sell gap waits for its return"),
    ],
)
def test_fill_price(side, kind, limit, stop, expected):
    assert fill_price(BAR, order(side, kind, limit, stop)) == (expected and Decimal(expected))


@pytest.mark.parametrize(
    ("side", "kind", "charges", "expected"),
    [
        pytest.param("buy", "market", Charges(Decimal("0.0005")), "100.05", id="five basis points"),
        pytest.param("sell", "market", Charges(Decimal("0.0005")), "99.95", id="sold lower"),
        pytest.param("buy", "market", Charges(Decimal("0.05")), "105", id="beyond the bar"),
        pytest.param("sell", "market", Charges(Decimal("0.05")), "95", id="below the bar"),
        pytest.param("buy", "market", Charges(spread=Decimal("0.001")), "100.05", id="half the spread"),
        pytest.param("buy", "market", Charges(Decimal("0.002"), Decimal("0.001")), "100.25", id="slippage and spread"),
        pytest.param("sell", "stop", Charges(Decimal("0.002")), "99.301", id="a stop pays, too"),
        pytest.param("buy", "stop", Charges(Decimal("0.002")), "100.701", id="a stop that buys"),
        pytest.param("sell", "limit", Charges(Decimal("0.002")), "100.5", id="a limit is kept"),
        pytest.param("sell", "stop_limit", Charges(Decimal("0.002")), "99.5", id="a stop limit, too"),
        pytest.param("buy", "market", Charges(Decimal("0.05"), within_bar=True), "101", id="within the bar"),
        pytest.param("sell", "market", Charges(Decimal("0.05"), within_bar=True), "99", id="sold within the bar"),
        pytest.param("sell", "stop", Charges(Decimal("0.05"), within_bar=True), "99.5", id="stops pay none there"),
    ],
)
def test_slippage_and_spread_are_paid_as_asked(side, kind, charges, expected):
    limit = {"limit": "100.50", "stop_limit": "99.40"}.get(kind)
    stop = {"sell": "99.50", "buy": "100.50"}[side] if kind.startswith("stop") else None
    assert fill_price(BAR, order(side, kind, limit, stop), charges) == Decimal(expected)


def test_what_is_asked_is_paid_on_a_stock_of_two_cents():
    cheap = PriceBar(*[Decimal("0.02")] * 4)
    assert fill_price(cheap, order("buy", "market"), Charges(Decimal("0.002"))) == Decimal("0.02004")


@pytest.mark.parametrize(("taken", "expected"), [("0", 5), ("3", 2), ("7", 0)])
def test_a_bar_has_whole_shares_of_its_volume_less_what_was_taken(taken, expected):
    assert shares_left(Decimal(119), Decimal("0.05"), Decimal(taken)) == expected


@pytest.mark.parametrize(
    ("stop", "target", "expected"),
    [
        ("99.50", "100.80", BracketFill("stop", Decimal("99.50"))),
        ("99.50", "102", BracketFill("stop", Decimal("99.50"))),
        ("98", "100.80", BracketFill("target", Decimal("100.80"))),
        ("98", "102", None),
        ("100.20", "102", BracketFill("stop", Decimal("100.00"))),
    ],
)
def test_a_bar_holding_both_legs_counts_as_the_stop(stop, target, expected):
    assert bracket_fill(BAR, "sell", Decimal(10), Decimal(stop), Decimal(target)) == expected


@pytest.mark.parametrize(("kind", "missing"), [("limit", "limit_price"), ("stop", "stop_price")])
def test_a_missing_price_is_named(kind, missing):
    with pytest.raises(ValueError, match=f"{missing} was None"):
        fill_price(BAR, WorkingOrder("buy", kind, Decimal(1)))


prices = st.decimals(min_value="0.01", max_value="1000", places=2)


@st.composite
def bars(draw):
    low, first, second, high = sorted(draw(st.lists(prices, min_size=4, max_size=4)))
    opened, closed = draw(st.permutations([first, second]))
    return PriceBar(opened, high, low, closed)


@given(
    bars(),
    st.sampled_from(["buy", "sell"]),
    st.sampled_from(["market", "limit", "stop", "stop_limit"]),
    prices,
    prices,
    st.decimals(min_value=0, max_value="0.1", places=4),
    st.booleans(),
)
def test_every_fill_pays_what_is_asked_and_keeps_its_limit(bar, side, kind, limit, stop, slippage, within):
    working = WorkingOrder(side, kind, Decimal(1), limit, stop)
    market, price = fill_price(bar, working), fill_price(bar, working, Charges(slippage, within_bar=within))
    if price is None or market is None:
        assert kind != "market"
        assert price == market
        return
    assert bar.low <= market <= bar.high
    if within:
        assert bar.low <= price <= bar.high
    else:
        asked = slippage if kind in ("market", "stop") else 0
        assert price == market * (1 + asked * (1 if side == "buy" else -1))
    if kind in ("limit", "stop_limit"):
        assert price <= limit if side == "buy" else price >= limit
    if kind in ("stop", "stop_limit"):
        assert is_triggered(bar, side, stop)


@given(bars(), prices, prices)
def test_raising_a_sell_stop_never_loses_its_fill(bar, first, second):
    low, high = sorted((first, second))
    if fill_price(bar, WorkingOrder("sell", "stop", Decimal(1), stop_price=low)) is not None:
        assert fill_price(bar, WorkingOrder("sell", "stop", Decimal(1), stop_price=high)) is not None
