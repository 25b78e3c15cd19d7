"""All orders there ever were, and which of them are open."""

from collections.abc import Iterator

from simulator.orders import Order


class OrderBook:
    def __init__(self) -> None:
        self.orders: dict[str, Order] = {}  # in the order they were accepted
        self._by_client_id: dict[str, Order] = {}
        self._open: dict[str, dict[str, Order]] = {}

    def put(self, order: Order) -> None:
        """Add an order, or note that it changed."""
        self.orders[order.id] = order
        self._by_client_id[order.client_order_id] = order
        if order.is_open:
            self._open.setdefault(order.symbol, {})[order.id] = order
        elif order.id in self._open.get(order.symbol, {}):
            del self._open[order.symbol][order.id]
            if not self._open[order.symbol]:
                del self._open[order.symbol]

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

    def group(self, order: Order) -> list[Order]:
        """The other orders of the same bracket, OTO or OCO, the parent first."""
        parent = self.orders[order.parent_id] if order.parent_id else order
        members = [parent, *(self.orders[leg] for leg in parent.legs)]
        return [member for member in members if member is not order]

    def legs(self, order: Order) -> list[Order]:
        return [self.orders[leg] for leg in order.legs]
