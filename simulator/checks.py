"""What the account and the market have to say about a well-formed order."""

from decimal import Decimal

from simulator.buying_power import buying_power, held_for_orders, sells
from simulator.errors import forbidden, unprocessable
from simulator.exchange import Exchange
from simulator.order_request import OrderRequest
from simulator.text import decimal_text, money

CENT = Decimal("0.01")


def check_order(exchange: Exchange, request: OrderRequest, price: Decimal) -> None:
    """`price`: what a market order would pay now, in dollars. Raises ApiError in the broker's wording."""
    _check_levels(request, exchange.price(request.symbol) or price)
    if request.side == "buy":
        if request.order_class == "oco":
            raise unprocessable("oco orders must be exit orders")
        _check_wash_trade(exchange, request)
        _check_cash(exchange, request, price)
    else:
        _check_shares(exchange, request)
        _check_wash_trade(exchange, request)


def _check_levels(request: OrderRequest, market: Decimal) -> None:
    if request.type in ("stop", "stop_limit") and request.stop_price is not None:
        levels = {"market_price": decimal_text(market), "stop_price": decimal_text(request.stop_price)}
        if request.side == "sell" and request.stop_price >= market:
            raise unprocessable("stop price must be less than current price", **levels)
        if request.side == "buy" and request.stop_price <= market:
            raise unprocessable("stop price must be greater than current price", **levels)
    if request.order_class == "oco":
        if request.stop_loss is not None and request.stop_loss >= market:
            raise unprocessable(
                "stop price must be less than current price",
                market_price=decimal_text(market),
                stop_price=decimal_text(request.stop_loss),
            )
    elif request.order_class:
        _check_distance(request, request.limit_price or request.stop_price or market)


def _check_distance(request: OrderRequest, base: Decimal) -> None:
    """An entry's legs lie at least a cent on their side of its base price."""
    shown = {"base_price": decimal_text(base)}
    if request.side == "sell":
        raise unprocessable(f"{request.order_class} orders must be entry orders")
    if request.stop_loss is not None and request.stop_loss > base - CENT:
        raise unprocessable("stop_loss.stop_price must be <= base_price - 0.01", **shown)
    if request.take_profit is not None and request.take_profit < base + CENT:
        raise unprocessable("take_profit.limit_price must be >= base_price + 0.01", **shown)


def _check_cash(exchange: Exchange, request: OrderRequest, price: Decimal) -> None:
    cost = request.qty * (request.limit_price or request.stop_price or price)
    if cost < 1:
        raise forbidden("cost basis must be >= minimal amount of order 1")
    available = buying_power(exchange)
    if cost > available:
        raise forbidden("insufficient buying power", buying_power=money(available), cost_basis=money(cost))


def _check_shares(exchange: Exchange, request: OrderRequest) -> None:
    existing = exchange.ledger.held(request.symbol)
    if not existing:
        if request.order_class == "oco":
            raise unprocessable("oco orders must be exit orders")
        raise forbidden("account is not allowed to short")
    held = held_for_orders(exchange, request.symbol)
    if request.qty > existing - held:
        available = decimal_text(existing - held)
        raise forbidden(
            f"insufficient qty available for order (requested: {decimal_text(request.qty)}, available: {available})",
            available=available,
            existing_qty=decimal_text(existing),
            held_for_orders=decimal_text(held),
            symbol=request.symbol,
            related_orders=[order.id for order in sells(exchange, request.symbol)],
        )


def _check_wash_trade(exchange: Exchange, request: OrderRequest) -> None:
    """Nobody trades with himself: market and stop orders never against an open order, limits not when they cross."""
    for order in exchange.book.open_orders(request.symbol):
        if order.side == request.side or order.is_leg:
            continue
        if request.order_class and request.type != "market":
            continue
        resting, arriving = order.limit_price, request.limit_price
        if (
            resting is not None
            and arriving is not None
            and (resting < arriving if order.side == "buy" else arriving < resting)
        ):
            continue
        raise forbidden(
            "potential wash trade detected. use complex orders",
            existing_order_id=order.id,
            reject_reason=f"opposite side {order.type.replace('_', ' ')} order exists",
        )
