"""Money that comes or goes without a trade: deposits and withdrawals, fees, dividends, interest."""

from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from simulator.sessions import NEW_YORK
from simulator.text import decimal_text, time_text

# As the broker calls them: cash deposited, withdrawn and journaled, fees, dividends, interest.
KINDS = ("CSD", "CSW", "JNLC", "FEE", "DIV", "INT")


@dataclass(frozen=True, slots=True)
class CashBooking:
    """amount: dollars, negative where they go; symbol: of the stock it is for, empty where it is for none"""

    id: str
    kind: str
    at: datetime
    amount: Decimal
    symbol: str
    description: str

    @property
    def activity_id(self) -> str:
        return f"{self.at.astimezone(NEW_YORK):%Y%m%d}000000000::{self.id}"

    def to_record(self) -> dict[str, Any]:
        return asdict(self) | {"at": self.at.isoformat(), "amount": str(self.amount)}

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> "CashBooking":
        at, amount = datetime.fromisoformat(record["at"]), Decimal(record["amount"])
        return cls(**(record | {"at": at, "amount": amount}))


def cash_json(booking: CashBooking) -> dict[str, Any]:
    """Its activity."""
    return {
        "id": booking.activity_id,
        "activity_type": booking.kind,
        "date": booking.at.astimezone(NEW_YORK).date().isoformat(),
        "net_amount": decimal_text(booking.amount),
        **({"symbol": booking.symbol} if booking.symbol else {}),
        "description": booking.description,
        "status": "executed",
        "created_at": time_text(booking.at),
        "currency": "USD",
    }
