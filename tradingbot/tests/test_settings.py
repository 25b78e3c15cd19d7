"""A wrong setting stops the start with one clear line."""

import os
import re
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
    *(
        ({"ALPACA_API_KEY": "K", "ALPACA_SECRET_KEY": "S", name: f"https://u:p@{host}"}, "without a name or a password")
        for name, host in (("ALPACA_BASE_URL", "paper-api.alpaca.markets"), ("ALPACA_DATA_URL", "data.alpaca.markets"))
    ),
    (
        {"ALPACA_API_KEY": "K", "ALPACA_SECRET_KEY": "S", "ALPACA_DATA_URL": "http://evil.example"},
        "ALPACA_DATA_URL must be https://data.alpaca.markets",
    ),
    ({"ALPACA_API_KEY": "K", "ALPACA_API_KEY_FILE": "/x"}, "ALPACA_API_KEY and ALPACA_API_KEY_FILE say the same thing"),
    ({"SECRET_KEY_FILE": "/nowhere/at/all"}, "SECRET_KEY_FILE names /nowhere/at/all, which cannot be read"),
    ({"ALPACA_DATA_FEED": "otc"}, "ALPACA_DATA_FEED must be iex or sip, was 'otc'"),
    ({"PORT": "80000"}, "PORT must be a port from 1 to 65535, was '80000'"),
    ({"LOG_LEVEL": "LOUD"}, "LOG_LEVEL must be DEBUG, INFO, WARNING, ERROR or CRITICAL, was 'LOUD'"),
    ({"ENVIRONMENT": "moon"}, "ENVIRONMENT must be development or production, was 'moon'"),
    ({"REDIS_URL": "http://localhost"}, "REDIS_URL must be a redis:// or rediss:// or unix:// address"),
    ({"RABBITMQ_URL": "http://localhost"}, "RABBITMQ_URL must be a amqp:// or amqps:// address"),
    (
        {"RABBITMQ_URL": "amqp://localhost", "REDIS_URL": ""},
        "RABBITMQ_URL carries messages between processes, which need REDIS_URL, too",
    ),
    ({"DATABASE_URL": "postgres://"}, "DATABASE_URL must be a postgres:// or postgresql:// address"),
    (
        {"DATABASE_URL": "postgres://u:p@h/x", "DATABASE_POOL": "many"},
        "DATABASE_POOL must be a whole number from 2 to 500",
    ),
    ({"WORKER_THREADS": "0"}, "WORKER_THREADS must be a whole number from 1 to 64, was '0'"),
    ({"NUM_PROXIES": "-1"}, "NUM_PROXIES must be a whole number from 0 to 10, was '-1'"),
    ({"LOGIN_RATE": "often"}, "LOGIN_RATE must be a rate such as 10/min, was 'often'"),
    ({"DEBUG": "maybe"}, "DEBUG must be true or false, was 'maybe'"),
    ({"DEBUG": "true", "ENVIRONMENT": "production"}, "DEBUG must be false where ENVIRONMENT is production"),
    ({"HTTPS": "2"}, "HTTPS must be true or false, was '2'"),
    (
        {"CSRF_TRUSTED_ORIGINS": "bots.example"},
        "CSRF_TRUSTED_ORIGINS must be origins such as https://bots.example, was 'bots.example'",
    ),
    ({"LOG_FORMAT": "xml"}, "LOG_FORMAT must be json or line, was 'xml'"),
    ({"METRICS_PORT": "70000"}, "METRICS_PORT must be a whole number from 0 to 65535, was '70000'"),
    ({"SIMULATOR_URL": "localhost:8010"}, "SIMULATOR_URL must be a http:// or https:// address"),
    (
        {"DATABASE_URL": "mysql://u:p@localhost/x"},
        "DATABASE_URL must be a postgres:// or postgresql:// address",
    ),
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


