"""What is logged: readable by machines, never a secret; and what of it people are told."""

import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from engine.live.fills import fills_collect
from engine.live.testing import BotMaker, tick
from simulator.testing import SimulatorProcess
from trades.models import Trade
from tradingbot import logs
from tradingbot.alerts import AT_MOST_A_MINUTE, SAME_AGAIN_AFTER, Rationed
from tradingbot.logs import ALERTS_THREAD, AlertHandler, JsonLines, LineFormatter, alert_text, redact

SECRETS = {
    "ALPACA_API_KEY": "PKCANARY123",
    "ALPACA_SECRET_KEY": "canary/secret+456",
    "SECRET_KEY": "django-canary-789",
    "DATABASE_URL": "postgres://user:p%40ss-canary@db:5432/x",
    "REDIS_URL": "redis://:redis-canary@redis:6379/0",
}
VALUES = ["PKCANARY123", "canary/secret+456", "django-canary-789", "p@ss-canary", "p%40ss-canary", "redis-canary"]


@pytest.fixture
def secrets(settings: Any) -> Iterator[None]:
    for name, value in SECRETS.items():
        setattr(settings, name, value)
    logs._secrets.cache_clear()
    yield
    logs._secrets.cache_clear()


def record(message: str, *args: object, failed: bool = False) -> logging.LogRecord:
    info = None
    if failed:
        try:
            raise ValueError(f"of {VALUES[0]}")
        except ValueError:
            info = sys.exc_info()
    return logging.LogRecord("engine.live.tick", logging.ERROR, "file.py", 1, message, args, info)


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("formatter", [LineFormatter(), JsonLines()], ids=["line", "json"])
def test_no_secret_is_in_a_line(secrets: None, formatter: logging.Formatter, value: str) -> None:
    line = formatter.format(record("it was %s", value, failed=True))
    assert value not in line
    assert "PKCANARY123" not in line, "nor in a traceback"
    assert "[secret]" in line


def test_a_json_line_is_one_object() -> None:
    line = JsonLines().format(record("two\nlines %d", 3, failed=True))
    found = json.loads(line)
    assert "\n" not in line
    assert (found["level"], found["logger"], found["message"]) == ("ERROR", "engine.live.tick", "two\nlines 3")
    assert found["time"].endswith("Z")
    assert "ValueError" in found["exc_info"]


def test_an_empty_secret_takes_nothing_out(settings: Any) -> None:
    settings.ALPACA_API_KEY = settings.ALPACA_SECRET_KEY = ""
    logs._secrets.cache_clear()
    assert redact("as it was") == "as it was"
    logs._secrets.cache_clear()


def test_an_alert_names_place_words_and_kind_but_no_secret(secrets: None) -> None:
    text = alert_text(record("the tick of %s failed", "Momentum Bot", failed=True))
    assert text == "engine.live.tick: the tick of Momentum Bot failed (ValueError: of [secret])"


def test_an_error_in_a_loop_is_one_alert() -> None:
    rationed = Rationed()
    assert [rationed.passes("the same", now) for now in (0.0, 1.0, SAME_AGAIN_AFTER - 1, SAME_AGAIN_AFTER)] == [
        True,
        False,
        False,
        True,
    ]


def test_many_errors_are_a_few_alerts() -> None:
    rationed = Rationed()
    assert sum(rationed.passes(str(number), 1.0) for number in range(100)) == AT_MOST_A_MINUTE
    assert rationed.passes("later", 62.0)


def test_nobody_is_told_before_the_process_has_started(monkeypatch: pytest.MonkeyPatch) -> None:
    handler = AlertHandler()
    handler.emit(record("unheard"))
    assert AlertHandler.waiting.empty()
    monkeypatch.setattr(AlertHandler, "started", True)
    own = record("of its own")
    own.threadName = ALERTS_THREAD
    handler.emit(own)
    assert AlertHandler.waiting.empty(), "an error of the writer itself would come back for ever"
    handler.emit(record("heard"))
    assert AlertHandler.waiting.get_nowait() == "engine.live.tick: heard"


def test_each_step_of_an_order_carries_its_id(
    bot_running: BotMaker, trading: SimulatorProcess, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    tick(bot_running())
    fills_collect()
    wanted = Trade.objects.get(role="entry").client_order_id
    lines = [json.loads(JsonLines().format(record)) for record in caplog.records]
    said = [line["message"].partition(": ")[2] for line in lines if line.get("order") == wanted]
    assert [words.split()[0].rstrip(":,") for words in said] == ["decided", "posted", "the", "filled"]
