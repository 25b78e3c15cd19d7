"""What was stored by an earlier release means the same after the upgrade."""

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps

from bots.models import Bot, BotVersion
from bots.tests.factories import BotFactory

pytestmark = pytest.mark.django_db

migration: Any = import_module("bots.migrations.0004_rsi_levels_within_their_side")
parameters: Any = import_module("bots.migrations.0005_parameters_as_the_library_took_them")


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


@pytest.mark.parametrize(
    ("function", "before", "after"),
    [
        ("psar", {"af0": 0.01, "af": 0.05, "max_af": 0.2}, {"af0": 0.01, "max_af": 0.2}),
        ("macd", {"fast": 26, "slow": 12, "signal": 9}, {"fast": 12, "slow": 26, "signal": 9}),
        ("kama", {"length": 10, "fast": 30, "slow": 2}, {"length": 10, "fast": 30, "slow": 2}),
        ("quantile", {"length": 30, "q": 1.5}, {"length": 30, "q": 0.5}),
        ("t3", {"length": 10, "a": 1.0}, {"length": 10, "a": 0.7}),
        ("ssf", {"length": 10, "poles": 5}, {"length": 10, "poles": 2}),
        ("stdev", {"length": 1}, {"length": 30}),
        ("zscore", {"length": 30, "std": 1}, {"length": 30, "std": 1}),
        ("accbands", {"length": 20, "c": 4}, {"length": 20, "c": 4}),
    ],
)
def test_what_the_library_replaced_is_written_down(
    function: str, before: dict[str, Any], after: dict[str, Any]
) -> None:
    others = {"MACD": {"fast": 12, "slow": 26, "signal": 9}}
    rules = {"pandas_ta": function, "buy": "close > 0", "sell": None}
    bot = BotFactory.create(indicators=others | {"Mine": rules | before})
    BotVersion.objects.filter(bot=bot).update(config={"indicators": others | {"Mine": rules | before}})
    parameters.parameters_kept(apps, None)
    expected = others | {"Mine": rules | after}
    moved = Bot.objects.get(pk=bot.pk)
    assert moved.indicators == moved.versions.get().config["indicators"] == expected
    assert moved.config().indicator_set().keys() == expected.keys()