def test_what_the_database_address_asks_for_stays(tmp_path: Path) -> None:
    code = "from django.conf import settings; print(settings.DATABASES['default']['OPTIONS'])"
    environment = os.environ | {
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": "postgres://u@h/x?sslmode=require",
        "DJANGO_SETTINGS_MODULE": "tradingbot.settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=True
    )
    assert "'sslmode': 'require'" in done.stdout
    assert "'pool': {" in done.stdout


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ({"REDIS_URL": "rediss://redis.example:6379/0"}, {"ssl_cert_reqs": 2}),
        (
            {"REDIS_URL": "redis://h:6379/0", "RABBITMQ_URL": "amqps://mq.example:5671//"},
            {"cert_reqs": 2, "server_hostname": None},
        ),
        ({"REDIS_URL": "redis://h:6379/0"}, None),
    ],
)
def test_the_certificate_of_whoever_takes_messages_is_looked_at(
    given: dict[str, str], asked: dict[str, object] | None, tmp_path: Path
) -> None:
    """kombu 5.7.0 takes any certificate for rediss://, and for amqps:// one of any host, where nothing is asked for."""
    program = "from django.conf import settings; print(getattr(settings, 'CELERY_BROKER_USE_SSL', None))"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "tradingbot.settings", "DATA_DIR": str(tmp_path)} | given,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    shown = done.stdout.strip().replace("<VerifyMode.CERT_REQUIRED: 2>", "2")
    assert shown == str(asked)


def test_secrets_are_in_no_setting_that_is_shown() -> None:
    from engine.brokers.alpaca.transport import AlpacaAccess

    access = AlpacaAccess("the key", "the secret", "http://127.0.0.1:1", "http://127.0.0.1:1")
    assert "the key" not in repr(access)
    assert "the secret" not in repr(access)


READ = re.compile(r'(?:env\.\w+|environ\.get)\(\s*"([A-Z_]+)"')


def test_the_example_lists_every_setting_there_is_and_no_other() -> None:
    folder = settings.BASE_DIR / "tradingbot"
    sources = [folder / "settings.py", folder / "runtime" / "first_start.py"]
    known = {name for source in sources for name in READ.findall(source.read_text())}
    listed = re.findall(r"^#? ?([A-Z_]+)=", (settings.BASE_DIR / ".env.example").read_text(), re.MULTILINE)
    assert set(listed) == known - {"SQLITE_TEST_FILE"}


@pytest.mark.parametrize(("command", "loaded"), [("runserver", True), ("worker", False)])
def test_only_runserver_loads_the_web_server_for_its_settings(command: str, loaded: bool, tmp_path: Path) -> None:
    setup = f"import django, sys; sys.argv[1:] = [{command!r}]; django.setup(); print('daphne' in sys.modules)"
    environment = os.environ | {"DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "tradingbot.settings"}
    done = subprocess.run([sys.executable, "-c", setup], env=environment, capture_output=True, text=True, check=True)

    assert done.stdout == f"{loaded}\n"


def test_with_https_nothing_is_left_to_say_about_a_deployment(tmp_path: Path) -> None:
    environment = os.environ | {"DATA_DIR": str(tmp_path), "HTTPS": "true", "ENVIRONMENT": "production"}
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "DEBUG"]
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("System check identified no issues")


def test_with_https_what_comes_without_it_is_sent_there_but_for_probes(tmp_path: Path) -> None:
    code = (
        "import django; django.setup()\n"
        "from django.test import Client\n"
        "client = Client(raise_request_exception=False, SERVER_NAME='localhost')\n"
        "for path in ('/', '/api/bots', '/admin/'):\n"
        "    for scheme in ('http', 'https'):\n"
        "        print(client.get(path, headers={'X-Forwarded-Proto': scheme}).status_code)\n"
        "print(client.get('/health').status_code != 301, client.get('/metrics').status_code)\n"
    )
    environment = os.environ | {
        "DATA_DIR": str(tmp_path),
        "HTTPS": "true",
        "DJANGO_SETTINGS_MODULE": "tradingbot.settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True
    )
    *lines, last = done.stdout.splitlines()
    assert lines[::2] == ["301"] * 3
    assert lines[3::2] == ["403", "302"]
    assert last == "True 404"
