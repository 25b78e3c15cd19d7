"""All orders there ever were, which of them are open, and what those have set aside."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from simulator.orders import Order

_NOTHING = Decimal(0)


class OrderBook:
    """`priced` is what all open orders that open a position, at a price of their own, may cost together, in dollars."""

    def __init__(self) -> None:
        self.orders: dict[str, Order] = {}  # in the order they were accepted
        self.priced = _NOTHING
        self._numbers: dict[str, int] = {}
        self._by_client_id: dict[str, Order] = {}
        self._open: dict[str, dict[str, Order]] = {}
        self._reserved: dict[str, Decimal] = {}
        self._unpriced: dict[str, Order] = {}
        self._pending: dict[str, Order] = {}

    def put(self, order: Order) -> None:
        """Add an order, or note that it changed."""
        self.orders[order.id] = order
        self._numbers.setdefault(order.id, len(self._numbers))
        self._by_client_id[order.client_order_id] = order
        if order.is_open:
            self._open.setdefault(order.symbol, {})[order.id] = order
        elif order.id in self._open.get(order.symbol, {}):
            del self._open[order.symbol][order.id]
            if not self._open[order.symbol]:
                del self._open[order.symbol]
        if order.acts_at is not None and order.is_open:
            self._pending[order.id] = order
        else:
            self._pending.pop(order.id, None)
        self._reserve(order)

    def _reserve(self, order: Order) -> None:
        opens = order.opens and order.is_working
        own = own_cost(order) if opens else _NOTHING
        if opens and own is None:
            self._unpriced[order.id] = order
        else:
            self._unpriced.pop(order.id, None)
        self.priced += (own or _NOTHING) - self._reserved.pop(order.id, _NOTHING)
        if own:
            self._reserved[order.id] = own

    @property
    def unpriced(self) -> list[Order]:
        """Open orders that pay whatever the market asks."""
        return list(self._unpriced.values())

    def number(self, order_id: str) -> int:
        """Orders are counted as they are accepted."""
        return self._numbers[order_id]

    def by_client_id(self, client_order_id: str) -> Order | None:
        return self._by_client_id.get(client_order_id)

    @property
    def open_symbols(self) -> list[str]:
        return sorted(self._open)

    def open_orders(self, symbol: str | None = None) -> Iterator[Order]:
        """Open orders in the order they were accepted, held legs included; a snapshot, so they may change meanwhile."""
        symbols = self.open_symbols if symbol is None else [symbol]
        for name in symbols:
            yield from list(self._open.get(name, {}).values())

    def next_pending(self) -> tuple[datetime, Order] | None:
        """The first pending order and when its turn comes; of several at once the one accepted first."""
        due = [(order.acts_at, order) for order in self._pending.values() if order.acts_at is not None]
        return min(due, key=lambda pair: pair[0]) if due else None

    def group(self, order: Order) -> list[Order]:
        """The other orders of the same bracket, OTO or OCO, the parent first."""
        parent = self.orders[order.parent_id] if order.parent_id else order
        members = [parent, *(self.orders[leg] for leg in parent.legs)]
        return [member for member in members if member is not order]

    def legs(self, order: Order) -> list[Order]:
        return [self.orders[leg] for leg in order.legs]


def own_cost(order: Order) -> Decimal | None:
    """What an order may cost by its own terms, in dollars; None when only the market knows."""
    if order.notional is not None:
        return order.notional
    price = order.limit_price or (order.stop_price if order.side == "buy" else None)
    return None if price is None else order.left * price
