"""Every endpoint with every hostile value: a 4xx that says what was wrong, and not one row more or less.

The endpoints, their parameters and their bodies are read from the published schema, so that a new one is asked as well.
"""

import json
from typing import Any
from urllib.parse import quote

import pytest
from django.apps import apps
from rest_framework.test import APIClient

from bots.models import Bot, SavedTemplate
from engine.models import Halt
from engine.services import halt_set
from marketdata.tests.factories import SymbolFactory
from positions.tests.factories import PositionFactory
from trades.tests.factories import ExecutionFactory, TradeFactory
from tradingbot.tests.test_schema import SCHEMA, operations
from web.testing import BOT, client_of, problem

pytestmark = pytest.mark.django_db

HUGE = "9" * 400
VALUES = [
    "\0",
    "a\0b",
    "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    "-1",
    HUGE,
    "1e999",
    "NaN",
    "0x10",
    "1.5",
    "٣",
    "[]",
    "{}",
    "null",
    "true;drop table bots_bot",
    "' or 1=1 --",
    "%",
    "../../etc/passwd",
    "x" * 5000,
    "\r\nSet-Cookie: a=b",
    "2026-02-30",
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59-23:59",
    "9999-12-31",
    "1,2,x",
    ",".join(["1"] * 10) + ",\0",
    ",".join(map(str, range(1, 200))),
]
# What is good for a parameter of this name, though it looks hostile: text is text.
FREE_TEXT = {"search"}
GOOD = {
    "tag": {"-1", "1e999", "NaN", "0x10", "٣", "null", "2026-02-30", "9999-12-31"},
    "symbol": {"null", "NaN"},
    "from": {"9999-12-31"},
    "since": {"9999-12-31"},
}
NUMBERS = ["0", "-1", "9" * 18, HUGE, "1.5", "x", "%00", "1%00", "1%2F2", "%F0%9F%92%A3", "٣", "x" * 3000]
UNKNOWN = ["x", "format", "orderin", "page_sise", "bot[]", "__class__", "\0", "x" * 3000, "💣"]

Case = tuple[str, str, str]


def addresses(path: str) -> str:
    return path.replace("{id}", "1").replace("{symbol}", "AAPL")


QUERIES: list[Case] = [
    (method, path, parameter["name"])
    for method, path, operation in operations()
    for parameter in operation.get("parameters", [])
    if parameter["in"] == "query"
]
ASKED = [(method, path) for method, path, _ in operations()]
IDS = [(method, path) for method, path, _ in operations() if "{id}" in path]
BODIES = [
    (method, path, operation["requestBody"]) for method, path, operation in operations() if "requestBody" in operation
]


@pytest.fixture
def admin() -> APIClient:
    """Somebody who may do everything, and one row of each kind with the number 1."""
    SymbolFactory.create()
    trade = TradeFactory.create(pk=1, bot__pk=1)
    ExecutionFactory.create(trade=trade)
    PositionFactory.create(pk=1, bot=trade.bot)
    halt = halt_set(bot=None, reason="the news", set_by="ann")
    Halt.objects.filter(pk=halt.pk).update(id=1)
    SavedTemplate.objects.create(pk=1, name="Calm", key="calm", config={})
    return client_of("admin")


def counts() -> dict[str, int]:
    return {model.__name__: model._default_manager.count() for model in apps.get_models()}


def refused(answer: Any) -> None:
    assert 400 <= answer.status_code < 500, (answer.status_code, answer.content[:300])
    problem(answer, answer.status_code)


@pytest.mark.parametrize(("method", "path", "name"), QUERIES, ids=lambda value: str(value))
def test_a_parameter_with_a_hostile_value_is_refused(admin: APIClient, method: str, path: str, name: str) -> None:
    before = counts()
    for value in VALUES:
        answer = admin.generic(method, f"{addresses(path)}?{name}={quote(value)}")
        if name in FREE_TEXT or value in GOOD.get(name, set()):
            # 503: what time it is at the exchange was never told here.
            assert answer.status_code in (200, 400, 503), value
        else:
            refused(answer)
    assert counts() == before


