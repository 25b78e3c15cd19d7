"""An order as the exchange keeps it, and as its journal writes it down."""

from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from engine.core.matching import Side, WorkingOrder
from engine.core.trailing import Trail

Kind = Literal["market", "limit", "stop", "stop_limit", "trailing_stop"]
OPEN_STATUSES = frozenset(
    {"new", "accepted", "pending_new", "partially_filled", "pending_cancel", "pending_replace", "held"}
)
# Not in the market: not there yet, or waiting for the order whose exit it is.
_RESTING_OUTSIDE = frozenset({"held", "pending_new", "accepted"})
_TIMES = (
    "created_at",
    "updated_at",
    "filled_at",
    "expired_at",
    "canceled_at",
    "replaced_at",
    "failed_at",
    "expires_at",
    "acts_at",
)
_DECIMALS = (
    "qty",
    "notional",
    "limit_price",
    "stop_price",
    "trail_price",
    "trail_percent",
    "best_price",
    "filled_qty",
    "filled_value",
)
_AVERAGE = Decimal("0.000001")


@dataclass(slots=True)
class Order:
    """One order; changed in place by the exchange, always together with a journal entry.

    qty: shares; 0 for an order by `notional` (dollars) until it has filled
    filled_value: dollars paid or received so far
    best_price: what a trailing stop's distance is measured from
    parent_id, legs: the other orders of a bracket, OTO or OCO
    replaces, replaced_by: the order before and after a replacement
    rests_from: the first bar (its start, seconds since the epoch) that a resting order is matched against
    triggered: a stop_limit whose stop was touched
    acts_at: when what is pending comes about; None when nothing is
    """

    id: str
    client_order_id: str
    symbol: str
    side: Side
    type: Kind
    time_in_force: str
    order_class: str
    qty: Decimal
    status: str
    created_at: datetime
    updated_at: datetime
    expires_at: datetime
    notional: Decimal | None = None
    limit_price: Decimal | None = None
    stop_price: Decimal | None = None
    trail_price: Decimal | None = None
    trail_percent: Decimal | None = None
    best_price: Decimal | None = None
    filled_qty: Decimal = Decimal(0)
    filled_value: Decimal = Decimal(0)
    filled_at: datetime | None = None
    expired_at: datetime | None = None
    canceled_at: datetime | None = None
    replaced_at: datetime | None = None
    failed_at: datetime | None = None
    extended_hours: bool = False
    position_intent: str = ""
    parent_id: str | None = None
    legs: tuple[str, ...] = ()
    replaces: str | None = None
    replaced_by: str | None = None
    rests_from: int = 0
    triggered: bool = False
    acts_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_STATUSES

    @property
    def is_working(self) -> bool:
        """Open and reserving what it needs: a held leg, and a replacement that has not arrived, reserve nothing."""
        return self.is_open and self.status != "held" and not (self.replaces and self.status == "pending_new")

    @property
    def is_in_market(self) -> bool:
        """Able to fill."""
        return self.is_open and self.status not in _RESTING_OUTSIDE

    @property
    def left(self) -> Decimal:
        """Shares still to fill; 0 for an order by notional."""
        return self.qty - self.filled_qty

    @property
    def filled_avg_price(self) -> Decimal | None:
        if not self.filled_qty:
            return None
        average = self.filled_value / self.filled_qty
        return average.quantize(_AVERAGE) if average != average.quantize(_AVERAGE) else average

    @property
    def opens(self) -> bool:
        """Opens or enlarges a position; a journal of before short sales does not say."""
        return self.position_intent.endswith("open") if self.position_intent else self.side == "buy"

    @property
    def is_leg(self) -> bool:
        """One of the exits of a bracket, OTO or OCO; the first of an OCO is also the parent."""
        return self.parent_id is not None or self.order_class == "oco"

    @property
    def trail(self) -> Trail:
        return Trail(self.trail_price, self.trail_percent)

    def working(self) -> WorkingOrder:
        """As matching sees it; a trailing stop is followed print by print instead."""
        assert self.type != "trailing_stop"
        if self.type == "stop_limit" and self.triggered:
            return WorkingOrder(self.side, "limit", self.left, self.limit_price)
        return WorkingOrder(self.side, self.type, self.left, self.limit_price, self.stop_price)

    def to_record(self) -> dict[str, Any]:
        """The journal's form; empty fields are left out."""
        record: dict[str, Any] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if value is None or value is False or value in ((), ""):
                continue
            if isinstance(value, Decimal):
                value = str(value)
            elif isinstance(value, datetime):
                value = value.isoformat()
            record[field.name] = value
        return record

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> "Order":
        """`record` is one line's order; a journal of before partial fills has an average instead of a value."""
        for name in _TIMES:
            if name in record:
                record[name] = datetime.fromisoformat(record[name])
        average = record.pop("filled_avg_price", None)
        for name in _DECIMALS:
            if name in record:
                record[name] = Decimal(record[name])
        if average is not None:
            record["filled_value"] = Decimal(average) * record["filled_qty"]
        record["legs"] = tuple(record.get("legs", ()))
        return cls(**({"order_class": ""} | record))
