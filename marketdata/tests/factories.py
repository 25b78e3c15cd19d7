"""Rows of what is known of the market."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import factory

from engine.brokers.values import RawBar
from marketdata.models import Symbol

OPEN = datetime(2026, 6, 2, 13, 30, tzinfo=UTC)


class SymbolFactory(factory.django.DjangoModelFactory[Symbol]):
    class Meta:
        model = Symbol
        django_get_or_create = ("symbol",)

    symbol = "AAPL"
    name = factory.LazyAttribute(lambda row: f"{row.symbol} Inc.")
    exchange = "NASDAQ"


def raw_bar(minute: int, symbol: str = "AAPL", close: int = 100, day: datetime = OPEN) -> RawBar:
    """The bar that begins `minute` minutes after the open."""
    price = Decimal(close)
    start = day + timedelta(minutes=minute)
    return RawBar(symbol, start, price, price + 1, price - 1, price, Decimal(500))
