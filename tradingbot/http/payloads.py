"""The shapes of logins and of what goes wrong."""

from typing import Annotated

from typing_extensions import TypedDict

from engine.core.payloads import Scalar, one_of
from web.permissions import ADMIN, TRADER, VIEWER


class Session(TypedDict):
    """Who is logged in, and the version of the product.

    `newest_event` is the id of the newest event at this moment. Whoever reads anything afterwards and lets the socket
    tell what came after that id misses nothing.
    """

    username: str
    role: Annotated[str, one_of((VIEWER, TRADER, ADMIN))]
    version: str
    newest_event: int


class CredentialsPayload(TypedDict):
    username: str
    password: str


class Tokens(TypedDict):
    access: str
    refresh: str


class TokenRefresh(TypedDict):
    refresh: str


class AccessToken(TypedDict):
    access: str


class FieldProblem(TypedDict):
    """What is wrong with one field, what was given and what would be right."""

    field: str
    message: str
    value: Scalar
    range: str | None
    nearest: str | None


class Problem(TypedDict):
    """An error as RFC 9457 has it."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldProblem]
