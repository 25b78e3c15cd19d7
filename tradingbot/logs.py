"""How log lines look. Whatever is logged, a secret never is: its value is taken out of the finished line."""

import logging
import queue
import time
from contextvars import ContextVar
from functools import lru_cache
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.utils.functional import SimpleLazyObject
from pythonjsonlogger.json import JsonFormatter

SECRETS = (
    *("ALPACA_API_KEY", "ALPACA_SECRET_KEY", "SECRET_KEY", "ADMIN_PASSWORD"),
    *("DATABASE_PASSWORD", "REDIS_PASSWORD", "METRICS_TOKEN"),
)
SHORTEST_SECRET = 4
ALERTS_THREAD = "alerts"
ALERTS_AT_MOST = 100
# What they log is about bytes that came in, before anybody knew whose they are.
DOORS = ("daphne", "twisted", "autobahn", "txaio")
DOORS_OF_DJANGO = ("django.security", "django.channels")
# The request that this thread or task serves.
request_served: ContextVar[Any] = ContextVar("request_served", default=None)


@lru_cache(maxsize=1)
def _secrets() -> tuple[str, ...]:
    """Longest first, so that one which contains another goes as a whole."""
    names = (
        "ALPACA_API_KEY",
        "ALPACA_SECRET_KEY",
        "SECRET_KEY",
        "ADMIN_PASSWORD",
        "DATABASE_PASSWORD",
        "REDIS_PASSWORD",
        "RABBITMQ_PASSWORD",
    )
    found = {getattr(settings, name) for name in names}
    for url in (settings.DATABASE_URL, settings.REDIS_URL, settings.RABBITMQ_URL):
        password = urlsplit(url).password or ""
        found |= {password, unquote(password)}
    return tuple(sorted((secret for secret in found if len(secret) >= SHORTEST_SECRET), key=len, reverse=True))


def redact(line: str) -> str:
    """The line without the value of any secret setting."""
    for secret in _secrets():
        line = line.replace(secret, "[secret]")
    return line


class LineFormatter(logging.Formatter):
    """For people."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


class JsonLines(JsonFormatter):
    """For machines: one object a line with time (UTC), level, logger, message and, where there is one, exc_info."""

    converter = staticmethod(time.gmtime)

    def __init__(self) -> None:
        names = {"asctime": "time", "levelname": "level", "name": "logger"}
        super().__init__(
            "%(asctime)s %(levelname)s %(name)s %(message)s %(process)d %(threadName)s",
            datefmt="%Y-%m-%dT%H:%M:%SZ",
            rename_fields=names,
        )

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


def of_a_stranger(record: logging.LogRecord) -> bool:
    """Whether anybody without a login could have brought this about: it is logged, and nobody is told."""
    if record.name.partition(".")[0] in DOORS or record.name.startswith(DOORS_OF_DJANGO):
        return True
    request = getattr(record, "request", None) or request_served.get()
    return request is not None and not _is_known(request)


def _is_known(request: Any) -> bool:
    """Whether somebody is logged in, as far as that was asked: the database is not, for it may be what is broken."""
    user = getattr(request, "user", None)
    if isinstance(user, SimpleLazyObject):
        user = getattr(request, "_cached_user", None)
    return user is not None and user.is_authenticated


class AlertHandler(logging.Handler):
    """Puts errors where the thread of `tradingbot.alerts` finds them; keeps none until that was started."""

    waiting: "queue.Queue[str]" = queue.Queue(ALERTS_AT_MOST)
    started = False

    def emit(self, record: logging.LogRecord) -> None:
        # An error of the writer itself would come back for ever.
        if not AlertHandler.started or record.threadName == ALERTS_THREAD or of_a_stranger(record):
            return
        try:
            AlertHandler.waiting.put_nowait(alert_text(record))
        except queue.Full:
            return


def alert_text(record: logging.LogRecord) -> str:
    """What people are told of an error: where, what, and the kind of exception; no traceback, no secret."""
    message = f"{record.name}: {record.getMessage()}"
    if record.exc_info and record.exc_info[0] is not None:
        message += f" ({record.exc_info[0].__name__}: {record.exc_info[1]})"
    return redact(" ".join(message.split()))[:400]
