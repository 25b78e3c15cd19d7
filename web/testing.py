"""People of every role, at their browsers."""

from typing import Any

import factory
from django.contrib.auth.models import Group, User
from rest_framework.test import APIClient

PASSWORD = "correct horse battery"
ROLES = ("viewer", "trader", "admin")

BOT = {
    "name": "Momentum Bot",
    "capital": 10000,
    "symbols": ["AAPL"],
    "indicators": {"RSI": {}},
    "risk_management": {"stop_loss": 0.02, "take_profit": 0.05},
}


class UserFactory(factory.django.DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda number: f"person{number}")

    @classmethod
    def of(cls, role: str, **values: Any) -> User:
        user = cls.create(is_staff=role == "admin", is_superuser=role == "admin", **values)
        if role == "trader":
            user.groups.add(Group.objects.get_or_create(name="traders")[0])
        return user


def client_of(role: str) -> APIClient:
    """A browser in which somebody of this role is logged in; "anonymous" is nobody."""
    client = APIClient()
    if role != "anonymous":
        client.force_login(UserFactory.of(role))
    return client


def problem(response: Any, status: int) -> dict[str, Any]:
    """The body of an error, which is always of one shape."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert body.keys() == {"type", "title", "status", "detail", "errors"}
    assert body["status"] == status
    return body
