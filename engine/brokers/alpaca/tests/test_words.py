import pytest

from engine.brokers.alpaca.words import state_of
from engine.core.orders import OrderState


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("new", OrderState.OPEN),
        ("held", OrderState.OPEN),
        ("done_for_day", OrderState.OPEN),
        ("a word of tomorrow", OrderState.OPEN),
        ("partially_filled", OrderState.PARTIAL),
        ("filled", OrderState.FILLED),
        ("canceled", OrderState.CANCELED),
        ("replaced", OrderState.CANCELED),
        ("expired", OrderState.EXPIRED),
        ("rejected", OrderState.REJECTED),
    ],
)
def test_an_unknown_word_means_that_it_may_still_fill(status: str, state: OrderState) -> None:
    assert state_of(status) == state
