"""Whatever is sent, the answer is a 4xx that says what was wrong, and nothing is stored."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from bots.models import Bot
from bots.tests.factories import BotFactory
from events.models import Event
from marketdata.tests.factories import SymbolFactory
from web.testing import BOT, client_of, problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> APIClient:
    SymbolFactory.create()
    # What nobody foresaw is raised here instead of being answered with a 500.
    return client_of("admin")


def text_with(raw: str) -> str:
    """The configuration with `raw` in place of the capital, whatever it is."""
    return json.dumps(BOT).replace("10000", raw)


BODIES: list[tuple[str, str | bytes]] = [
    ("empty", ""),
    ("no JSON", "{"),
    ("two values", "{} {}"),
    ("not UTF-8", b'{"name": "\xff"}'),
    ("NaN", text_with("NaN")),
    ("infinity", text_with("-Infinity")),
    ("a float beyond all bounds", text_with("1e999")),
    ("900 digits", text_with("9" * 900)),
    ("900 digits after the point", text_with("1." + "9" * 900)),
    ("5000 digits", text_with("9" * 5000)),
    ("a NUL", text_with('"\\u0000"')),
    ("half a surrogate pair", text_with('"\\ud800"')),
    ("half a surrogate pair as a key", '{"indicators": {"\\udfff": {}}}'),
    ("larger than 64 KiB", text_with('"' + "x" * 66_000 + '"')),
    ("deeper than 20 levels", "[" * 21 + "]" * 21),
    ("very deep", '{"a":' * 5000 + "1" + "}" * 5000),
    ("a list", "[]"),
    ("a string", '"bot"'),
    ("a number", "5"),
    ("null", "null"),
    ("true", "true"),
    ("no fields", "{}"),
    ("a NUL in a name", json.dumps(BOT | {"name": "a\0b"})),
    ("fields as a list", json.dumps([BOT])),
]


@pytest.mark.parametrize(("what", "body"), BODIES, ids=[what for what, _ in BODIES])
def test_a_body_that_is_no_configuration_is_refused(admin: APIClient, what: str, body: str | bytes) -> None:
    status = 413 if "larger" in what else 400
    problem(admin.generic("POST", "/api/bots", body, content_type="application/json"), status)
    assert not Bot.objects.exists()
    assert not Event.objects.exists()


WRONG: list[Any] = [
    None,
    True,
    -1,
    0,
    1.5,
    10**28,
    -(10**28),
    1e300,
    "",
    "x",
    "💣" * 50,
    [],
    [[]],
    {},
    {"a": {}},
    [None],
]
FIELDS = ["name", "capital", "trading_frequency", "timeframe", "symbols", "indicators", "signal_mode", "min_votes",
          "risk_management", "start_hour", "end_minute", "close_at_window_end"]  # fmt: skip
# The few of these that are good, as JSON: 0, true and 1.5 are good nowhere else.
GOOD = [
    ("name", "x"),
    ("name", "💣" * 50),
    ("close_at_window_end", True),
    ("start_hour", 0),
    ("end_minute", 0),
]


def is_good(field: str, value: Any) -> bool:
    return any((name, type(good), good) == (field, type(value), value) for name, good in GOOD)


@pytest.mark.parametrize("field", FIELDS)
def test_every_field_with_every_wrong_type_is_refused_by_name(admin: APIClient, field: str) -> None:
    for value in WRONG:
        if is_good(field, value):
            continue
        body = problem(admin.post("/api/bots", BOT | {field: value}, format="json"), 400)
        assert {error["field"].split(".")[0] for error in body["errors"]} == {field}, value
    assert not Bot.objects.exists()


@pytest.mark.parametrize("field", ["stop_loss", "take_profit", "max_positions", "unknown"])
def test_every_risk_limit_with_every_wrong_type_is_refused_by_name(admin: APIClient, field: str) -> None:
    for value in WRONG:
        if (field, value) == ("take_profit", None) or (field == "take_profit" and value == 1.5):
            continue
        risk = {"stop_loss": 0.02} | {field: value}
        body = problem(admin.post("/api/bots", BOT | {"risk_management": risk}, format="json"), 400)
        assert {error["field"] for error in body["errors"]} == {f"risk_management.{field}"}, value
    assert not Bot.objects.exists()


def test_sixty_four_kilobytes_and_twenty_levels_are_read(admin: APIClient) -> None:
    padded = json.dumps(BOT) + " " * (64 * 1024 - len(json.dumps(BOT)))
    assert admin.generic("POST", "/api/bots", padded, content_type="application/json").status_code == 201
    refused = admin.generic("POST", "/api/bots", padded + " ", content_type="application/json")
    assert "larger than 65536 bytes" in problem(refused, 413)["detail"]
    deep = "[" * 20 + "]" * 20
    assert (
        "nested"
        not in problem(admin.generic("POST", "/api/bots", deep, content_type="application/json"), 400)["detail"]
    )


def test_a_body_that_is_not_json_is_refused_by_its_type(admin: APIClient) -> None:
    for content_type in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        problem(admin.generic("POST", "/api/bots", "name=x", content_type=content_type), 415)
    assert not Bot.objects.exists()


@pytest.mark.parametrize("body", ['{"close_positions": "yes"}', '{"close_positions": 1}', "[]", '"x"', "null", "5"])
def test_what_stop_is_asked_with_is_read_strictly(admin: APIClient, body: str) -> None:
    bot = BotFactory.create(status="running")
    problem(admin.generic("POST", f"/api/bots/{bot.pk}/stop", body, content_type="application/json"), 400)
    assert Bot.objects.get().status == "running"


@pytest.mark.parametrize("room", ["bots", "trades", "positions"])
@pytest.mark.parametrize(
    "number", ["0", "999999999999999999", "9999999999999999999999", "-1", "1.5", "x", "%00", "1%2F2"]
)
def test_a_number_that_is_none_of_ours_is_not_found(admin: APIClient, room: str, number: str) -> None:
    assert admin.get(f"/api/{room}/{number}").status_code == 404


ACTIONS: list[tuple[str, Callable[[APIClient, str], Any]]] = [
    ("bots/{}/start", lambda client, path: client.post(path)),
    ("bots/{}/stop", lambda client, path: client.post(path)),
    ("bots/{}/pause", lambda client, path: client.post(path)),
    ("bots/{}", lambda client, path: client.delete(path)),
    ("bots/{}", lambda client, path: client.put(path, BOT | {"version": 1}, format="json")),
    ("positions/{}/close", lambda client, path: client.post(path)),
    ("positions/{}/levels", lambda client, path: client.post(path, {"stop_loss_price": "1"}, format="json")),
]


@pytest.mark.parametrize(("path", "act"), ACTIONS, ids=lambda value: value if isinstance(value, str) else "")
def test_nothing_can_be_done_with_what_is_not_there(
    admin: APIClient, path: str, act: Callable[[APIClient, str], Any]
) -> None:
    for number in ("0", "999999999999999999"):
        problem(act(admin, "/api/" + path.format(number)), 404)
    assert not Bot.objects.exists()


QUERIES = [
    "trades?bot=x",
    "trades?bot=-1",
    "trades?bot=999999999999999999999999",
    "trades?bot=1.5",
    "trades?type=hold",
    "trades?status=lost",
    "trades?role=boss",
    "trades?from=yesterday",
    "trades?to=2026-13-01",
    "trades?from=0001-01-01T00:00:00%2B23:59",
    "trades?to=9999-12-31T23:59:59-23:59",
    "trades?symbol=AAPLAAPLAAPLAAPLAAPL",
    "trades?symbol=%00",
    "positions?bot=x",
    "positions?is_open=perhaps",
    "positions?symbol=%00",
    "market-data/AAPL?limit=0",
    "market-data/AAPL?limit=1001",
    "market-data/AAPL?limit=x",
    "market-data/AAPL?limit=1e3",
    "market-data/AAPL?timeframe=2Min",
    "market-data/AAPL?bot=x",
    "market-data/AAPL?bot=-1",
    "trades?cursor=x",
    "bots?page=x",
    "positions?page=0",
]


@pytest.mark.parametrize("query", QUERIES)
def test_a_filter_that_makes_no_sense_is_refused(admin: APIClient, query: str) -> None:
    problem(admin.get(f"/api/{query}"), 400)


@pytest.mark.parametrize("query", ["bots?page=99", "positions?page=2"])
def test_a_page_that_is_not_there_is_not_found(admin: APIClient, query: str) -> None:
    problem(admin.get(f"/api/{query}"), 404)


@pytest.mark.parametrize("symbol", ["ZZZZ", "aa pl", "%00", "A" * 300, "%F0%9F%92%A3", "AAPL%00"])
def test_an_unknown_symbol_is_not_found(admin: APIClient, symbol: str) -> None:
    problem(admin.get(f"/api/market-data/{symbol}"), 404)


@pytest.mark.parametrize("words", ["%00", "%", "'", "%F0%9F%92%A3", "x" * 5000, "_", "\\"])
def test_a_search_for_anything_finds_nothing_and_breaks_nothing(admin: APIClient, words: str) -> None:
    answer = admin.get(f"/api/symbols?search={words}")
    assert (answer.status_code, answer.json()) == (200, {"results": []})
