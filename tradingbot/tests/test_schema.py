"""The published schema: as committed, complete, and true of every answer."""

import json
from collections.abc import Iterator
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from rest_framework.test import APIClient

from bots.models import SavedTemplate
from bots.services import bot_create
from engine.backtest.history import history_compared
from engine.backtest.report import report_json
from engine.backtest.run import backtest_run
from engine.backtest.tests.markets import walk_history
from engine.core.config import config_parse
from engine.models import Decision
from engine.services import halt_set
from marketdata.tests.factories import SymbolFactory
from positions.tests.factories import PositionFactory
from research.tests.factories import CONFIG, BacktestFactory
from simulator.testing import SimulatorProcess
from trades.tests.factories import AT, ExecutionFactory, TradeFactory
from tradingbot.http.components import components
from tradingbot.tests.test_access import ROUTES
from web.testing import BOT, PASSWORD, UserFactory, client_of, problem

WRITTEN: Path = settings.BASE_DIR / "docs" / "openapi.yaml"
SCHEMA: dict[str, Any] = yaml.safe_load(WRITTEN.read_text(encoding="utf-8"))
TEMPLATE = {key: value for key, value in BOT.items() if key not in ("name", "symbols")}
# What has no component: a page, a file, the schema itself.
UNDESCRIBED = {("GET", "api/docs"), ("GET", "api/schema")}


