"""A stock that pays a dividend: POST /sim/dividends.

Whoever holds it as its ex-day opens is paid as its payable day opens, by a DIV activity; and cash for a part of a share
after a split is paid like it, by a CIL activity.
"""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from simulator.cash import CashBooking
from simulator.errors import invalid
from simulator.market import Market
from simulator.order_request import find_asset
from simulator.sessions import NEW_YORK, SessionCalendar
from simulator.text import parse_decimal

_FIELDS = ("symbol", "rate", "ex_date", "payable_date", "announced")
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Dividend:
    """rate: dollars a share; qty: the account's shares it is paid for, None before the ex-day

    announced: whether GET /v1/corporate-actions lists it
    """

    symbol: str
    rate: Decimal
    ex_day: date
    pay_day: date
    announced: bool = True
    qty: Decimal | None = None
    is_paid: bool = False
    kind: str = "DIV"

    @classmethod
    def of_body(cls, body: dict[str, Any], market: Market, calendar: SessionCalendar, now: datetime) -> "Dividend":
        """{"symbol": "KO", "rate": "0.51", "ex_date": "2026-06-04", "payable_date": "2026-06-09"}. Raises ApiError."""
        if unknown := sorted(set(body) - set(_FIELDS)):
            raise invalid(f"unknown field {unknown[0]}; known are {', '.join(_FIELDS)}")
        symbol = find_asset(str(body.get("symbol") or ""), market.assets).symbol
        rate = parse_decimal(body.get("rate"))
        if rate is None or rate <= 0:
            raise invalid("rate must be a number of dollars above 0")
        ex_day, pay_day = (session_of(body, name, calendar) for name in ("ex_date", "payable_date"))
        if ex_day <= now.astimezone(NEW_YORK).date():
            raise invalid("ex_date must be after today")
        if pay_day < ex_day:
            raise invalid("payable_date cannot be before ex_date")
        announced = body.get("announced", True)
        if not isinstance(announced, bool):
            raise invalid("announced must be true or false")
        return cls(symbol, rate, ex_day, pay_day, announced)

    @property
    def amount(self) -> Decimal:
        """Dollars for all shares, in cents."""
        return ((self.qty or Decimal(0)) * self.rate).quantize(_CENT)

    def booking(self, id: str, at: datetime) -> CashBooking:
        """Its payment."""
        what, sub_kind = ("dividend", "CDIV") if self.kind == "DIV" else ("cash in lieu of a part of a share", "")
        return CashBooking(
            id=id,
            kind=self.kind,
            at=at,
            amount=self.amount,
            symbol=self.symbol,
            description=f"{what} of {self.symbol}",
            sub_kind=sub_kind,
            day=self.pay_day,
            qty=self.qty,
            per_share=self.rate,
        )

    def to_record(self) -> dict[str, Any]:
        return asdict(self) | {
            "rate": str(self.rate),
            "ex_day": self.ex_day.isoformat(),
            "pay_day": self.pay_day.isoformat(),
            "qty": None if self.qty is None else str(self.qty),
        }

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> "Dividend":
        days = {name: date.fromisoformat(record[name]) for name in ("ex_day", "pay_day")}
        qty = None if record["qty"] is None else Decimal(record["qty"])
        return cls(**(record | days | {"rate": Decimal(record["rate"]), "qty": qty}))


def session_of(body: dict[str, Any], name: str, calendar: SessionCalendar) -> date:
    try:
        day = date.fromisoformat(str(body.get(name)))
    except ValueError as error:
        raise invalid(f"{name} must be a day such as 2026-06-04") from error
    if day not in calendar.days:
        raise invalid(f"{name}: there is no session on {day.isoformat()}")
    return day
