"""Rows of trades, without an exchange."""

from datetime import UTC, datetime
from decimal import Decimal

import factory

from bots.tests.factories import BotFactory
from engine.core.orders import OrderState
from trades.models import Execution, Trade

AT = datetime(2026, 6, 2, 14, 0, tzinfo=UTC)


class TradeFactory(factory.django.DjangoModelFactory[Trade]):
    """An entry that filled at once: 10 AAPL at 100 dollars."""

    class Meta:
        model = Trade

    bot = factory.SubFactory(BotFactory)
    version = factory.LazyAttribute(lambda row: row.bot.versions.first())
    symbol = "AAPL"
    type = "buy"
    role = "entry"
    quantity = Decimal(10)
    filled_quantity = factory.SelfAttribute("quantity")
    booked_quantity = factory.SelfAttribute("quantity")
    price = Decimal(100)
    decision_price = Decimal(100)
    timestamp = AT
    status = "filled"
    state = OrderState.FILLED
    client_order_id = factory.Sequence(lambda number: f"order-{number}")
    order_id = factory.Sequence(lambda number: f"broker-{number}")


class ExecutionFactory(factory.django.DjangoModelFactory[Execution]):
    class Meta:
        model = Execution

    trade = factory.SubFactory(TradeFactory)
    activity_id = factory.Sequence(lambda number: f"activity-{number}")
    quantity = Decimal(10)
    price = Decimal(100)
    at = AT
