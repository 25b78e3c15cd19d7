"""A stock that gets another symbol: POST /sim/renames.

From then on the market knows it under the new one, past prices included, and has never heard of the old one. Open
orders are cancelled, as at a split; what was executed before keeps the symbol it was executed under.
"""

import re
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from simulator.errors import invalid
from simulator.market import Market
from simulator.order_request import find_asset
from simulator.sessions import NEW_YORK

_FIELDS = {"symbol", "to", "announced"}
_SYMBOL = re.compile(r"[A-Z][A-Z0-9.]{0,9}")


@dataclass(frozen=True)
class Rename:
    """announced: whether GET /v1/corporate-actions lists it, as a name change of the day it happened."""

    old: str
    new: str
    at: datetime
    announced: bool = True

    @classmethod
    def of_body(cls, body: dict[str, Any], market: Market, at: datetime) -> "Rename":
        """{"symbol": "XOM", "to": "XON"}. Raises ApiError."""
        if unknown := sorted(set(body) - _FIELDS):
            raise invalid(f"unknown field {unknown[0]}; known are {', '.join(sorted(_FIELDS))}")
        old, new = find_asset(str(body.get("symbol") or ""), market.assets).symbol, body.get("to")
        if not isinstance(new, str) or not _SYMBOL.fullmatch(new):
            raise invalid("to must be a symbol such as XON: capital letters, at most ten")
        if not market.may_be_named(old, new):
            raise invalid(f"to: {new} is, or was, the symbol of another stock here")
        announced = body.get("announced", True)
        if not isinstance(announced, bool):
            raise invalid("announced must be true or false")
        return cls(old, new, at, announced)

    @property
    def day(self) -> date:
        return self.at.astimezone(NEW_YORK).date()

    def to_record(self) -> dict[str, Any]:
        return asdict(self) | {"at": self.at.isoformat()}

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> "Rename":
        return cls(**(record | {"at": datetime.fromisoformat(record["at"])}))
