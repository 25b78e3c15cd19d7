"""A wrong setting stops the start with one clear line."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

WRONG = [
    ({"ALPACA_API_KEY": "K"}, "ALPACA_API_KEY and ALPACA_SECRET_KEY go together"),
    (
        {"ALPACA_API_KEY": "K", "ALPACA_SECRET_KEY": "S", "ALPACA_BASE_URL": "https://api.alpaca.markets"},
        "only paper trading (https://paper-api.alpaca.markets) is accepted",
    ),
    (
        {"ALPACA_API_KEY": "K", "ALPACA_SECRET_KEY": "S", "ALPACA_BASE_URL": "https://api.alpaca.markets/"},
        "only paper trading (https://paper-api.alpaca.markets) is accepted",
    ),
    (
        {"ALPACA_API_KEY": "K", "ALPACA_SECRET_KEY": "S", "ALPACA_BASE_URL": "https://elsewhere.example"},
        "ALPACA_BASE_URL must be https://paper-api.alpaca.markets",
    ),
    ({"ALPACA_DATA_FEED": "otc"}, "ALPACA_DATA_FEED must be iex or sip, was 'otc'"),
    ({"PORT": "80000"}, "PORT must be a port from 1 to 65535, was '80000'"),
    ({"LOG_LEVEL": "LOUD"}, "LOG_LEVEL must be DEBUG, INFO, WARNING, ERROR or CRITICAL, was 'LOUD'"),
    ({"ENVIRONMENT": "moon"}, "ENVIRONMENT must be development or production, was 'moon'"),
    ({"DATABASE_URL": "mysql://u:p@localhost/x"}, "DATABASE_URL must be a postgres:// address"),
]


@pytest.mark.parametrize(
    ("wrong", "message"), WRONG, ids=lambda value: "-".join(value) if isinstance(value, dict) else ""
)
def test_a_wrong_setting_is_one_line(wrong: dict[str, str], message: str, tmp_path: Path) -> None:
    environment = os.environ | {"DATA_DIR": str(tmp_path)} | wrong
    done = subprocess.run(
        [sys.executable, "manage.py", "check"], cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert message in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert "u:p@" not in done.stderr


def test_secrets_are_in_no_setting_that_is_shown() -> None:
    from engine.brokers.alpaca import AlpacaAccess

    access = AlpacaAccess("the key", "the secret", "http://127.0.0.1:1", "http://127.0.0.1:1")
    assert "the key" not in repr(access)
    assert "the secret" not in repr(access)
