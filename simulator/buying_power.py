"""What open orders have set aside: dollars for what they open, shares for what they close."""

from decimal import Decimal

from simulator.exchange import Exchange
from simulator.orders import Order

# A short sale without a limit is reckoned this much above the market.
_SHORT_MARGIN = Decimal("1.03")


def order_value(exchange: Exchange, order: Order) -> Decimal:
    """What an opening order without a price of its own may cost, in dollars."""
    price = exchange.price(order.symbol) or Decimal(0)
    return order.left * (price if order.side == "buy" else price * _SHORT_MARGIN)


def short_value(price: Decimal, limit: Decimal | None, qty: Decimal) -> Decimal:
    """What a short sale counts for, in dollars."""
    return qty * max(limit or Decimal(0), price * _SHORT_MARGIN)


def gross_value(exchange: Exchange) -> Decimal:
    """What all positions are worth, long and short added up, in dollars."""
    return sum(
        (
            abs(holding.qty) * (exchange.price(holding.symbol) or holding.average)
            for holding in exchange.ledger.holdings.values()
        ),
        Decimal(0),
    )


def buying_power(exchange: Exchange) -> Decimal:
    """Dollars that opening orders may still cost: cash, or on margin the multiplied equity less what is in use."""
    reserved = exchange.book.priced + sum(
        (order_value(exchange, order) for order in exchange.book.unpriced), Decimal(0)
    )
    multiplier = exchange.settings.multiplier
    if multiplier == 1:
        return max(Decimal(0), exchange.ledger.cash - reserved)
    return max(Decimal(0), exchange.equity() * multiplier - gross_value(exchange) - reserved)


def closing_orders(exchange: Exchange, symbol: str) -> list[Order]:
    """The open orders that have reserved shares of a position."""
    return [order for order in exchange.book.open_orders(symbol) if order.is_working and not order.opens]


def held_for_orders(exchange: Exchange, symbol: str) -> Decimal:
    """Shares that open closing orders have reserved; the legs of one group sell the same shares."""
    groups: dict[str, Decimal] = {}
    for order in closing_orders(exchange, symbol):
        group = order.parent_id or order.id
        groups[group] = max(groups.get(group, Decimal(0)), _shares(exchange, order))
    return sum(groups.values(), Decimal(0))


def _shares(exchange: Exchange, order: Order) -> Decimal:
    if order.notional is None or order.filled_qty:
        return order.left
    price = exchange.price(order.symbol)
    return order.notional / price if price else Decimal(0)
