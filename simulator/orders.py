"""An order as the exchange keeps it, and as the broker's API shows it."""

from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any

from engine.core.matching import OrderType, Side, WorkingOrder
from simulator.market import Asset
from simulator.text import decimal_text, nullable_decimal, nullable_time, time_text

OPEN_STATUSES = frozenset({"new", "accepted", "pending_new", "partially_filled", "pending_cancel", "held"})
_TIMES = ("created_at", "updated_at", "filled_at", "expired_at", "canceled_at", "expires_at")
_DECIMALS = ("qty", "limit_price", "stop_price", "filled_qty", "filled_avg_price")


@dataclass(slots=True)
class Order:
    """One order; changed in place by the exchange, always together with a journal entry.

    parent_id, legs: the other orders of a bracket, OTO or OCO
    rests_from: the first bar (its start, seconds since the epoch) that a resting order is matched against
    triggered: a stop_limit whose stop was touched
    """

    id: str
    client_order_id: str
    symbol: str
    side: Side
    type: OrderType
    time_in_force: str
    order_class: str
    qty: Decimal
    status: str
    created_at: datetime
    updated_at: datetime
    expires_at: datetime
    limit_price: Decimal | None = None
    stop_price: Decimal | None = None
    filled_qty: Decimal = Decimal(0)
    filled_avg_price: Decimal | None = None
    filled_at: datetime | None = None
    expired_at: datetime | None = None
    canceled_at: datetime | None = None
    extended_hours: bool = False
    parent_id: str | None = None
    legs: tuple[str, ...] = ()
    rests_from: int = 0
    triggered: bool = False

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_STATUSES

    @property
    def is_working(self) -> bool:
        """Open and in the market: a held leg is not."""
        return self.is_open and self.status != "held"

    @property
    def left(self) -> Decimal:
        return self.qty - self.filled_qty

    @property
    def is_leg(self) -> bool:
        """One of the exits of a bracket, OTO or OCO; the first of an OCO is also the parent."""
        return self.parent_id is not None or self.order_class == "oco"

    def working(self) -> WorkingOrder:
        if self.type == "stop_limit" and self.triggered:
            return WorkingOrder(self.side, "limit", self.left, self.limit_price)
        return WorkingOrder(self.side, self.type, self.left, self.limit_price, self.stop_price)

    def to_record(self) -> dict[str, Any]:
        """The journal's form; empty fields are left out."""
        record: dict[str, Any] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if value is None or value is False or value == ():
                continue
            if isinstance(value, Decimal):
                value = str(value)
            elif isinstance(value, datetime):
                value = value.isoformat()
            record[field.name] = value
        return record

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> "Order":
        for name in _TIMES:
            if name in record:
                record[name] = datetime.fromisoformat(record[name])
        for name in _DECIMALS:
            if name in record:
                record[name] = Decimal(record[name])
        record["legs"] = tuple(record.get("legs", ()))
        return cls(**record)


def order_json(order: Order, asset: Asset, legs: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """The order as the API answers it; `legs` only where they are asked for."""
    return {
        "id": order.id,
        "client_order_id": order.client_order_id,
        "created_at": time_text(order.created_at),
        "updated_at": time_text(order.updated_at),
        "submitted_at": time_text(order.created_at),
        "filled_at": nullable_time(order.filled_at),
        "expired_at": nullable_time(order.expired_at),
        "expires_at": time_text(order.expires_at),
        "canceled_at": nullable_time(order.canceled_at),
        "failed_at": None,
        "replaced_at": None,
        "replaced_by": None,
        "replaces": None,
        "asset_id": asset.id,
        "symbol": order.symbol,
        "asset_class": "us_equity",
        "notional": None,
        "qty": decimal_text(order.qty),
        "filled_qty": decimal_text(order.filled_qty),
        "filled_avg_price": nullable_decimal(order.filled_avg_price),
        "order_class": order.order_class,
        "order_type": order.type,
        "type": order.type,
        "side": order.side,
        "position_intent": "buy_to_open" if order.side == "buy" else "sell_to_close",
        "time_in_force": order.time_in_force,
        "limit_price": nullable_decimal(order.limit_price),
        "stop_price": nullable_decimal(order.stop_price),
        "status": order.status,
        "extended_hours": order.extended_hours,
        "legs": legs or None,
        "trail_percent": None,
        "trail_price": None,
        "hwm": None,
        "subtag": None,
        "source": None,
    }
