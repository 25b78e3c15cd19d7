"""Every table can be looked at in the admin, and only bots can be changed there."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from bots.models import Bot, BotVersion
from marketdata.models import Symbol

OURS = {"bots", "trades", "positions", "marketdata", "engine", "events"}
MODELS = [model for model in admin.site._registry if model._meta.app_label in OURS]


@pytest.fixture
def administrator(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("admin", password="a long password"))
    return client


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_table_is_listed(administrator: Client, model: type) -> None:
    meta = model._meta  # type: ignore[attr-defined]
    assert administrator.get(reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")).status_code == 200
    adding = administrator.get(reverse(f"admin:{meta.app_label}_{meta.model_name}_add")).status_code
    assert adding == (200 if model is Bot else 403)


FORM = {
    "name": "From the admin",
    "capital": "5000",
    "trading_frequency": "60",
    "timeframe": "1Min",
    "symbols": '["AAPL"]',
    "indicators": '{"RSI": {}}',
    "signal_mode": "majority",
    "min_votes": "1",
    "risk_management": '{"stop_loss": 0.02}',
    "start_hour": "9",
    "start_minute": "30",
    "end_hour": "12",
    "end_minute": "0",
}


def test_a_bot_is_made_and_changed_by_the_same_rules(administrator: Client) -> None:
    Symbol.objects.create(symbol="AAPL", name="Apple", exchange="NASDAQ")
    add = reverse("admin:bots_bot_add")
    assert administrator.post(add, FORM).status_code == 302
    bot = Bot.objects.get()
    assert (bot.status, bot.indicators["RSI"]["period"]) == ("stopped", 14)

    change = reverse("admin:bots_bot_change", args=[bot.pk])
    assert administrator.post(change, FORM | {"capital": "6000"}).status_code == 302
    assert list(BotVersion.objects.values_list("number", flat=True)) == [2, 1]

    page = administrator.post(change, FORM | {"indicators": '{"RIS": {}}', "capital": "-5"})
    assert page.status_code == 200
    bot.refresh_from_db()
    assert (bot.capital, bot.version) == (6000, 2)


def test_a_misspelt_indicator_is_named_at_its_field(administrator: Client) -> None:
    Symbol.objects.create(symbol="AAPL", name="Apple", exchange="NASDAQ")
    page = administrator.post(reverse("admin:bots_bot_add"), FORM | {"indicators": '{"RIS": {}}'})
    assert page.context["adminform"].form.errors.keys() == {"indicators"}
    assert not Bot.objects.exists()
