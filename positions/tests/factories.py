"""Rows of positions, without an exchange."""

from datetime import UTC, datetime
from decimal import Decimal

import factory

from bots.tests.factories import BotFactory
from positions.models import Position


class PositionFactory(factory.django.DjangoModelFactory[Position]):
    """10 AAPL bought at 100 dollars and still held."""

    class Meta:
        model = Position

    bot = factory.SubFactory(BotFactory)
    symbol = "AAPL"
    quantity = Decimal(10)
    entry_price = Decimal(100)
    stop_loss_price = Decimal(98)
    opened_at = datetime(2026, 6, 2, 14, 0, tzinfo=UTC)
