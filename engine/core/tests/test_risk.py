"""Every risk rule refuses exactly at its limit."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from engine.core.risk import ENTRY_RULES, EntryState, entry_checks
from engine.core.tests.samples import account, config, view
from engine.core.types import OrderIntent, PositionState, Role, Side
from engine.core.window import Moment

INSIDE = Moment(market_open=True, in_window=True, after_window=False)
INTENT = OrderIntent("AAPL", Side.BUY, Role.ENTRY, Decimal(10), Decimal(100), stop_price=Decimal(98))
GOOD = EntryState(view(), PositionState(), account(), INSIDE, halted="")
BOT = config(
    capital=10_000,
    risk_management={
        "stop_loss": 0.02,
        "max_position_size": 0.1,
        "max_daily_loss": 0.05,
        "max_positions": 3,
        "cooldown_minutes": 15,
        "max_orders_per_minute": 4,
    },
)


def refusals(state: EntryState = GOOD, intent: OrderIntent = INTENT) -> list[str]:
    return [check.name for check in entry_checks(intent, state, BOT) if not check.allowed]


def test_an_entry_that_breaks_no_rule_is_allowed_by_all_of_them() -> None:
    checks = entry_checks(INTENT, GOOD, BOT)
    assert [(check.allowed, check.reason) for check in checks] == [(True, "")] * 15
    assert [check.name for check in checks] == [rule.__name__ for rule in ENTRY_RULES]


# The rule, what is still allowed, what is not any more.
ACCOUNT_LIMITS = [
    ("positions", {"open_positions": 2}, {"open_positions": 3}),
    ("daily_loss", {"day_loss": Decimal("499.99")}, {"day_loss": Decimal("500")}),
    ("order_rate", {"entries_last_minute": 3}, {"entries_last_minute": 4}),
    ("account_read", {"buying_power_age": 60.0}, {"buying_power_age": 60.1}),
    ("account_read", {"buying_power_age": 0.0}, {"buying_power_age": None}),
    ("room_to_buy", {"room": Decimal(1000)}, {"room": Decimal("999.99")}),
    ("buying_power", {"buying_power": Decimal(1000)}, {"buying_power": Decimal("999.99")}),
]


@pytest.mark.parametrize(("rule", "good", "bad"), ACCOUNT_LIMITS)
def test_a_limit_of_the_account_refuses_exactly_when_reached(
    rule: str, good: dict[str, Any], bad: dict[str, Any]
) -> None:
    assert refusals(replace(GOOD, account=account(**good))) == []
    assert refusals(replace(GOOD, account=account(**bad))) == [rule]


POSITION_LIMITS = [
    ("single", {}, {"quantity": Decimal(1)}),
    ("single", {}, {"working_entry": True}),
    ("single", {}, {"working_exit": True}),
    ("reducing", {}, {"reduce_only": True}),
    ("cooldown", {"minutes_since_exit": 15.0}, {"minutes_since_exit": 14.99}),
    ("cooldown", {"minutes_since_exit": None}, {"minutes_since_exit": 0.0}),
]


@pytest.mark.parametrize(("rule", "good", "bad"), POSITION_LIMITS)
def test_a_limit_of_the_position_refuses_exactly_when_reached(
    rule: str, good: dict[str, Any], bad: dict[str, Any]
) -> None:
    assert refusals(replace(GOOD, position=PositionState(**good))) == []
    assert refusals(replace(GOOD, position=PositionState(**bad))) == [rule]


def test_a_cooldown_of_zero_never_refuses() -> None:
    bot = config(risk_management={"stop_loss": 0.02, "cooldown_minutes": 0})
    state = replace(GOOD, position=PositionState(minutes_since_exit=0.0))
    assert all(check.allowed for check in entry_checks(INTENT, state, bot))


@pytest.mark.parametrize(
    ("close", "expected"),
    [
        (Decimal("105"), []),
        (Decimal("105.01"), ["collar"]),
        (Decimal("95"), []),
        (Decimal("94.99"), ["collar"]),
        (None, []),
    ],
)
def test_the_newest_price_lies_within_five_percent_of_the_bar_s_close(
    close: Decimal | None, expected: list[str]
) -> None:
    assert refusals(replace(GOOD, view=view(close=close))) == expected


def test_stale_prices_are_refused() -> None:
    assert refusals(replace(GOOD, view=view(fresh=False))) == ["fresh"]


def test_a_halt_is_refused_with_its_reason() -> None:
    checks = entry_checks(INTENT, replace(GOOD, halted="lunch"), BOT)
    assert [(check.name, check.reason) for check in checks if not check.allowed] == [
        ("halted", "trading is halted: lunch")
    ]


@pytest.mark.parametrize(
    ("moment", "reason"),
    [
        (Moment(False, False, False), "the market is closed"),
        (Moment(True, False, False), "outside the window 09:30 to 12:00 New York"),
        (Moment(True, False, True), "outside the window 09:30 to 12:00 New York"),
    ],
)
def test_outside_the_window_is_refused(moment: Moment, reason: str) -> None:
    checks = entry_checks(INTENT, replace(GOOD, moment=moment), BOT)
    assert [(check.name, check.reason) for check in checks if not check.allowed] == [("window", reason)]


@pytest.mark.parametrize(
    ("quantity", "expected"), [("1", []), ("0", ["price_above_allowance"]), ("0.5", ["price_above_allowance"])]
)
def test_less_than_a_share_is_refused(quantity: str, expected: list[str]) -> None:
    assert refusals(intent=replace(INTENT, quantity=Decimal(quantity))) == expected


def test_a_position_above_its_limit_is_refused() -> None:
    assert refusals(intent=replace(INTENT, decision_price=Decimal("100.00"))) == []
    assert refusals(intent=replace(INTENT, decision_price=Decimal("100.01"))) == ["position_size"]


def test_all_reasons_are_given_not_only_the_first() -> None:
    state = replace(GOOD, halted="lunch", account=account(open_positions=9, room=Decimal(0)))
    assert refusals(state) == ["halted", "positions", "room_to_buy"]
