"""A refusal in the broker's own words."""

from typing import Any

_LONGEST = 300


class ApiError(Exception):
    """Answered as `{"code", "message", **extra}` with the HTTP status; without a code where the broker gives none.

    The message may repeat what it refuses, but not all of what may be a megabyte.
    """

    def __init__(self, status: int, code: int | None, message: str, **extra: Any) -> None:
        super().__init__(message)
        self.status = status
        self.headers: list[tuple[bytes, bytes]] = []
        self.body: dict[str, Any] = ({} if code is None else {"code": code}) | {"message": message[:_LONGEST]} | extra


def invalid(message: str, **extra: Any) -> ApiError:
    """The request itself is wrong."""
    return ApiError(422, 40010001, message, **extra)


def unprocessable(message: str, **extra: Any) -> ApiError:
    """The request is well formed but cannot be carried out."""
    return ApiError(422, 42210000, message, **extra)


def forbidden(message: str, **extra: Any) -> ApiError:
    """The account does not allow it."""
    return ApiError(403, 40310000, message, **extra)


def not_found(message: str) -> ApiError:
    return ApiError(404, 40410000, message)


def bad_request(message: str) -> ApiError:
    """Market data answers its errors without a code."""
    return ApiError(400, None, message)
