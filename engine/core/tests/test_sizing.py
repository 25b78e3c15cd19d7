"""How many shares an entry buys."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.sizing import entry_quantity
from engine.core.tests.samples import account, config

TENTH = config(capital=10_000)


@pytest.mark.parametrize(
    ("room", "buying_power", "price", "shares"),
    [
        ("10000", "100000", "100", 10),
        ("10000", "100000", "100.01", 9),
        ("500", "100000", "100", 5),
        ("10000", "299.99", "100", 2),
        ("10000", "100000", "1000", 1),
        ("10000", "100000", "1000.01", 0),
        ("0", "100000", "100", 0),
        ("-20", "100000", "100", 0),
        ("10000", "-1", "100", 0),
    ],
)
def test_the_smallest_allowance_decides(room: str, buying_power: str, price: str, shares: int) -> None:
    state = account(room=Decimal(room), buying_power=Decimal(buying_power))
    assert entry_quantity(TENTH, state, Decimal(price)) == shares


money = st.decimals(min_value=-1000, max_value=100_000, places=2)


@given(money, money, st.decimals(min_value="0.5", max_value=2000, places=2))
def test_the_quantity_fits_every_allowance_and_one_more_share_would_not(
    room: Decimal, buying_power: Decimal, price: Decimal
) -> None:
    shares = entry_quantity(TENTH, account(room=room, buying_power=buying_power), price)
    smallest = min(Decimal(1000), room, buying_power)
    assert shares == int(shares) >= 0
    assert shares * price <= max(smallest, Decimal(0))
    assert (shares + 1) * price > smallest


@pytest.mark.parametrize(("capital", "size", "shares"), [(10_000, 0.1, 10), (10_000, 1, 100), (500, 0.1, 0)])
def test_the_limit_is_a_part_of_the_capital(capital: int, size: float, shares: int) -> None:
    bot = config(capital=capital, risk_management={"stop_loss": 0.02, "max_position_size": size})
    assert entry_quantity(bot, account(room=Decimal(capital)), Decimal(100)) == shares
