"""Templates people keep: over HTTP and in the admin, by the rules of a bot's configuration."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from rest_framework.test import APIClient

from bots.models import Bot, SavedTemplate
from bots.saved_templates import MOST_TEMPLATES
from bots.templates import bot_templates
from engine.core.config import config_parse
from marketdata.tests.factories import SymbolFactory
from web.testing import BOT, UserFactory, client_of, problem

pytestmark = pytest.mark.django_db

CONFIG = {key: value for key, value in BOT.items() if key not in ("name", "symbols")}
WHOLE = {"name": "Calm", "description": "Few trades.", "config": CONFIG}


@pytest.fixture
def admin() -> APIClient:
    return client_of("admin")


def kept(admin: APIClient, **changes: Any) -> dict[str, Any]:
    answer = admin.post("/api/templates", WHOLE | changes, format="json")
    assert answer.status_code == 201, answer.content
    body: dict[str, Any] = answer.json()
    return body


def listed(admin: APIClient) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = admin.get("/api/templates").json()["results"]
    return rows


def test_a_template_is_kept_with_its_defaults_written_out_and_listed_by_name(admin: APIClient) -> None:
    second, first = kept(admin), kept(admin, name=" bold ", description="")
    assert listed(client_of("viewer")) == [first, second]
    assert (first["name"], first["description"], second["description"]) == ("bold", "", "Few trades.")
    assert second["by"] == User.objects.first().username
    assert second["problems"] == []
    assert (second["config"]["capital"], second["config"]["timeframe"]) == ("10000", "1Min")
    assert second["config"]["indicators"] == {"RSI": {"period": 14, "oversold": 30, "overbought": 70}}
    assert not second["config"].keys() & {"name", "symbols"}


def test_a_bot_is_made_of_a_template(admin: APIClient) -> None:
    SymbolFactory.create()
    config = kept(admin)["config"] | {"name": "Of it", "symbols": ["AAPL"]}
    assert admin.post("/api/bots", config, format="json").status_code == 201
    assert Bot.objects.get().config() == config_parse(BOT | {"name": "Of it"})


REFUSED: list[tuple[dict[str, Any], tuple[str, str]]] = [
    ({"name": ""}, ("name", "must be text of 1 to 80 printable characters")),
    ({"name": "x" * 81}, ("name", "must be text of 1 to 80 printable characters")),
    ({"name": "MOMENTUM"}, ("name", "is the name of a built-in template")),
    ({"description": 5}, ("description", "must be text of 0 to 200 printable characters")),
    ({"descripton": "x"}, ("descripton", "is not known here")),
    ({"config": []}, ("config", "must be an object with a bot's settings")),
    ({"config": CONFIG | {"capitol": 1}}, ("config.capitol", "is not a setting; did you mean capital?")),
    ({"config": CONFIG | {"capital": 1}}, ("config.capital", "must be between 100 and 100000000")),
    ({"config": CONFIG | {"indicators": {"RSY": {}}}}, ("config.indicators.RSY", "'RSY' is not a known indicator")),
    ({"config": CONFIG | {"symbols": ["AAPL"]}}, ("config.symbols", "is each bot's own and no part of a template")),
]


@pytest.mark.parametrize(("changes", "expected"), REFUSED)
def test_what_makes_no_bot_is_refused_by_name(
    admin: APIClient, changes: dict[str, Any], expected: tuple[str, str]
) -> None:
    template = kept(admin, name="Before")
    [error] = problem(admin.post("/api/templates", WHOLE | changes, format="json"), 400)["errors"]
    assert (error["field"], error["message"]) == expected
    [error] = problem(admin.patch(f"/api/templates/{template['id']}", changes, format="json"), 400)["errors"]
    assert (error["field"], error["message"]) == expected
    assert listed(admin) == [template]


def test_every_fault_is_named_at_once(admin: APIClient) -> None:
    errors = problem(admin.post("/api/templates", {"config": {"capital": 1}}, format="json"), 400)["errors"]
    assert {error["field"] for error in errors} == {
        "name",
        "config.capital",
        "config.indicators",
        "config.risk_management",
    }
    problem(admin.patch(f"/api/templates/{kept(admin)['id']}", {}, format="json"), 400)


def test_a_name_is_given_once_whatever_the_case_of_its_letters(admin: APIClient) -> None:
    first, second = kept(admin, name="Größe"), kept(admin, name="Other")
    for answer in (
        admin.post("/api/templates", WHOLE | {"name": "GRÖSSE"}, format="json"),
        admin.patch(f"/api/templates/{second['id']}", {"name": "größe"}, format="json"),
    ):
        [error] = problem(answer, 400)["errors"]
        assert (error["field"], error["message"]) == ("name", "is the name of another template already")
    assert listed(admin) == [first, second]
    assert admin.patch(f"/api/templates/{first['id']}", {"name": "GRÖSSE"}, format="json").status_code == 200


def test_a_template_is_renamed_overwritten_and_deleted(admin: APIClient) -> None:
    template = kept(admin)
    address = f"/api/templates/{template['id']}"
    renamed = admin.patch(address, {"name": "Quiet"}, format="json").json()
    changed = {"name": "Quiet", "updated_at": renamed["updated_at"]}
    assert renamed == template | changed
    assert renamed["updated_at"] > template["updated_at"]
    other = client_of("admin")
    config = CONFIG | {"capital": 20_000, "timeframe": "5Min", "trading_frequency": 300}
    written = other.patch(address, {"config": config, "description": ""}, format="json").json()
    assert (written["name"], written["description"]) == ("Quiet", "")
    assert (written["config"]["capital"], written["config"]["timeframe"]) == ("20000", "5Min")
    assert written["by"] != template["by"]
    assert listed(admin) == [written]
    assert admin.delete(address).status_code == 204
    problem(admin.delete(address), 404)
    problem(admin.patch(address, {"name": "x"}, format="json"), 404)
    assert listed(admin) == []


def test_a_stored_template_that_became_invalid_is_shown_with_what_is_wrong(admin: APIClient) -> None:
    good = kept(admin)
    old = {**good["config"], "indicators": {"Gone": {"period": 5}}, "leverage": 2}
    SavedTemplate.objects.create(name="Old", key="old", config=old)
    SavedTemplate.objects.create(name="Older", key="older", config=["by hand"])
    found = {row["name"]: row for row in listed(admin)}
    assert found["Calm"] == good
    assert found["Old"]["config"] == old
    assert found["Old"]["problems"] == [
        "leverage: is not a setting",
        "indicators.Gone: 'Gone' is not a known indicator",
    ]
    assert (found["Older"]["config"], len(found["Older"]["problems"])) == ({}, 1)
    mended = admin.patch(f"/api/templates/{found['Old']['id']}", {"config": CONFIG}, format="json").json()
    assert (mended["name"], mended["problems"]) == ("Old", [])


def test_there_are_only_as_many_as_can_be_listed_at_once(admin: APIClient) -> None:
    SavedTemplate.objects.bulk_create(
        SavedTemplate(name=f"T{number}", key=f"t{number}", config={}) for number in range(MOST_TEMPLATES)
    )
    body = problem(admin.post("/api/templates", WHOLE, format="json"), 409)
    assert body["detail"] == f"there are {MOST_TEMPLATES} templates already; delete one first"
    assert SavedTemplate.objects.count() == MOST_TEMPLATES


def test_a_built_in_template_is_a_good_one_to_keep(admin: APIClient) -> None:
    for number, built_in in enumerate(bot_templates()):
        assert kept(admin, name=f"T{number}", config=built_in["config"])["config"] == built_in["config"]


def test_the_admin_keeps_templates_by_the_same_rules() -> None:
    browser, person = Client(), UserFactory.of("admin")
    browser.force_login(person)
    page = "/admin/bots/savedtemplate/add/"
    assert "without name and symbols" in browser.get(page).content.decode()
    sent = {"name": "Calm", "description": "", "config": json.dumps(CONFIG)}
    assert browser.post(page, sent).status_code == 302
    template = SavedTemplate.objects.get()
    assert (template.name, template.by, template.config["timeframe"]) == ("Calm", person.username, "1Min")
    for wrong, said in (
        (sent, "is the name of another template already"),
        (sent | {"name": "B", "config": '{"capitol": 1}'}, "did you mean capital?"),
        (sent | {"name": "B", "config": "{"}, "Enter a valid JSON"),
    ):
        answer = browser.post(page, wrong)
        assert (answer.status_code, SavedTemplate.objects.count()) == (200, 1)
        assert said in answer.content.decode()
    change = f"/admin/bots/savedtemplate/{template.pk}/change/"
    assert browser.post(change, sent | {"name": "Quiet"}).status_code == 302
    assert SavedTemplate.objects.get().name == "Quiet"
