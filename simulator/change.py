"""One indivisible change of the exchange: orders and fills together, written first and told afterwards."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from simulator.book import OrderBook
from simulator.ledger import Fill, Ledger
from simulator.market import Market
from simulator.orders import Order, order_json
from simulator.text import decimal_text, time_text


class Ids:
    """Identifiers that repeat when the same things happen in the same order."""

    def __init__(self, name: str) -> None:
        self._namespace = uuid.uuid5(uuid.NAMESPACE_URL, f"simulator:{name}")
        self.count = 0

    def next(self) -> str:
        self.count += 1
        return self.named(str(self.count))

    def named(self, name: str) -> str:
        return str(uuid.uuid5(self._namespace, name))


@dataclass
class Change:
    """Collects what happens at one instant; `commit` of the exchange journals it and then sends the events."""

    at: datetime
    book: OrderBook
    ledger: Ledger
    market: Market
    ids: Ids
    orders: dict[str, Order] = field(default_factory=dict)
    fills: list[Fill] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    last_equity: Decimal | None = None

    def __bool__(self) -> bool:
        return bool(self.orders) or self.last_equity is not None

    def put(self, order: Order) -> None:
        order.updated_at = self.at
        self.orders[order.id] = order
        self.book.put(order)

    def set_status(self, order: Order, status: str) -> None:
        order.status = status
        self.put(order)
        self._tell(status, order)

    def fill(self, order: Order, price: Decimal, bar_start: int) -> None:
        """Fill all that is left, at the price in dollars; `bar_start` is the bar it filled in."""
        qty = order.left
        order.filled_qty, order.filled_avg_price, order.filled_at = order.qty, price, self.at
        order.status = "filled"
        self.put(order)
        fill = Fill(self.ids.next(), order.id, order.symbol, order.side, qty, price, self.at, order.qty, Decimal(0))
        self.ledger.book(fill)
        self.fills.append(fill)
        position = decimal_text(self.ledger.held(order.symbol))
        self._tell("fill", order, fill.id, price=decimal_text(price), qty=decimal_text(qty), position_qty=position)
        if order.legs and order.order_class != "oco":
            for leg in self.book.legs(order):
                leg.rests_from = bar_start
                self.set_status(leg, "new")
        else:
            self.end([member for member in self.book.group(order) if member.is_open], "canceled")

    def end(self, orders: list[Order], status: str) -> None:
        """Cancel or expire these open orders."""
        for order in orders:
            if status == "expired":
                order.expired_at = self.at
            else:
                order.canceled_at = self.at
            self.set_status(order, status)

    def _tell(self, event: str, order: Order, execution_id: str | None = None, **extra: str) -> None:
        self.events.append(
            {
                "event": event,
                "execution_id": execution_id or self.ids.next(),
                "timestamp": time_text(self.at),
                "order": render(order, self.book, self.market, nested=True),
                **extra,
            }
        )

    def to_record(self) -> dict[str, Any]:
        record: dict[str, Any] = {"count": self.ids.count}
        if self.orders:
            record["orders"] = [order.to_record() for order in self.orders.values()]
        if self.fills:
            record["fills"] = [fill.to_record() for fill in self.fills]
        if self.last_equity is not None:
            record["last_equity"] = str(self.last_equity)
        return record


def render(order: Order, book: OrderBook, market: Market, nested: bool) -> dict[str, Any]:
    """The order's JSON, with its legs inside when `nested`."""
    asset = market.assets[order.symbol]
    legs = [order_json(leg, asset) for leg in book.legs(order)] if nested else None
    return order_json(order, asset, legs)
