"""Errors below /api are always application/problem+json."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404
from django.test import Client
from django.urls import clear_url_caches, path
from rest_framework_simplejwt.tokens import AccessToken

from bots.tests.factories import BotFactory
from engine.models import Halt
from engine.services import halt_set
from positions.tests.factories import PositionFactory
from tradingbot import urls
from web.testing import ROLES, UserFactory, client_of, problem


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api/nothing", "/api/bots/1/nothing", "/api/"])
def test_an_unknown_route_is_a_problem(path: str) -> None:
    answer = Client().get(path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")
    assert answer.json()["detail"] == f"there is nothing at {path}"


@pytest.mark.django_db
def test_a_missing_csrf_token_is_a_problem() -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/api/auth/login", {"username": "a", "password": "b"}, content_type="application/json")
    assert (answer.status_code, answer.headers["Content-Type"]) == (403, "application/problem+json")
    assert "CSRF" in answer.json()["detail"]


@pytest.mark.django_db
def test_a_forged_address_does_not_get_around_the_login_limit() -> None:
    client = Client()
    codes = [
        client.post(
            "/api/auth/login",
            {"username": "a", "password": "b"},
            content_type="application/json",
            headers={"X-Forwarded-For": f"10.0.0.{number}"},
        ).status_code
        for number in range(12)
    ]
    assert codes == [400] * 10 + [429] * 2


ERRORS = [(SuspiciousOperation, 400), (PermissionDenied, 403), (Http404, 404), (ValueError, 500), (TypeError, 500)]


@pytest.fixture
def _views_that_fail(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def failing(request: Any, number: int) -> None:
        raise ERRORS[number][0]("a secret detail")

    added = [path("api/fail/<int:number>", failing), path("fail/<int:number>", failing)]
    monkeypatch.setattr(urls, "urlpatterns", [*added, *urls.urlpatterns])
    clear_url_caches()
    yield
    clear_url_caches()


@pytest.mark.usefixtures("_views_that_fail")
@pytest.mark.parametrize("number", range(len(ERRORS)))
def test_an_error_of_django_itself_is_a_problem_below_api_and_a_page_elsewhere(number: int) -> None:
    client = Client(raise_request_exception=False)
    body = problem(client.get(f"/api/fail/{number}"), ERRORS[number][1])
    assert "a secret detail" not in str(body)
    answer = client.get(f"/fail/{number}")
    assert (answer.status_code, answer["Content-Type"].partition(";")[0]) == (ERRORS[number][1], "text/html")


def test_a_foreign_host_is_a_problem() -> None:
    problem(Client().get("/api/bots", HTTP_HOST="evil.example"), 400)
    assert Client().get("/", HTTP_HOST="evil.example").status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["put", "patch", "delete", "post"])
@pytest.mark.parametrize("path", ["/api/summary", "/api/schema", "/api/docs"])
def test_a_method_that_is_not_there_is_a_problem(method: str, path: str) -> None:
    problem(getattr(client_of("admin"), method)(path), 405)


@pytest.mark.django_db
def test_a_csrf_failure_of_the_admin_is_a_page() -> None:
    answer = Client(enforce_csrf_checks=True).post("/admin/login/", {"username": "a", "password": "b"})
    assert (answer.status_code, answer["Content-Type"].partition(";")[0]) == (403, "text/html")


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_options_names_the_methods_and_does_nothing(role: str) -> None:
    bot, position = BotFactory.create(), PositionFactory.create()
    halt = halt_set(bot=None, reason="the news", set_by="ann")
    client = client_of(role)
    paths = {
        "/api/bots": ["GET", "POST"],
        f"/api/bots/{bot.pk}": ["GET", "PUT", "DELETE"],
        f"/api/bots/{bot.pk}/start": ["POST"],
        f"/api/bots/{bot.pk}/rollback": ["POST"],
        "/api/backtests": ["GET", "POST"],
        "/api/backtests/1/cancel": ["POST"],
        "/api/halts": ["GET", "POST"],
        f"/api/halts/{halt.pk}/clear": ["POST"],
        f"/api/positions/{position.pk}/close": ["POST"],
        "/api/summary": ["GET"],
    }
    for where, methods in paths.items():
        answer = client.options(where)
        assert (where, answer.status_code) == (where, 200)
        assert set(methods) <= set(answer.json()["methods"])
        assert set(methods) <= set(answer["Allow"].split(", "))
    assert Halt.objects.filter(cleared_at=None).count() == 1
    bot.refresh_from_db()
    assert bot.status == "stopped"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "number", ["ann", "", [1], {"a": 1}, None, True, 1.0, "1\0", "9" * 30, "٣", -1, "-1", " 1", 10**30]
)
def test_a_token_of_nobody_is_refused(number: Any) -> None:
    """As if whoever signed it had made a mistake; it is our own key."""
    user = UserFactory.of("admin")
    token = AccessToken.for_user(user)
    token["user_id"] = number
    answer = Client(raise_request_exception=False).get("/api/bots", headers={"Authorization": f"Bearer {token}"})
    problem(answer, 401)


@pytest.mark.django_db
@pytest.mark.parametrize("digits", ["%D9%A1", "%EF%BC%91", "1%D9%A1"])
@pytest.mark.parametrize("rows", ["bots", "backtests", "trades", "positions"])
def test_a_number_is_written_in_our_digits(rows: str, digits: str) -> None:
    BotFactory.create(pk=1)
    BotFactory.create(pk=11)
    problem(client_of("admin").get(f"/api/{rows}/{digits}"), 404)
