"""Logging in, staying logged in and out again."""

from typing import Any

import pytest
from django.contrib.sessions.models import Session
from rest_framework.test import APIClient

from bots.models import Bot
from marketdata.tests.factories import SymbolFactory
from tradingbot.version import VERSION
from web.testing import BOT, PASSWORD, ROLES, UserFactory, client_of, problem

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def browser() -> APIClient:
    """As a browser is treated: nothing that changes anything without its CSRF token."""
    return APIClient(enforce_csrf_checks=True)


def token(client: APIClient) -> str:
    response = client.get("/api/auth/csrf")
    assert (response.status_code, response.content) == (204, b"")
    return client.cookies["csrftoken"].value


def person(role: str = "trader", name: str = "ann") -> dict[str, str]:
    user = UserFactory.of(role, username=name)
    user.set_password(PASSWORD)
    user.save()
    return {"username": name, "password": PASSWORD}


@pytest.mark.parametrize("role", ROLES)
def test_a_person_logs_in_is_known_and_logs_out(role: str) -> None:
    client, who = browser(), person(role)
    answer = client.post("/api/auth/login", who, format="json", HTTP_X_CSRFTOKEN=token(client))
    assert (answer.status_code, answer.json()) == (
        200,
        {"username": "ann", "role": role, "version": VERSION, "newest_event": 0},
    )
    assert client.get("/api/auth/me").json() == {"username": "ann", "role": role, "version": VERSION, "newest_event": 0}

    # The token was changed with the login.
    assert client.post("/api/auth/logout", HTTP_X_CSRFTOKEN=token(client)).status_code == 204
    problem(client.get("/api/auth/me"), 403)
    assert not Session.objects.exists()


def test_a_login_needs_the_csrf_token() -> None:
    assert browser().post("/api/auth/login", person(), format="json").status_code == 403
    assert not Session.objects.exists()


@pytest.mark.parametrize("given", ["", "0" * 32, "x"])
def test_a_change_needs_the_csrf_token(given: str) -> None:
    SymbolFactory.create()
    client, who = browser(), person("admin")
    client.post("/api/auth/login", who, format="json", HTTP_X_CSRFTOKEN=token(client))
    problem(client.post("/api/bots", BOT, format="json", HTTP_X_CSRFTOKEN=given), 403)
    assert not Bot.objects.exists()
    assert client.post("/api/bots", BOT, format="json", HTTP_X_CSRFTOKEN=token(client)).status_code == 201


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"password": "wrong"}, "password"),
        ({"username": "bob"}, "password"),
        ({"username": ""}, "username"),
        ({"password": None}, "password"),
        ({"username": ["ann"]}, "username"),
        ({"username": {"a": 1}}, "username"),
        ({"username": "a" * 151}, "username"),
    ],
)
def test_a_wrong_login_is_refused_and_says_not_which_half_was_wrong(changes: dict[str, object], field: str) -> None:
    who: dict[str, object] = {**person()} | changes
    body = problem(client_of("anonymous").post("/api/auth/login", who, format="json"), 400)
    assert [error["field"] for error in body["errors"]] == [field] * bool(field)
    if changes in ({"password": "wrong"}, {"username": "bob"}):
        assert body["errors"][0]["message"] == "the name or the password is not right"
    assert not Session.objects.exists()


def test_a_password_keeps_its_spaces() -> None:
    who = person()
    problem(client_of("anonymous").post("/api/auth/login", who | {"password": f" {PASSWORD} "}, format="json"), 400)


def test_guessing_passwords_is_slowed_down() -> None:
    who, client = person(), APIClient()
    statuses = [
        client.post("/api/auth/login", who | {"password": f"guess {number}"}, format="json").status_code
        for number in range(12)
    ]
    assert statuses == [400] * 10 + [429] * 2
    refused = client.post("/api/auth/login", who, format="json")
    problem(refused, 429)
    assert 0 < int(refused["Retry-After"]) <= 60
    assert not Session.objects.exists()


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
def test_a_login_is_a_post(method: str) -> None:
    answer = problem(getattr(APIClient(), method)("/api/auth/login"), 405)
    assert answer["title"] == f'Method "{method.upper()}" not allowed'