@pytest.mark.parametrize(("method", "path"), ASKED)
def test_a_parameter_nobody_knows_is_refused_by_name(admin: APIClient, method: str, path: str) -> None:
    if path.startswith("/health"):
        # Whoever watches the product gets an answer, whatever is asked along.
        return
    before = counts()
    for name in UNKNOWN:
        answer = admin.generic(method, f"{addresses(path)}?{quote(name)}=1", "{}", content_type="application/json")
        body = problem(answer, 400)
        assert len(body["errors"]) == 1, (name, body)
        assert body["errors"][0]["message"].startswith("is not a parameter here")
    assert counts() == before


@pytest.mark.parametrize(("method", "path"), IDS)
def test_a_number_that_is_none_is_not_found(admin: APIClient, method: str, path: str) -> None:
    before = counts()
    body = json.dumps(BOT | {"version": 1, "name": "Other"}) if method == "PUT" else "{}"
    for number in (
        "0",
        "-1",
        "999999999999999999",
        HUGE,
        "1.5",
        "x",
        "%00",
        "1%00",
        "1%2F2",
        "%F0%9F%92%A3",
        "٣",
        "x" * 3000,
    ):
        refused(admin.generic(method, path.replace("{id}", number), body, content_type="application/json"))
    assert counts() == before


KINDS: list[Any] = [
    None, True, -1, 0, 1.5, 10**28, 1e300, "", "x", "x" * 70_000, "a\0b", "💣" * 400, [], [[]], {}, {"a": {}}, [None],
]  # fmt: skip
RAW: list[bytes] = [
    b"", b"{", b"[]", b"null", b"5", b'"x"', b"\xff", b'{"a": NaN}', b'{"a": 1e999}', b'{"a": "\\u0000"}',
    b'{"a": "\\ud800"}', b'{"a":' * 5000 + b"1" + b"}" * 5000, b'{"a": ' + b"9" * 5000 + b"}",
    b'{"a": "' + b"x" * 70_000 + b'"}',
]  # fmt: skip


def component(body: dict[str, Any]) -> dict[str, Any]:
    [media] = body["content"].values()
    found: dict[str, Any] = SCHEMA["components"]["schemas"][media["schema"]["$ref"].rsplit("/", 1)[1]]
    return found


TEMPLATE = {
    "name": "Calm",
    "description": "",
    "config": {key: value for key, value in BOT.items() if key not in ("name", "symbols")},
}
# What each endpoint would take, so that one field at a time is wrong.
BASE: dict[str, dict[str, Any]] = {
    "/api/bots": BOT | {"name": "New"},
    "/api/bots/{id}": BOT | {"version": 1, "name": "New"},
    "/api/trades/{id}/note": {"text": "x", "tags": ["x"]},
    "/api/bots/act": {"action": "start", "bots": [1]},
    "/api/templates": TEMPLATE | {"name": "New"},
    "/api/templates/{id}": TEMPLATE,
    "/api/bots/{id}/stop": {"close_positions": False},
    "/api/bots/{id}/rollback": {"to": 1, "version": 1},
    "/api/backtests": {"bot": 1, "from": "2019-01-07", "to": "2019-01-08"},
    "/api/positions/{id}/close": {"quantity": "4"},
    "/api/positions/{id}/levels": {"stop_loss_price": "1"},
    "/api/alerts/read": {"upto": "2026-06-02T14:00:00Z"},
    "/api/halts": {"bot": None, "reason": "x"},
    "/api/symbols/rename": {"old": "NOPE", "new": "XON"},
    "/api/auth/login": {"username": "x", "password": "x"},
    "/api/auth/token": {"username": "x", "password": "x"},
    "/api/auth/token/refresh": {"refresh": "x"},
}


