"""A person says that a stock has another symbol: by the command, and over HTTP."""

import json
from io import StringIO
from typing import Any

import jsonschema
import pytest
from django.core.management import CommandError, call_command

from bots.models import Bot
from engine.live.fills import fills_collect
from engine.live.testing import BotMaker, tick
from positions.models import Position, Rename
from simulator.testing import SimulatorProcess
from tradingbot.http.components import components
from web.testing import client_of, problem


@pytest.fixture
def renamed(bot_running: BotMaker, trading: SimulatorProcess) -> Position:
    """XOM is held, and XON since; nobody lists that."""
    tick(bot_running(symbols=["XOM"]))
    fills_collect()
    trading.control("POST", "/sim/renames", {"symbol": "XOM", "to": "XON", "announced": False})
    return Position.objects.get()


def command(*arguments: str) -> str:
    out = StringIO()
    call_command("rename", *arguments, stdout=out)
    return out.getvalue().strip()


def post(body: Any, role: str = "admin") -> Any:
    return client_of(role).generic("POST", "/api/symbols/rename", json.dumps(body), content_type="application/json")


def test_the_command_maps_it(renamed: Position) -> None:
    shares = f"{renamed.quantity:.0f}"
    assert command("XOM", "XON") == f"XOM is XON now: {shares} shares for {shares}. Stops follow within seconds"
    assert (Position.objects.get().symbol, Bot.objects.get().symbols) == ("XON", ["XON"])
    assert Rename.objects.get().by == "manage.py rename"


def test_an_admin_maps_it_over_http(renamed: Position) -> None:
    answer = post({"old": "XOM", "new": "XON"})
    shares = f"{renamed.quantity:.0f}"
    said = {"old": "XOM", "new": "XON", "day": "2026-06-02", "before": shares, "after": shares}
    assert (answer.status_code, {name: answer.json()[name] for name in said}) == (200, said)
    jsonschema.validate(answer.json(), components()["SymbolRename"])
    assert Position.objects.get().symbol == "XON"
    body = problem(post({"old": "XOM", "new": "XON"}), 409)
    assert body["detail"] == "XOM cannot become XON: nothing here is called XOM"


def test_what_the_account_does_not_bear_out_changes_nothing(renamed: Position) -> None:
    words = f"XOM cannot become XON: {renamed.quantity:.0f} shares of XOM here ({renamed.quantity:.0f} of bots) become"
    body = problem(post({"old": "XOM", "new": "XON", "ratio": 0.5}), 409)
    assert body["detail"].startswith(words)
    with pytest.raises(CommandError) as refused:
        command("XOM", "XON", "--ratio", "1/2")
    assert str(refused.value).startswith(words)
    assert (Position.objects.get().symbol, Rename.objects.count()) == ("XOM", 0)


def test_a_broker_that_does_not_answer_is_said_to_be_so(renamed: Position, trading: SimulatorProcess) -> None:
    trading.set_faults({"method": "GET", "path": "/v2/assets/XON", "effect": "status", "status": 503, "count": 9})
    assert problem(post({"old": "XOM", "new": "XON"}), 503)["title"] == "The broker does not answer"
    with pytest.raises(CommandError, match="nothing is renamed, the broker does not answer"):
        command("XOM", "XON")
    assert Position.objects.get().symbol == "XOM"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["old", "new"]),
        ({"old": "xom", "new": 7}, ["old", "new"]),
        ({"old": "XOM", "new": "XON", "ratio": 0}, ["ratio"]),
        ({"old": "XOM", "new": "XON", "ratio": "1/0"}, ["ratio"]),
        ({"old": "XOM", "new": "XON", "ratio": -1}, ["ratio"]),
        ({"old": "XOM", "new": "XON", "ratio": "1e999999"}, ["ratio"]),
        ({"old": "XOM", "new": "XON", "ratio": None}, ["ratio"]),
        ({"old": "XOM", "new": "XON", "ratio": True}, ["ratio"]),
        ({"old": "XOM", "new": "XON", "rate": 1}, ["rate"]),
    ],
)
def test_a_body_that_makes_no_sense_is_told_what_is_wrong(body: dict[str, Any], fields: list[str]) -> None:
    found = problem(post(body), 400)
    assert (found["title"], [error["field"] for error in found["errors"]]) == ("The body is not valid", fields)


@pytest.mark.django_db
def test_only_an_admin_may() -> None:
    assert problem(post({"old": "XOM", "new": "XON"}, "trader"), 403)["detail"] == "your role does not allow this"


@pytest.mark.django_db
def test_the_command_names_what_is_wrong() -> None:
    with pytest.raises(CommandError) as refused:
        command("XOM", "XON", "--ratio", "half")
    assert str(refused.value) == "ratio: must be above 0: a number such as 0.5, or a fraction such as 1/3"
