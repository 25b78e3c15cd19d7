"""Rows of bots, as the services leave them behind."""

from decimal import Decimal
from typing import Any

import factory

from bots.models import Bot, BotVersion


class BotFactory(factory.django.DjangoModelFactory[Bot]):
    """A stopped bot that trades AAPL by its RSI, at its first version."""

    class Meta:
        model = Bot
        skip_postgeneration_save = True

    name = factory.Sequence(lambda number: f"Factory bot {number}")
    capital = Decimal(10_000)
    symbols = factory.LazyFunction(lambda: ["AAPL"])
    indicators = factory.LazyFunction(lambda: {"RSI": {"period": 14, "oversold": 30, "overbought": 70}})
    risk_management = factory.LazyFunction(
        lambda: {
            "stop_loss": 0.02,
            "take_profit": 0.05,
            "trailing_stop": None,
            "max_position_size": 0.1,
            "max_daily_loss": 0.1,
            "max_positions": 5,
            "cooldown_minutes": 0,
            "max_orders_per_minute": 10,
        }
    )

    @factory.post_generation
    def first_version(obj: Bot, create: bool, extracted: Any, **kwargs: Any) -> None:
        BotVersion.objects.create(bot=obj, number=obj.version, config={})
