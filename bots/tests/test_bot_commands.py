"""The bots from the command line."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from bots.models import Bot
from bots.tests.factories import BotFactory
from events.models import Event
from marketdata.tests.factories import SymbolFactory
from web.testing import BOT

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue().strip()


def file_with(folder: Path, text: str) -> str:
    path = folder / "bot.json"
    path.write_text(text)
    return str(path)


def test_a_bot_is_made_from_a_file(tmp_path: Path) -> None:
    SymbolFactory.create()
    said = run("createbot", "--file", file_with(tmp_path, json.dumps(BOT)))
    bot = Bot.objects.get()
    assert said == f"Momentum Bot is bot {bot.pk}, stopped"
    assert (bot.status, bot.capital, bot.symbols) == ("stopped", 10_000, ["AAPL"])


def test_a_bot_is_made_and_started_at_once(tmp_path: Path) -> None:
    SymbolFactory.create()
    run("createbot", "--start", "--file", file_with(tmp_path, json.dumps(BOT)))
    assert Bot.objects.get().status == "running"


BAD_FILES: list[tuple[str, list[str]]] = [
    (json.dumps(BOT | {"capital": -1}), ["capital: must be between 100 and 100000000", "was -1", "allowed: 100 to"]),
    (json.dumps(BOT | {"symbols": ["AAPPL"]}), ["symbols: AAPPL is not a symbol", "nearest: AAPL"]),
    (json.dumps(BOT | {"capitol": 1}), ["capitol: is not a setting; did you mean capital?", "was 1"]),
    (json.dumps(BOT | {"capital": 1}).replace("1,", "1" * 400 + ","), ["capital: must be between"]),
    (json.dumps(BOT | {"capital": 1}).replace('"capital": 1', '"capital": NaN'), ["capital: "]),
    ("[]", ["must be an object with the bot's settings"]),
    ("{", ["is not JSON"]),
]


@pytest.mark.parametrize(("text", "words"), BAD_FILES)
def test_a_bad_file_is_refused_with_what_is_wrong(tmp_path: Path, text: str, words: list[str]) -> None:
    SymbolFactory.create()
    with pytest.raises(CommandError) as refused:
        run("createbot", "--file", file_with(tmp_path, text))
    for word in words:
        assert word in str(refused.value)
    assert not Bot.objects.exists()
    assert not Event.objects.exists()


def test_a_file_that_cannot_be_read_is_one_clear_line(tmp_path: Path) -> None:
    for path in (tmp_path / "nothing.json", tmp_path):
        with pytest.raises(CommandError, match="cannot be read"):
            run("createbot", "--file", str(path))
    binary = tmp_path / "binary.json"
    binary.write_bytes(b"\xff\xfe")
    with pytest.raises(CommandError, match="is not JSON"):
        run("createbot", "--file", str(binary))


@pytest.mark.parametrize("by", ["name", "number"])
def test_a_bot_is_started_paused_and_stopped(by: str) -> None:
    bot = BotFactory.create(name="Ann's bot")
    key = bot.name if by == "name" else str(bot.pk)
    assert run("startbot", key) == run("startbot", key) == "Ann's bot is running"
    assert run("pausebot", key) == "Ann's bot is paused"
    assert run("stopbot", key) == "Ann's bot is stopped"
    assert run("stopbot", key, "--close") == "Ann's bot is stopped"
    assert Bot.objects.get().status == "stopped"


def test_a_stopped_bot_is_not_paused() -> None:
    bot = BotFactory.create()
    with pytest.raises(CommandError, match="only a running bot can be paused"):
        run("pausebot", bot.name)
    assert Bot.objects.get().status == "stopped"


@pytest.mark.parametrize("command", ["startbot", "stopbot", "pausebot"])
def test_an_unknown_bot_is_refused_with_the_nearest(command: str) -> None:
    BotFactory.create(name="Momentum", status="running")
    with pytest.raises(CommandError, match="did you mean 'Momentum'"):
        run(command, "Momentun")
    for nothing in ("77", "9" * 400, "²", "xyz"):
        with pytest.raises(CommandError, match="listbots shows them"):
            run(command, nothing)
    assert Bot.objects.get().status == "running"


def test_a_bot_named_like_the_number_of_another_is_found_by_its_name() -> None:
    first = BotFactory.create(name="First")
    second = BotFactory.create(name=str(first.pk))
    run("startbot", second.name)
    assert list(Bot.objects.order_by("pk").values_list("status", flat=True)) == ["stopped", "running"]


def test_the_bots_are_listed() -> None:
    assert run("listbots").startswith("There are no bots yet")
    bot = BotFactory.create(name="Ann's bot", status="error", status_reason="the keys were refused")
    line: Any = run("listbots")
    assert line.split() == [
        str(bot.pk),
        "error",
        "Ann's",
        "bot",
        "10,000.00",
        "AAPL",
        "(the",
        "keys",
        "were",
        "refused)",
    ]
