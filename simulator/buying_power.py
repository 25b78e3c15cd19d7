"""What open orders have set aside: cash for buys, shares for sells."""

from decimal import Decimal

from simulator.exchange import Exchange
from simulator.orders import Order


def order_value(exchange: Exchange, order: Order) -> Decimal:
    """What an open buy may cost, in dollars."""
    price = order.limit_price or order.stop_price or exchange.price(order.symbol) or Decimal(0)
    return order.left * price


def buying_power(exchange: Exchange) -> Decimal:
    """Cash that no open buy order has reserved, in dollars; held legs reserve nothing."""
    reserved = sum(
        (
            order_value(exchange, order)
            for order in exchange.book.open_orders()
            if order.side == "buy" and order.is_working
        ),
        Decimal(0),
    )
    return max(Decimal(0), exchange.ledger.cash - reserved)


def sells(exchange: Exchange, symbol: str) -> list[Order]:
    return [order for order in exchange.book.open_orders(symbol) if order.side == "sell" and order.is_working]


def held_for_orders(exchange: Exchange, symbol: str) -> Decimal:
    """Shares that open sell orders have reserved; the legs of one group sell the same shares."""
    groups: dict[str, Decimal] = {}
    for order in sells(exchange, symbol):
        group = order.parent_id or order.id
        groups[group] = max(groups.get(group, Decimal(0)), order.left)
    return sum(groups.values(), Decimal(0))