def is_good(path: str, name: str, value: Any) -> bool:
    """The few of KINDS that an endpoint takes."""
    if path == "/api/halts":
        fine = (name == "bot" and value is None) or (name == "reason" and value == "x")
        return fine or (name == "close_positions" and isinstance(value, bool))
    if path == "/api/positions/{id}/levels":
        return value == 1.5
    if path == "/api/bots/{id}/stop":
        return value is True
    if path == "/api/backtests":
        nothing = value is None or value == "" or (value == 0 and not isinstance(value, bool))
        if name == "within_bar":
            return value is None or isinstance(value, bool)
        paid = name.startswith(("commission_per", "commission_minimum")) and value == 1.5
        return (name == "config" and value is None) or (
            name not in ("bot", "config", "from", "to") and (nothing or paid)
        )
    if path == "/api/trades/{id}/note":
        return (name == "text" and isinstance(value, str) and len(value) < 2000 and "\0" not in value) or value == []
    if name == "description":
        return value in ("", "x")
    if name == "name":
        return value == "x"
    if name in ("start_hour", "start_minute", "end_minute"):
        return value == 0 and not isinstance(value, bool)
    return name == "close_at_window_end" and value is True


def test_every_body_is_known_here() -> None:
    assert {path for _, path, _ in BODIES} == set(BASE)


@pytest.mark.parametrize(("method", "path", "body"), BODIES, ids=[f"{method} {path}" for method, path, _ in BODIES])
def test_a_body_with_a_hostile_value_is_refused(
    admin: APIClient, method: str, path: str, body: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Guessing is slowed down elsewhere: here every guess is looked at.
    monkeypatch.setattr("web.throttling.PersonRate.THROTTLE_RATES", {"person": None})
    monkeypatch.setattr("rest_framework.throttling.ScopedRateThrottle.THROTTLE_RATES", {"login": None})
    before, bots = counts(), list(Bot.objects.values())
    address = addresses(path)
    for name in component(body)["properties"]:
        for value in KINDS:
            if is_good(path, name, value):
                continue
            sent = json.dumps(BASE[path] | {name: value})
            answer = admin.generic(method, address, sent, content_type="application/json")
            assert 400 <= answer.status_code < 500, (name, repr(value)[:60], answer.status_code, answer.content[:300])
            problem(answer, answer.status_code)
    for raw in RAW:
        if path == "/api/bots/{id}/stop" and (raw == b"" or raw.startswith(b'{"a"')):
            continue
        if path == "/api/positions/{id}/close" and raw == b"":
            # Without a body all of it is sold.
            continue
        refused(admin.generic(method, address, raw, content_type="application/json"))
    assert counts() == before
    assert list(Bot.objects.values()) == bots


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/bots"),
        ("PUT", "/api/bots/{id}"),
        ("POST", "/api/halts"),
        ("POST", "/api/symbols/rename"),
        ("POST", "/api/bots/act"),
        ("POST", "/api/templates"),
        ("PATCH", "/api/templates/{id}"),
    ],
)
@pytest.mark.parametrize("name", ["x", "Name", "💣", "x" * 3000, "__proto__", "id; drop"])
def test_a_key_nobody_knows_is_refused_by_name(admin: APIClient, method: str, path: str, name: str) -> None:
    before = counts()
    sent = json.dumps(BASE[path] | {name: 1})
    body = problem(admin.generic(method, addresses(path), sent, content_type="application/json"), 400)
    assert [error["field"][:3] for error in body["errors"]] == [name[:3]]
    assert len(body["errors"][0]["field"]) <= 80
    assert counts() == before


@pytest.mark.parametrize(
    "rule",
    [
        "\0",
        "__import__('os')",
        "(" * 100,
        "9" * 400 + " > 1",
        "RSI_14 > 1e999",
        "💣",
        "x" * 5000,
        5,
        [],
        {"a": 1},
        True,
        "",
    ],
    ids=lambda rule: str(rule)[:20],
)
def test_a_hostile_rule_is_refused(admin: APIClient, rule: Any) -> None:
    before = counts()
    for key in ("buy", "sell", "pandas_ta", "length"):
        custom = {"pandas_ta": "rsi", "length": 14, "buy": "RSI_14 < 30"} | {key: rule}
        answer = admin.post("/api/bots", BOT | {"name": "New", "indicators": {"Mine": custom}}, format="json")
        body = problem(answer, 400)
        assert body["errors"] == [] or body["errors"][0]["field"].startswith("indicators.Mine")
    assert counts() == before
