"""Tokens for programs, and how often anybody may ask."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from rest_framework.test import APIClient
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken

from engine.models import Halt
from tradingbot.version import VERSION
from web.testing import PASSWORD, UserFactory, client_of, problem
from web.throttling import NobodyRate, PersonRate

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def ann() -> User:
    user = UserFactory.of("trader", username="ann")
    user.set_password(PASSWORD)
    user.save()
    return user


def tokens(password: str = PASSWORD) -> Any:
    return APIClient().post("/api/auth/token", {"username": "ann", "password": password}, format="json")


def program(token: str) -> APIClient:
    """A program without cookies; what a browser must prove with a CSRF token it need not."""
    client = APIClient(enforce_csrf_checks=True)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client


def test_a_program_reads_and_acts_with_its_token(ann: User) -> None:
    client = program(tokens().json()["access"])
    assert client.get("/api/auth/me").json() == {
        "username": "ann",
        "role": "trader",
        "version": VERSION,
        "newest_event": 0,
    }
    answer = client.post("/api/halts", {"bot": None, "reason": "the news"}, format="json")
    assert (answer.status_code, Halt.objects.get().set_by) == (201, "ann")
    problem(client.post("/api/bots", {}, format="json"), 403)


def test_a_token_is_renewed(ann: User) -> None:
    given = tokens().json()
    answer = APIClient().post("/api/auth/token/refresh", {"refresh": given["refresh"]}, format="json")
    assert answer.json().keys() == {"access"}
    assert program(answer.json()["access"]).get("/api/auth/me").status_code == 200


@pytest.mark.parametrize("what", ["wrong password", "nobody", "inactive"])
def test_no_token_without_a_person(ann: User, what: str) -> None:
    if what == "nobody":
        ann.delete()
    elif what == "inactive":
        User.objects.update(is_active=False)
    [error] = problem(tokens("wrong" if what == "wrong password" else PASSWORD), 400)["errors"]
    assert (error["field"], error["message"]) == ("password", "the name or the password is not right")


@pytest.mark.parametrize("what", ["inactive", "new password", "deleted"])
def test_a_token_ends_with_the_person_behind_it(ann: User, what: str) -> None:
    given = tokens().json()
    assert program(given["access"]).get("/api/bots").status_code == 200
    if what == "inactive":
        User.objects.update(is_active=False)
    elif what == "deleted":
        ann.delete()
    else:
        ann.set_password("another horse battery")
        ann.save()
    problem(program(given["access"]).get("/api/bots"), 401)
    refused = APIClient().post("/api/auth/token/refresh", {"refresh": given["refresh"]}, format="json")
    [error] = problem(refused, 400)["errors"]
    assert error["field"] == "refresh"


def test_a_token_does_not_last_and_is_of_one_kind(ann: User) -> None:
    old: Any = AccessToken.for_user(ann)
    old.set_exp(lifetime=-timedelta(seconds=1))
    refresh = RefreshToken.for_user(ann)
    for token in (str(old), str(refresh), "x", "x.y.z", "a" * 5000, "\x00"):
        body = problem(program(token).get("/api/bots"), 401)
        assert (body["detail"], body["errors"]) == ("the token is not valid, or not any more", [])
    problem(APIClient().post("/api/auth/token/refresh", {"refresh": str(refresh.access_token)}, format="json"), 400)
    assert 60 <= refresh.access_token.lifetime.total_seconds() <= 3600 < refresh.lifetime.total_seconds()


def test_guessing_by_token_and_by_login_count_together(ann: User) -> None:
    client = APIClient()
    for number in range(10):
        path = "/api/auth/token" if number % 2 else "/api/auth/login"
        problem(client.post(path, {"username": "ann", "password": "guess"}, format="json"), 400)
    for path in ("/api/auth/token", "/api/auth/login"):
        refused = client.post(path, {"username": "ann", "password": PASSWORD}, format="json")
        problem(refused, 429)
        assert 0 < int(refused["Retry-After"]) <= 60


def test_a_person_asks_so_often_and_another_still_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PersonRate, "THROTTLE_RATES", {"person": "3/min"})
    one, other = client_of("viewer"), client_of("viewer")
    assert [one.get("/api/bots").status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = one.get("/api/trades")
    body = problem(refused, 429)
    assert 0 < int(refused["Retry-After"]) <= 60
    assert "Expected available" in body["detail"]
    assert other.get("/api/bots").status_code == 200
    # Whoever watches the product is not held up.
    assert one.get("/health").status_code in (200, 503)


def test_nobody_asks_less_often_and_by_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(NobodyRate, "THROTTLE_RATES", {"nobody": "2/min"})
    client = APIClient()

    def renew(**others: Any) -> int:
        answer = client.post("/api/auth/token/refresh", {"refresh": "x"}, format="json", **others)
        return int(answer.status_code)

    assert [renew() for _ in range(3)] == [400, 400, 429]
    # What a client says of its own address is not believed.
    assert renew(headers={"X-Forwarded-For": "203.0.113.9"}) == 429
    assert renew(REMOTE_ADDR="203.0.113.9") == 400
    # Nobody at the same address keeps a person from the login.
    assert client.get("/api/auth/csrf").status_code == 204
