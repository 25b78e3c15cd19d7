"""Money that comes or goes without a trade: deposits and withdrawals, fees, dividends, interest, cash for fractions."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from simulator.errors import invalid
from simulator.market import Market
from simulator.order_request import find_asset
from simulator.sessions import NEW_YORK
from simulator.text import decimal_text, parse_decimal, time_text

# As the broker calls them: cash deposited, withdrawn and journaled; fees; dividends, and tax taken of them; interest;
# cash in lieu of a part of a share.
KINDS = ("CSD", "CSW", "JNLC", "FEE", "DIV", "DIVNRA", "INT", "CIL")
_FIELDS = ("kind", "sub_kind", "amount", "symbol", "order_id", "description", "date", "qty", "per_share")


@dataclass(frozen=True, slots=True)
class CashBooking:
    """amount: dollars, negative where they go; day: of what it is for; empty or None is what is not told of it

    canceled: the broker has taken it back, and the money with it
    """

    id: str
    kind: str
    at: datetime
    amount: Decimal
    symbol: str
    description: str
    sub_kind: str = ""
    order_id: str = ""
    day: date | None = None
    qty: Decimal | None = None
    per_share: Decimal | None = None
    canceled: bool = False

    @property
    def activity_id(self) -> str:
        return f"{self.at.astimezone(NEW_YORK):%Y%m%d}000000000::{self.id}"

    def to_record(self) -> dict[str, Any]:
        return asdict(self) | {
            "at": self.at.isoformat(),
            "amount": str(self.amount),
            "day": self.day.isoformat() if self.day else None,
            "qty": None if self.qty is None else str(self.qty),
            "per_share": None if self.per_share is None else str(self.per_share),
        }

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> "CashBooking":
        numbers = {name: Decimal(record[name]) for name in ("amount", "qty", "per_share") if record.get(name)}
        day = date.fromisoformat(record["day"]) if record.get("day") else None
        return cls(**(record | numbers | {"at": datetime.fromisoformat(record["at"]), "day": day}))

    @classmethod
    def of_body(cls, body: dict[str, Any], market: Market, id: str, at: datetime) -> "CashBooking":
        """{"kind": "CSD", "amount": "500"}. Raises ApiError."""
        if unknown := sorted(set(body) - set(_FIELDS)):
            raise invalid(f"unknown field {unknown[0]}; known are {', '.join(_FIELDS)}")
        kind, amount = body.get("kind"), parse_decimal(body.get("amount"))
        if kind not in KINDS:
            raise invalid(f"kind must be one of {', '.join(KINDS)}")
        if not amount:
            raise invalid("amount must be a number of dollars, negative where they go")
        symbol = str(body.get("symbol") or "")
        numbers = {}
        for name in ("qty", "per_share"):
            numbers[name] = parse_decimal(body.get(name))
            if body.get(name) is not None and not numbers[name]:
                raise invalid(f"{name} must be a number")
        return cls(
            id=id,
            kind=kind,
            at=at,
            amount=amount,
            symbol=find_asset(symbol, market.assets).symbol if symbol else "",
            description=str(body.get("description") or ""),
            sub_kind=str(body.get("sub_kind") or ""),
            order_id=str(body.get("order_id") or ""),
            day=_day(body.get("date")),
            qty=numbers["qty"],
            per_share=numbers["per_share"],
        )


def _day(value: object) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise invalid("date must be a day such as 2026-06-02") from error


def cash_json(booking: CashBooking) -> dict[str, Any]:
    """Its activity; what is not told of it has no field."""
    told = {
        "activity_sub_type": booking.sub_kind,
        "symbol": booking.symbol,
        "order_id": booking.order_id,
        "qty": None if booking.qty is None else decimal_text(booking.qty),
        "per_share_amount": None if booking.per_share is None else decimal_text(booking.per_share),
    }
    return {
        "id": booking.activity_id,
        "activity_type": booking.kind,
        "date": (booking.day or booking.at.astimezone(NEW_YORK).date()).isoformat(),
        "net_amount": decimal_text(booking.amount),
        **{name: value for name, value in told.items() if value},
        "description": booking.description,
        "status": "canceled" if booking.canceled else "executed",
        "created_at": time_text(booking.at),
        "currency": "USD",
    }