def test_the_schema_is_the_one_that_is_committed() -> None:
    out = StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=out)
    assert WRITTEN.read_text(encoding="utf-8") == out.getvalue(), "run make schema"


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in SCHEMA["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def test_every_route_is_described() -> None:
    plain = {"{id}": "<pk>", "{symbol}": "<symbol>"}
    routes = set()
    for method, path, _ in operations():
        address = path.lstrip("/")
        for name, placeholder in plain.items():
            address = address.replace(name, placeholder)
        routes.add((method, address))
    assert routes | UNDESCRIBED == {(method, path) for method, path in ROUTES} | UNDESCRIBED


def test_every_operation_names_its_answer_and_its_refusals() -> None:
    for method, path, operation in operations():
        answers = operation["responses"]
        good = [code for code in answers if code < "300"]
        assert len(good) == 1, (method, path)
        assert {"400", "401", "403", "429"} <= set(answers), (method, path)
        assert ("404" in answers) == ("{" in path)
        for code, answer in answers.items():
            if code >= "400":
                assert answer["content"] == {
                    "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
                }
        if good != ["204"]:
            assert len(answers[good[0]]["content"]) == 1, (method, path)


def test_every_component_is_used_and_every_reference_leads_somewhere() -> None:
    text = json.dumps(SCHEMA)
    used = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert used == set(components())


def as_json_schema(shape: Any) -> Any:
    """OpenAPI 3.0 says `nullable` where JSON Schema knows null as a type of its own."""
    if isinstance(shape, list):
        return [as_json_schema(part) for part in shape]
    if not isinstance(shape, dict):
        return shape
    plain = {key: as_json_schema(value) for key, value in shape.items() if key != "nullable" or value is not True}
    return {"anyOf": [plain, {"type": "null"}]} if shape.get("nullable") is True else plain


CHECKED = as_json_schema(SCHEMA)


def holds(method: str, path: str, status: int, body: Any) -> None:
    """The body has exactly the keys and kinds its component declares."""
    content = CHECKED["paths"][path][method.lower()]["responses"][str(status)]["content"]
    [media] = content.values()
    jsonschema.validate(body, media["schema"] | {"components": CHECKED["components"]})


@pytest.fixture
def rows(trading: SimulatorProcess) -> dict[str, int]:
    """Something behind every address, with as little left empty as can be."""
    indicators = {"RSI": {}, "SMA": {"slow": 60}, "ADX": {"pandas_ta": "adx", "buy": "ADX_14 > 25"}}
    bot = bot_create(data=BOT | {"indicators": indicators})
    decision = Decision.objects.create(
        bot=bot,
        version=bot.versions.get(),
        symbol="AAPL",
        action="buy",
        reason="signal",
        sentence="Buy.",
        bar_end=AT,
        values={"RSI": {"rsi": 20.5}},
        votes={"RSI": 1},
        checks=[{"name": "window", "allowed": True, "reason": ""}],
        first_at=AT,
        last_at=AT,
    )
    values = {"RSI": {"rsi": 20.5}}
    entry = TradeFactory.create(bot=bot, decision=decision, indicators_snapshot=values, timestamp=AT.replace(hour=13))
    sell = {"type": "sell", "role": "stop", "parent": entry}
    sale = TradeFactory.create(bot=bot, profit_loss=5, slippage=1, timestamp=AT.replace(hour=13), **sell)
    for trade, profit in ((entry, None), (sale, 5)):
        ExecutionFactory.create(trade=trade, profit_loss=profit, at=AT.replace(hour=13, minute=30))
    PositionFactory.create(bot=bot, is_open=False, quantity=0, closed_at=AT, realized_pnl=5)
    position = PositionFactory.create(bot=bot, opened_at=AT.replace(hour=13))
    halt = halt_set(bot=bot, reason="the news", set_by="ann")
    halt_set(bot=None, reason="everything", set_by="ann")
    history = walk_history(["AAA", "SPY"], date(2019, 1, 4), date(2019, 1, 8), seed=2)
    history = history_compared(history, history.bars["SPY"])
    report = report_json(backtest_run(config_parse(CONFIG), history))
    backtest = BacktestFactory.create(status="done", bot=bot, result=report, finished_at=AT)
    template = SavedTemplate.objects.create(name="Old", key="old", config={"leverage": 2})
    numbers = {"bots": bot.pk, "trades": entry.pk, "positions": position.pk, "halts": halt.pk}
    return numbers | {"backtests": backtest.pk, "templates": template.pk}


NOT_JSON = ("/api/backtests/{id}/export", "/api/backtests/{id}/report", "/api/trades/export", "/api/auth/csrf")
READ = [path for method, path, _ in operations() if method == "GET" and path not in NOT_JSON]


@pytest.mark.parametrize("path", READ)
def test_an_answer_has_the_keys_and_kinds_of_its_component(rows: dict[str, int], path: str) -> None:
    room = path.split("/")[2] if path.count("/") > 1 else ""
    address = path.replace("{id}", str(rows.get(room))).replace("{symbol}", f"AAPL?limit=5&bot={rows['bots']}")
    answer = client_of("viewer").get(address)
    # Nothing sweeps in this test: it could not trade, and says so in the same shape.
    assert answer.status_code == (503 if path == "/health/ready" else 200), answer.content
    holds("GET", path, 200, answer.json())


def test_what_changes_something_answers_as_its_component_says(rows: dict[str, int]) -> None:
    admin = client_of("admin")
    bot, position, halt = rows["bots"], rows["positions"], rows["halts"]
    steps: list[tuple[str, str, str, Any, int]] = [
        ("POST", "/api/bots", "/api/bots", BOT | {"name": "Another"}, 201),
        ("PUT", "/api/bots/{id}", f"/api/bots/{bot}", BOT | {"version": 1}, 200),
        ("POST", "/api/bots/{id}/start", f"/api/bots/{bot}/start", None, 200),
        ("POST", "/api/bots/{id}/pause", f"/api/bots/{bot}/pause", None, 200),
        ("POST", "/api/bots/{id}/stop", f"/api/bots/{bot}/stop", {"close_positions": False}, 200),
        ("POST", "/api/bots/act", "/api/bots/act", {"action": "stop", "bots": [bot]}, 200),
        ("POST", "/api/templates", "/api/templates", {"name": "Calm", "config": TEMPLATE}, 201),
        ("PATCH", "/api/templates/{id}", f"/api/templates/{rows['templates']}", {"config": TEMPLATE}, 200),
        ("POST", "/api/positions/{id}/levels", f"/api/positions/{position}/levels", {"stop_loss_price": "97"}, 202),
        ("POST", "/api/positions/{id}/close", f"/api/positions/{position}/close", {"quantity": "2"}, 202),
        ("POST", "/api/alerts/read", "/api/alerts/read", {"upto": "2026-06-02T14:00:00Z"}, 200),
        ("POST", "/api/halts", "/api/halts", {"bot": bot, "reason": "again"}, 201),
        ("POST", "/api/halts/{id}/clear", f"/api/halts/{halt}/clear", None, 200),
    ]
    for method, path, address, body, status in steps:
        answer = admin.generic(method, address, json.dumps(body) if body else "", content_type="application/json")
        assert answer.status_code == status, (address, answer.content)
        holds(method, path, status, answer.json())
        request = CHECKED["paths"][path][method.lower()].get("requestBody")
        if body:
            [media] = request["content"].values()
            jsonschema.validate(body, media["schema"] | {"components": CHECKED["components"]})


@pytest.mark.django_db
def test_logging_in_answers_as_its_component_says(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    user = UserFactory.of("viewer", username="ann")
    user.set_password(PASSWORD)
    user.save()
    client, who = APIClient(), {"username": "ann", "password": PASSWORD}
    session = client.post("/api/auth/login", who, format="json")
    holds("POST", "/api/auth/login", 200, session.json())
    tokens = client.post("/api/auth/token", who, format="json").json()
    holds("POST", "/api/auth/token", 200, tokens)
    renewed = client.post("/api/auth/token/refresh", {"refresh": tokens["refresh"]}, format="json")
    holds("POST", "/api/auth/token/refresh", 200, renewed.json())


@pytest.mark.django_db
def test_a_refusal_is_a_problem_as_declared() -> None:
    SymbolFactory.create()
    admin = client_of("admin")
    for answer, status in (
        (admin.get("/api/trades?x=1"), 400),
        (admin.post("/api/bots", {"capital": 1}, format="json"), 400),
        (admin.get(f"/api/bots/{2**62}"), 404),
    ):
        body = problem(answer, status)
        jsonschema.validate(body, {"$ref": "#/components/schemas/Problem", "components": CHECKED["components"]})


@pytest.mark.django_db
def test_the_documentation_page_loads_nothing_from_elsewhere() -> None:
    client = client_of("viewer")
    page = client.get("/api/docs")
    assert page.status_code == 200
    text = page.content.decode()
    assert "swagger-ui" in text
    assert "http://" not in text.replace("http://testserver", "")
    assert "https://" not in text
    static = Client()
    for name in ("swagger-ui-bundle.js", "swagger-ui.css", "swagger-ui-standalone-preset.js"):
        assert static.get(f"/static/drf_spectacular_sidecar/swagger-ui-dist/{name}").status_code == 200, name
    assert client.get("/api/schema", headers={"Accept": "application/json"}).json()["info"]["title"] == "tradingbot"
