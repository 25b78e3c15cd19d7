"""What is known of an order, whoever tells it in whatever sequence."""

from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.brokers.alpaca.words import state_of
from engine.core.orders import WORKING, OrderState, Progress, merge, public_status

PROGRESS = st.builds(Progress, st.sampled_from(OrderState), st.integers(0, 20).map(Decimal))


@given(PROGRESS, PROGRESS)
def test_merging_is_commutative(left: Progress, right: Progress) -> None:
    assert merge(left, right) == merge(right, left)


@given(PROGRESS, PROGRESS, PROGRESS)
def test_merging_is_associative(first: Progress, second: Progress, third: Progress) -> None:
    assert merge(merge(first, second), third) == merge(first, merge(second, third))


@given(PROGRESS, PROGRESS)
def test_merging_is_idempotent(left: Progress, right: Progress) -> None:
    merged = merge(left, right)
    assert merge(left, left) == left
    assert merge(merged, right) == merge(merged, left) == merged


def told(status: str, filled: int) -> Progress:
    return Progress(state_of(status), Decimal(filled))


# What the broker says of one order, in the sequence in which it happened, and how it ends.
LIVES: list[tuple[list[tuple[str, int]], OrderState, int]] = [
    ([("new", 0), ("partially_filled", 3), ("partially_filled", 7), ("filled", 10)], OrderState.FILLED, 10),
    ([("accepted", 0), ("partially_filled", 4), ("pending_cancel", 4), ("canceled", 4)], OrderState.CANCELED, 4),
    ([("accepted", 0), ("new", 0), ("expired", 0)], OrderState.EXPIRED, 0),
    ([("accepted", 0), ("rejected", 0)], OrderState.REJECTED, 0),
    ([("new", 0), ("pending_replace", 0), ("replaced", 0)], OrderState.CANCELED, 0),
    ([("new", 0), ("canceled", 0), ("filled", 10)], OrderState.FILLED, 10),
]


@pytest.mark.parametrize(("messages", "state", "filled"), LIVES)
def test_any_permutation_of_the_brokers_messages_ends_alike(
    messages: list[tuple[str, int]], state: OrderState, filled: int
) -> None:
    for order in permutations(messages):
        known = Progress(OrderState.SUBMITTING, Decimal(0))
        for message in (*order, *order[:2]):
            known = merge(known, told(*message))
        assert known == Progress(state, Decimal(filled))


@given(PROGRESS, PROGRESS)
def test_shares_filled_never_shrink_and_an_ended_order_never_works_again(known: Progress, news: Progress) -> None:
    after = merge(known, news)
    assert after.filled == max(known.filled, news.filled)
    if known.state in (OrderState.FILLED, OrderState.CANCELED, OrderState.EXPIRED, OrderState.REJECTED):
        assert after.state not in WORKING


@pytest.mark.parametrize("state", [OrderState.ABSENT, OrderState.UNSENT, OrderState.UNKNOWN, OrderState.SUBMITTING])
def test_an_order_thought_dead_comes_back_on_evidence(state: OrderState) -> None:
    assert merge(Progress(state, Decimal(0)), told("new", 0)).state == OrderState.OPEN


STATUSES: list[tuple[OrderState, str, str]] = [
    (OrderState.CREATED, "pending", "pending"),
    (OrderState.SUBMITTING, "pending", "pending"),
    (OrderState.UNKNOWN, "pending", "pending"),
    (OrderState.OPEN, "pending", "pending"),
    (OrderState.PARTIAL, "pending", "pending"),
    (OrderState.FILLED, "cancelled", "filled"),
    (OrderState.CANCELED, "cancelled", "filled"),
    (OrderState.EXPIRED, "cancelled", "filled"),
    (OrderState.REJECTED, "failed", "filled"),
    (OrderState.UNSENT, "cancelled", "filled"),
    (OrderState.ABSENT, "failed", "filled"),
]


@pytest.mark.parametrize(("state", "without_fills", "with_fills"), STATUSES)
def test_the_four_words_people_see(state: OrderState, without_fills: Any, with_fills: Any) -> None:
    assert public_status(state, Decimal(0)) == without_fills
    assert public_status(state, Decimal(1)) == with_fills


def test_every_state_has_a_word() -> None:
    assert {state for state, _, _ in STATUSES} == set(OrderState)
