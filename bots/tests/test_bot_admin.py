"""Bots in the admin: the same rules, the same services."""

from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape
from django_celery_beat.models import PeriodicTask

from bots.models import Bot, BotVersion
from bots.tests.factories import BotFactory
from engine.core.schema import bot_fields
from marketdata.tests.factories import SymbolFactory
from web.testing import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    SymbolFactory.create()
    browser = Client()
    browser.force_login(UserFactory.of("admin"))
    return browser


def form(**changes: Any) -> dict[str, Any]:
    return {
        "name": "Momentum Bot",
        "capital": "10000",
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
    } | changes


def test_a_bot_is_made_in_the_admin(client: Client) -> None:
    answer = client.post("/admin/bots/bot/add/", form())
    assert answer.status_code == 302, answer.content.decode()
    bot = Bot.objects.get()
    assert (bot.name, bot.symbols, bot.status, bot.version) == ("Momentum Bot", ["AAPL"], "stopped", 1)
    assert bot.risk_management["max_positions"] == 5
    assert PeriodicTask.objects.filter(name=f"bot:{bot.pk}", enabled=False).exists()


BAD: list[tuple[dict[str, str], str]] = [
    ({"capital": "5"}, "capital: must be between 100 and 100000000"),
    ({"symbols": '["ZZZZ"]'}, "symbols: ZZZZ is not a symbol that can be traded here"),
    ({"symbols": "[]"}, "required"),
    ({"indicators": '{"RSY": {}}'}, "(did you mean RSI?)"),
    ({"indicators": "{"}, "Enter a valid JSON"),
    ({"risk_management": '{"stop_loss": 2}'}, "risk_management.stop_loss: must be between 0.001 and 0.5"),
    ({"start_hour": "13"}, "the window must start before it ends"),
    ({"timeframe": "2Min"}, "timeframe: must be one of"),
    ({"trading_frequency": "-5"}, "trading_frequency"),
]


@pytest.mark.parametrize(("changes", "said"), BAD)
def test_a_bad_configuration_is_shown_with_what_is_wrong_and_not_stored(
    client: Client, changes: dict[str, str], said: str
) -> None:
    answer = client.post("/admin/bots/bot/add/", form(**changes))
    assert answer.status_code == 200
    assert said in answer.content.decode().replace("&#x27;", "'")
    assert not Bot.objects.exists()
    assert not BotVersion.objects.exists()


def test_a_bad_edit_is_shown_and_changes_nothing(client: Client) -> None:
    bot = BotFactory.create()
    before = Bot.objects.values().get()
    answer = client.post(f"/admin/bots/bot/{bot.pk}/change/", form(capital="5"))
    assert answer.status_code == 200
    assert "capital: must be between" in answer.content.decode()
    assert Bot.objects.values().get() == before


def test_an_edit_makes_a_version(client: Client) -> None:
    bot = BotFactory.create()
    answer = client.post(f"/admin/bots/bot/{bot.pk}/change/", form(capital="20000", version="1"))
    assert answer.status_code == 302, answer.content.decode()
    bot.refresh_from_db()
    assert (bot.capital, bot.version, bot.versions.count()) == (20_000, 2, 2)


def test_an_edit_of_an_older_version_is_refused(client: Client) -> None:
    bot = BotFactory.create()
    client.post(f"/admin/bots/bot/{bot.pk}/change/", form(capital="20000", version="1"))
    answer = client.post(f"/admin/bots/bot/{bot.pk}/change/", form(capital="30000", version="1"))
    assert answer.status_code == 200
    assert "was changed meanwhile" in answer.content.decode()
    bot.refresh_from_db()
    assert (bot.capital, bot.version) == (20_000, 2)


def test_the_actions_go_through_the_services(client: Client) -> None:
    bot = BotFactory.create()

    def act(action: str) -> str:
        client.post("/admin/bots/bot/", {"action": action, "_selected_action": [bot.pk]})
        bot.refresh_from_db()
        return str(bot.status)

    assert [act("pause"), act("start"), act("pause"), act("stop")] == ["stopped", "running", "paused", "stopped"]


def test_a_bot_is_not_deleted_in_the_admin(client: Client) -> None:
    bot = BotFactory.create()
    assert client.post(f"/admin/bots/bot/{bot.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Bot.objects.count() == 1


def test_every_page_of_the_admin_opens(client: Client) -> None:
    from django.contrib import admin

    BotFactory.create()
    for model in admin.site._registry:
        page = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        assert client.get(page).status_code == 200, page


def test_what_only_the_product_writes_is_only_read(client: Client) -> None:
    for room in ("trades/trade", "positions/position", "events/event", "engine/decision", "bots/botversion"):
        assert client.get(f"/admin/{room}/add/").status_code == 403


def test_every_field_says_what_it_is_and_what_it_may_be(client: Client) -> None:
    page = client.get("/admin/bots/bot/add/").content.decode()
    assert '<select name="timeframe"' in page
    assert '<option value="5Min"' in page
    assert '<select name="signal_mode"' in page
    for said in bot_fields():
        # Of the fields of risk_management one line each stands under it.
        assert escape(said["help"].rstrip(".")) in page, said["name"]
    assert "A list such as" in page
    assert "times are UTC" in page


def test_an_action_tells_of_every_bot(client: Client) -> None:
    bots = [BotFactory.create(name=name, status=status) for name, status in (("A", "running"), ("B", "stopped"))]
    sent = {"action": "pause", "_selected_action": [bot.pk for bot in bots]}
    page = client.post("/admin/bots/bot/", sent, follow=True).content.decode()
    assert "A: paused" in page
    assert "B: only a running bot can be paused; B is stopped" in page
    assert list(Bot.objects.order_by("name").values_list("status", flat=True)) == ["paused", "stopped"]
