"""What was stored by an earlier release means the same after the upgrade."""

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps

from bots.models import Bot, BotVersion
from bots.tests.factories import BotFactory

pytestmark = pytest.mark.django_db

migration: Any = import_module("bots.migrations.0004_rsi_levels_within_their_side")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # Bought below 50 and sold above 70, whatever was asked for.
        ({"oversold": 60, "overbought": 70}, {"oversold": 50, "overbought": 70}),
        ({"oversold": 20.5, "overbought": 40}, {"oversold": 20.5, "overbought": 50}),
        ({"oversold": 30, "overbought": 70}, {"oversold": 30, "overbought": 70}),
        ({}, {}),
    ],
)
def test_levels_of_rsi_stay_where_they_acted(before: dict[str, Any], after: dict[str, Any]) -> None:
    others = {"Stochastic": {"oversold": 60, "overbought": 90}, "RSIs": {"pandas_ta": "rsi", "buy": "RSI_14 < 60"}}
    stored = {"RSI": before, "RSI:b": before, **others}
    bot = BotFactory.create(indicators=stored)
    BotVersion.objects.filter(bot=bot).update(config={"name": "x", "indicators": stored})
    migration.rsi_levels(apps, None)
    expected = {"RSI": after, "RSI:b": after, **others}
    moved = Bot.objects.get(pk=bot.pk)
    assert moved.indicators == expected
    assert moved.versions.get().config == {"name": "x", "indicators": expected}
    assert moved.config().indicator_set().keys() == stored.keys()
