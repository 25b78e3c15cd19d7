"""Rounding of money, prices and shares."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.money import MAX_ORDER_SHARES, booked, parted, stop_below, target_above, tick_size, whole_shares


@pytest.mark.parametrize(
    ("price", "step"), [("12", "0.01"), ("1", "0.01"), ("0.9999", "0.0001"), ("0.0001", "0.0001"), ("0", "0.0001")]
)
def test_tick_size(price: str, step: str) -> None:
    assert tick_size(Decimal(price)) == Decimal(step)


@pytest.mark.parametrize(
    ("amount", "expected"),
    [("1.0000005", "1.000000"), ("1.0000015", "1.000002"), ("-1.0000005", "-1.000000"), ("2", "2.000000")],
)
def test_an_amount_is_booked_half_even_at_six_decimals(amount: str, expected: str) -> None:
    assert booked(Decimal(amount)) == Decimal(expected)


@pytest.mark.parametrize(
    ("price", "fraction", "stop", "target"),
    [
        ("10.00", "0.02", "9.80", "10.20"),
        ("189.12", "0.02", "185.33", "192.91"),
        ("10.00", "0.0001", "9.99", "10.01"),
        ("10.005", "0.0001", "9.99", "10.02"),
        ("1.00", "0.001", "0.9990", "1.01"),
        ("1.00", "0.5", "0.5000", "1.50"),
        ("0.50", "0.001", "0.4995", "0.5005"),
        ("0.9999", "0.001", "0.9989", "1.01"),
    ],
)
def test_a_stop_and_a_target_are_rounded_away_from_the_price(price: str, fraction: str, stop: str, target: str) -> None:
    assert stop_below(Decimal(price), Decimal(fraction)) == Decimal(stop)
    assert target_above(Decimal(price), Decimal(fraction)) == Decimal(target)


prices = st.decimals(min_value="0.01", max_value="100000", places=4)
fractions = st.decimals(min_value="0.001", max_value="0.5", places=6)


def is_on_grid(price: Decimal) -> bool:
    return price % tick_size(price) == 0


@given(prices, fractions)
def test_a_stop_is_at_least_its_fraction_and_one_tick_below_and_on_the_tick_grid(
    price: Decimal, fraction: Decimal
) -> None:
    stop = stop_below(price, fraction)
    assert is_on_grid(stop)
    assert 0 < stop <= price - tick_size(stop)
    assert stop <= price * (1 - fraction)
    # Never further away than it must be; just above a dollar that is told by the larger steps.
    step = tick_size(price)
    assert stop > min(price * (1 - fraction), price - step) - step


@given(prices, st.decimals(min_value="0.001", max_value="5", places=6))
def test_a_target_is_at_least_its_fraction_and_one_tick_above_and_on_the_tick_grid(
    price: Decimal, fraction: Decimal
) -> None:
    target = target_above(price, fraction)
    assert is_on_grid(target)
    assert target >= price + tick_size(price)
    assert target >= price * (1 + fraction)
    assert target < max(price * (1 + fraction), price + tick_size(target)) + tick_size(target)


@pytest.mark.parametrize(
    ("amount", "price", "shares"),
    [
        ("1000", "189.12", "5"),
        ("1000", "1000", "1"),
        ("999.99", "1000", "0"),
        ("0", "10", "0"),
        ("-50", "10", "0"),
        ("100", "0", "0"),
        ("100000000", "0.01", "999999"),
    ],
)
def test_whole_shares(amount: str, price: str, shares: str) -> None:
    assert whole_shares(Decimal(amount), Decimal(price)) == Decimal(shares)


@given(st.decimals(min_value=0, max_value="100000000", places=2), prices)
def test_whole_shares_never_cost_more_than_there_is_and_leave_no_share_out(amount: Decimal, price: Decimal) -> None:
    shares = whole_shares(amount, price)
    assert shares == int(shares)
    assert shares * price <= amount
    assert shares == MAX_ORDER_SHARES or (shares + 1) * price > amount


@given(
    st.decimals("-100000", "100000", places=6),
    st.lists(st.decimals("0", "10000", places=9), min_size=1, max_size=8).filter(any),
)
def test_parts_are_cents_and_add_up(amount: Decimal, weights: list[Decimal]) -> None:
    parts = parted(amount, weights)
    assert sum(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - amount * weight / sum(weights)) < Decimal("0.010001")
        assert part * amount >= 0
        assert weight or not part
    # Only one of them has less than a cent more.
    assert sum(part % Decimal("0.01") != 0 for part in parts) <= 1


@pytest.mark.parametrize("weights", [[], [Decimal(0)], [Decimal(-1), Decimal(3)]])
def test_nothing_is_parted_by_no_weight(weights: list[Decimal]) -> None:
    with pytest.raises(ValueError, match="cannot be parted"):
        parted(Decimal(1), weights)
