"""Which of the broker's orders the books look at again: thousands that are settled cost a few queries, not one each."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from engine.brokers.values import BrokerOrder
from engine.core.orders import OrderState
from engine.live.reconcile import ASKED_AT_ONCE, orders_to_adopt
from trades.tests.factories import TradeFactory

pytestmark = pytest.mark.django_db


def told(client_order_id: str) -> BrokerOrder:
    at = datetime(2026, 6, 2, 13, 31, tzinfo=UTC)
    shares = Decimal(10)
    return BrokerOrder(
        id=f"broker of {client_order_id}",
        client_order_id=client_order_id,
        symbol="AAPL",
        side="buy",
        kind="market",
        status="filled",
        state=OrderState.FILLED,
        quantity=shares,
        filled=shares,
        average_price=Decimal(100),
        limit_price=None,
        stop_price=None,
        submitted_at=at,
    )


@pytest.mark.parametrize(
    ("state", "has_id", "looked_at"),
    [
        (OrderState.FILLED, True, False),
        (OrderState.OPEN, True, False),
        (OrderState.CANCELED, True, False),
        (OrderState.OPEN, False, True),
        (OrderState.UNKNOWN, False, True),
        (OrderState.ABSENT, True, True),
        (OrderState.UNSENT, True, True),
        (OrderState.REJECTED, True, True),
    ],
)
def test_an_order_is_looked_at_again_where_it_may_say_something_new(
    state: OrderState, has_id: bool, looked_at: bool
) -> None:
    trade = TradeFactory.create(state=state, **({} if has_id else {"order_id": None}))
    order = told(trade.client_order_id)
    assert orders_to_adopt([order]) == ([order] if looked_at else [])


def test_one_without_a_row_is_looked_at_and_the_sequence_stays() -> None:
    known = TradeFactory.create()
    orders = [told("of ours, lost"), told(known.client_order_id), told("another")]
    assert orders_to_adopt(orders) == [orders[0], orders[2]]


def test_so_many_cost_two_queries() -> None:
    trade = TradeFactory.create()
    orders = [told(trade.client_order_id), *(told(f"lost {number}") for number in range(2 * ASKED_AT_ONCE - 1))]
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert len(orders_to_adopt(orders)) == 2 * ASKED_AT_ONCE - 1
    assert len(queries) == 2
