"""One indivisible change of the exchange: orders and fills together, written first and told afterwards."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_DOWN, Decimal
from typing import Any

from simulator.book import OrderBook
from simulator.cash import CashBooking
from simulator.dividends import Dividend
from simulator.ledger import Fill, Ledger, SplitBooking
from simulator.market import Market
from simulator.order_json import render
from simulator.orders import Order
from simulator.renames import Rename
from simulator.text import decimal_text, time_text

_SHARE_STEP = Decimal("1E-9")


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
    """Collects what happens at one instant; `commit` of the exchange journals it and then sends the events.

    watched: whether anybody listens; else there is nothing to tell
    """

    at: datetime
    book: OrderBook
    ledger: Ledger
    market: Market
    ids: Ids
    watched: bool
    orders: dict[str, Order] = field(default_factory=dict)
    fills: list[Fill] = field(default_factory=list)
    splits: list[SplitBooking] = field(default_factory=list)
    renames: list[Rename] = field(default_factory=list)
    moves: list[CashBooking] = field(default_factory=list)
    dividends: list[Dividend] = field(default_factory=list)
    taken: dict[str, tuple[int, Decimal]] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    last_equity: Decimal | None = None

    def __bool__(self) -> bool:
        booked = self.orders or self.splits or self.renames or self.moves or self.dividends
        return bool(booked) or self.last_equity is not None

    def put(self, order: Order) -> None:
        order.updated_at = self.at
        self.orders[order.id] = order
        self.book.put(order)

    def set_status(self, order: Order, status: str, event: str | None = None) -> None:
        """`event`: what it is told as, when that is not the status itself."""
        order.status = status
        self.put(order)
        self.tell(event or status, order)

    def fill(self, order: Order, qty: Decimal, price: Decimal, bar_start: int) -> Decimal:
        """Fill `qty` shares at the price in dollars; `bar_start` is the bar they filled in.

        What an order by notional buys follows from the price: `qty` is not asked. Returns the shares.
        """
        if order.notional is not None:
            qty = order.qty = (order.notional / price).quantize(_SHARE_STEP, ROUND_DOWN)
        order.filled_qty += qty
        order.filled_value += qty * price
        done = order.filled_qty == order.qty
        if done:
            order.filled_at, order.status, order.acts_at = self.at, "filled", None
        elif order.status not in ("pending_cancel", "pending_replace"):
            order.status = "partially_filled"
        self.put(order)
        if order.replaced_by is not None:
            # On its way to take this order's place: what has filled meanwhile is not bought twice.
            replacement = self.book.orders[order.replaced_by]
            replacement.qty -= qty
            self.put(replacement)
        fill = Fill(
            self.ids.next(), order.id, order.symbol, order.side, qty, price, self.at, order.filled_qty, order.left
        )
        self.ledger.book(fill)
        self.fills.append(fill)
        position = decimal_text(self.ledger.held(order.symbol))
        numbers = {"price": decimal_text(price), "qty": decimal_text(qty), "position_qty": position}
        self.tell("fill" if done else "partial_fill", order, fill.id, **numbers)
        if order.is_leg:
            self._exits_shrink(order, qty, done)
        elif done:
            for leg in self.book.legs(order):
                leg.rests_from = bar_start
                self.set_status(leg, "new")
        return qty

    def _exits_shrink(self, order: Order, qty: Decimal, done: bool) -> None:
        """What one exit has sold the others of its group no longer sell."""
        others = [member for member in self.book.group(order) if member.is_open]
        if done:
            self.end(others, "canceled")
            return
        for other in others:
            other.qty -= qty
            self.put(other)

    def end(self, orders: list[Order], status: str) -> None:
        """Cancel, expire or reject these open orders."""
        for order in orders:
            if status == "expired":
                order.expired_at = self.at
            elif status == "rejected":
                order.failed_at = self.at
            else:
                order.canceled_at = self.at
            order.acts_at = None
            self.set_status(order, status)
            self._keep(order)

    def _keep(self, order: Order) -> None:
        """What an order that ended on its way was to replace goes on as it was."""
        old = self.book.orders[order.replaces] if order.replaces else None
        if old is None or not old.is_open or old.replaced_by != order.id:
            return
        old.replaced_by = None
        if old.status == "pending_replace":
            old.status = "partially_filled" if old.filled_qty else "new"
        self.put(old)

    def tell(self, event: str, order: Order, execution_id: str | None = None, **extra: str) -> None:
        # Counted whether it is told or not, so that the same orders get the same names.
        execution_id = execution_id or self.ids.next()
        if not self.watched:
            return
        self.events.append(
            {
                "event": event,
                "execution_id": execution_id,
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
        if self.splits:
            record["splits"] = [split.to_record() for split in self.splits]
        if self.renames:
            record["renames"] = [rename.to_record() for rename in self.renames]
        if self.moves:
            record["moves"] = [move.to_record() for move in self.moves]
        if self.dividends:
            record["dividends"] = [dividend.to_record() for dividend in self.dividends]
        if self.taken:
            record["taken"] = {symbol: [start, str(qty)] for symbol, (start, qty) in self.taken.items()}
        if self.last_equity is not None:
            record["last_equity"] = str(self.last_equity)
        return record
