"""Nothing a stranger sends becomes an alert, nor takes anything from the ration of real ones."""

import logging
import queue
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import clear_url_caches, path

from tradingbot import urls
from tradingbot.logs import AlertHandler
from web.testing import UserFactory

pytestmark = pytest.mark.django_db


def broken(request: Any) -> None:
    logging.getLogger("engine.live.tick").error("it went wrong on the way")
    raise ValueError("it is broken")


def broken_for_somebody(request: Any) -> None:
    assert request.user.pk or not request.user.is_authenticated
    broken(request)


@pytest.fixture(autouse=True)
def alerts(monkeypatch: pytest.MonkeyPatch, settings: Any) -> "Iterator[queue.Queue[str]]":
    monkeypatch.setattr(AlertHandler, "started", True)
    monkeypatch.setattr(AlertHandler, "waiting", queue.Queue(100))
    monkeypatch.setattr(
        urls,
        "urlpatterns",
        [path("broken", broken), path("broken-for-somebody", broken_for_somebody), *urls.urlpatterns],
    )
    clear_url_caches()
    yield AlertHandler.waiting
    clear_url_caches()


def told(alerts: "queue.Queue[str]") -> list[str]:
    return [alerts.get_nowait() for _ in range(alerts.qsize())]


def browser(**options: Any) -> Client:
    return Client(raise_request_exception=False, **options)


STRANGE: list[tuple[str, str, dict[str, Any]]] = [
    ("GET", "/api/bots", {"HTTP_HOST": "urgent.your-account-is-blocked.example"}),
    ("GET", "/api/bots", {"HTTP_HOST": "a\x00b"}),
    ("GET", "/", {"HTTP_HOST": "evil.example"}),
    ("GET", "/broken", {}),
    ("GET", "/broken-for-somebody", {}),
    ("GET", "/api/nothing", {}),
    ("POST", "/api/auth/login", {"data": b"{", "content_type": "application/json"}),
    ("POST", "/api/auth/login", {"data": b"\xff", "content_type": "text/html"}),
    ("OPTIONS", "/api/auth/login", {}),
    ("GET", "/api/bots", {"HTTP_AUTHORIZATION": "Bearer x"}),
    ("GET", "/api/bots", {"HTTP_COOKIE": "sessionid=x; csrftoken=\x00"}),
    ("POST", "/admin/login/", {"data": {"username": "a\x00b", "password": "x"}}),
]


@pytest.mark.parametrize(("method", "where", "options"), STRANGE)
def test_no_request_of_a_stranger_becomes_an_alert(
    alerts: "queue.Queue[str]", method: str, where: str, options: dict[str, Any]
) -> None:
    for _ in range(20):
        getattr(browser(), method.lower())(where, **options)
    assert told(alerts) == []


def test_an_error_that_a_person_meets_is_told(alerts: "queue.Queue[str]") -> None:
    client = browser()
    client.force_login(UserFactory.of("viewer"))
    assert client.get("/broken-for-somebody").status_code == 500
    assert told(alerts) == [
        "engine.live.tick: it went wrong on the way",
        "django.request: Internal Server Error: /broken-for-somebody (ValueError: it is broken)",
    ]


def test_a_foreign_host_is_nobodys_alert_whoever_sends_it(alerts: "queue.Queue[str]") -> None:
    client = browser()
    client.force_login(UserFactory.of("viewer"))
    assert client.get("/api/bots", HTTP_HOST="evil.example").status_code == 400
    assert told(alerts) == []


@pytest.mark.parametrize("name", ["daphne.http_protocol", "daphne.server", "django.security.csrf", "twisted", "txaio"])
def test_what_the_doors_log_is_told_to_nobody(alerts: "queue.Queue[str]", name: str) -> None:
    try:
        raise UnicodeDecodeError("utf-8", b"\xff", 0, 1, "urgent")
    except UnicodeDecodeError:
        AlertHandler().emit(logging.LogRecord(name, logging.ERROR, "file.py", 1, "urgent", (), sys.exc_info()))
    assert told(alerts) == []


def test_an_error_outside_of_any_request_is_told(alerts: "queue.Queue[str]") -> None:
    browser().get("/broken")
    logging.getLogger("engine.live.sweep").error("the disk is full")
    assert told(alerts) == ["engine.live.sweep: the disk is full"]
