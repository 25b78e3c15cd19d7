"""Requests and responses of the REST interfaces, as values: a fault remembers, alters or delays them."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from simulator.errors import ApiError

if TYPE_CHECKING:
    from simulator.simulation import Simulation


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    path_values: Mapping[str, str] = field(default_factory=dict)

    def json(self) -> Any:
        """The body; numbers with a fraction as Decimal, so that no digit is lost. Raises ApiError."""
        try:
            return json.loads(self.body or b"{}", parse_float=Decimal, parse_constant=_refuse)
        except (ValueError, RecursionError, ArithmeticError) as error:
            raise ApiError(400, 40010000, "request body format is invalid") from error


@dataclass(frozen=True)
class Response:
    """`body`: what becomes JSON, or a page as bytes."""

    status: int = 200
    body: Any = None
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)

    def encoded(self) -> bytes:
        if self.body is None or isinstance(self.body, bytes):
            return self.body or b""
        return json.dumps(self.body, separators=(",", ":")).encode()


Handler = Callable[["Simulation", Request], Response | Awaitable[Response]]


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON.")
