"""The one table: what the API says of it, what the documentation says of it, and the bots to begin with."""

from collections.abc import Mapping
from typing import Any

import jsonschema
import pytest
from django.conf import settings
from rest_framework.test import APIClient

from bots.reference import configuration_text, indicators_text
from bots.templates import bot_templates
from engine.core.config import BotConfig, RiskManagement, config_parse
from engine.core.indicators import REGISTRY
from engine.core.indicators.functions import FUNCTIONS
from engine.core.schema import bot_fields, bot_schema
from engine.core.tests.samples import settings as bot_settings
from web.testing import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def viewer() -> APIClient:
    return client_of("viewer")


@pytest.mark.parametrize(("name", "text"), [("configuration", configuration_text), ("indicators", indicators_text)])
def test_the_documentation_says_what_the_tables_say(name: str, text: Any) -> None:
    written = (settings.BASE_DIR / "docs" / f"{name}.md").read_text(encoding="utf-8")
    assert written == text(), "run manage.py writedocs"


def test_every_setting_has_a_field_with_a_label_and_a_help(viewer: APIClient) -> None:
    body = viewer.get("/api/bots/schema").json()
    names = [name for name in BotConfig.model_fields if name != "risk_management"]
    risk = [f"risk_management.{name}" for name in RiskManagement.model_fields]
    assert {field["name"] for field in body["fields"]} == {*names, *risk}
    for field in body["fields"]:
        assert field["label"]
        assert list(field["choices_said"] or []) == (field["choices"] if field["name"] == "signal_mode" else [])
        assert field["help"]
        assert field["unit"] in ("USD", "s", "%", "min", None)


FIELDS: list[tuple[str, dict[str, Any]]] = [
    ("capital", {"type": "number", "unit": "USD", "minimum": 100, "maximum": 100_000_000, "required": True}),
    ("timeframe", {"type": "enum", "choices": ["1Min", "5Min", "15Min", "1Hour", "1Day"], "default": "1Min"}),
    ("symbols", {"type": "symbols", "required": True, "group": "symbols"}),
    ("indicators", {"type": "indicators", "required": True, "group": "indicators"}),
    ("close_at_window_end", {"type": "boolean", "default": False, "group": "window"}),
    (
        "risk_management.stop_loss",
        {"type": "number", "unit": "%", "minimum": 0.001, "maximum": 0.5, "required": True, "nullable": False},
    ),
    (
        "risk_management.take_profit",
        {"type": "number", "unit": "%", "minimum": 0.001, "maximum": 5, "nullable": True, "default": None},
    ),
    ("risk_management.max_positions", {"type": "integer", "minimum": 1, "maximum": 50, "default": 5}),
]


@pytest.mark.parametrize(("name", "facts"), FIELDS)
def test_a_field_says_what_the_table_says(name: str, facts: dict[str, Any]) -> None:
    field: Mapping[str, Any] = next(field for field in bot_fields() if field["name"] == name)
    assert {key: field[key] for key in facts} == facts


def test_the_schema_accepts_what_the_product_accepts_and_refuses_what_it_refuses() -> None:
    schema = bot_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(bot_settings(), schema)
    faults: list[dict[str, Any]] = [
        {"capital": 1},
        {"capitol": 1},
        {"symbols": []},
        {"timeframe": "2Min"},
        {"risk_management": {}},
    ]
    for wrong in faults:
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(bot_settings(**wrong), schema)


@pytest.mark.parametrize("template", bot_templates(), ids=lambda template: template["name"])
def test_a_template_is_a_whole_bot_but_for_its_name_and_symbols(template: dict[str, Any]) -> None:
    assert template["config"].keys() == set(BotConfig.model_fields) - {"name", "symbols"}
    config = config_parse(template["config"] | {"name": template["name"], "symbols": ["AAPL"]})
    assert config.warmup() <= 1500


def test_there_are_two_to_four_templates() -> None:
    names = [template["name"] for template in bot_templates()]
    assert 2 <= len(names) == len(set(names)) <= 4


def test_every_indicator_is_in_the_catalogue(viewer: APIClient) -> None:
    body = viewer.get("/api/indicators").json()
    assert [row["name"] for row in body["indicators"]] == list(REGISTRY)
    by_name = {row["name"]: row for row in body["indicators"]}
    assert by_name["VolumeSMA"]["votes"] is by_name["OBV"]["votes"] is False
    assert by_name["RSI"] == {
        "name": "RSI",
        "title": "Relative Strength Index",
        "group": "momentum",
        "help": REGISTRY["RSI"].help,
        "votes": True,
        "pane": "own",
        "lines": ["rsi"],
        "warmup": 400,
        "asks": [{"buys": "{name} is below {oversold}", "stands": "{name} is below 50", "given": None}],
        "parameters": by_name["RSI"]["parameters"],
    }
    assert by_name["SMA"]["parameters"]["properties"]["slow"] == {
        "type": "integer",
        "description": "Bars of a second, slower average",
        "minimum": 3,
        "maximum": 1000,
        "nullable": True,
        "default": None,
    }
    assert {row["name"] for row in body["custom"]["functions"]} == set(FUNCTIONS)
    adx = next(row for row in body["custom"]["functions"] if row["name"] == "adx")
    assert adx == {
        "name": "adx",
        "title": "Average Directional Index",
        "group": "trend",
        "parameters": {"length": 14},
        "outputs": ["ADX_14", "DMP_14", "DMN_14"],
    }
    assert config_parse(bot_settings(indicators=body["custom"]["example"])).warmup() > 100
