"""Errors below /api are always application/problem+json."""

import pytest
from django.test import Client


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
