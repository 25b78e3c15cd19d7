"""What the account and the market have to say about a well-formed order."""

from decimal import Decimal

from engine.core.matching import Side
from simulator.buying_power import buying_power, closing_orders, held_for_orders, short_value
from simulator.errors import forbidden, unprocessable
from simulator.exchange import Exchange
from simulator.order_request import OrderRequest
from simulator.orders import Order
from simulator.text import decimal_text, money

CENT = Decimal("0.01")
_LEAST_EQUITY_TO_SHORT = 2_000
_SMALLEST_COST = 1


def check_order(exchange: Exchange, request: OrderRequest, price: Decimal) -> str:
    """The order's position intent; `price`: what a market order would pay now, in dollars.

    Raises ApiError in the broker's wording.
    """
    exchange.restrictions.check_asset(request.symbol, request.is_fractional)
    position = exchange.ledger.held(request.symbol)
    opens = position >= 0 if request.side == "buy" else position <= 0
    exchange.restrictions.check_account(opens)
    _check_account(exchange, request)
    intent = f"{request.side}_to_{'open' if opens else 'close'}"
    if request.position_intent and request.position_intent != intent:
        raise unprocessable(f"position intent mismatch, inferred: {intent}, specified: {request.position_intent}")
    _check_levels(request, exchange.price(request.symbol) or price, opens)
    if opens and request.side == "sell":
        _check_short(exchange, request)
    if not opens:
        _check_shares(exchange, request, abs(position), price)
    _check_wash_trade(exchange, request)
    if opens:
        _check_cash(exchange, request, price)
    return intent


def _check_account(exchange: Exchange, request: OrderRequest) -> None:
    if exchange.settings.suspend_trade:
        raise forbidden("new orders are rejected by user request")
    if request.is_fractional and not exchange.settings.fractional_trading:
        raise forbidden("account is not allowed to trade fractional shares")


def _check_levels(request: OrderRequest, market: Decimal, opens: bool) -> None:
    prices = request.prices
    if request.type in ("stop", "stop_limit") and prices.stop_price is not None:
        check_stop(request.side, prices.stop_price, market)
    if request.order_class == "oco":
        if opens:
            raise unprocessable("oco orders must be exit orders")
        if prices.stop_loss is not None:
            check_stop(request.side, prices.stop_loss, market)
    elif request.order_class:
        if not opens:
            raise unprocessable(f"{request.order_class} orders must be entry orders")
        _check_distance(request, prices.limit_price or prices.stop_price or market)


def check_stop(side: Side, stop: Decimal, market: Decimal) -> None:
    """A stop lies on the far side of the market. Raises ApiError."""
    levels = {"market_price": decimal_text(market), "stop_price": decimal_text(stop)}
    if side == "sell" and stop >= market:
        raise unprocessable("stop price must be less than current price", **levels)
    if side == "buy" and stop <= market:
        raise unprocessable("stop price must be greater than current price", **levels)


def _check_distance(request: OrderRequest, base: Decimal) -> None:
    """An entry's legs lie at least a cent on their side of its base price."""
    shown = {"base_price": decimal_text(base)}
    stop, target = request.prices.stop_loss, request.prices.take_profit
    if request.side == "buy":
        if stop is not None and stop > base - CENT:
            raise unprocessable("stop_loss.stop_price must be <= base_price - 0.01", **shown)
        if target is not None and target < base + CENT:
            raise unprocessable("take_profit.limit_price must be >= base_price + 0.01", **shown)
    else:
        if stop is not None and stop < base + CENT:
            raise unprocessable("stop_loss.stop_price must be >= base_price + 0.01", **shown)
        if target is not None and target > base - CENT:
            raise unprocessable("take_profit.limit_price must be <= base_price - 0.01", **shown)


def _check_short(exchange: Exchange, request: OrderRequest) -> None:
    settings = exchange.settings
    if settings.no_shorting or settings.multiplier == 1 or exchange.equity() < _LEAST_EQUITY_TO_SHORT:
        raise forbidden("account is not allowed to short")
    if request.is_fractional:
        raise unprocessable("fractional orders cannot be sold short")


def _check_cash(exchange: Exchange, request: OrderRequest, price: Decimal) -> None:
    check_cost(exchange, request.side, opening_cost(request, price), Decimal(0))


def opening_cost(request: OrderRequest, price: Decimal) -> Decimal:
    """What an opening order counts for, in dollars."""
    if request.notional is not None:
        return request.notional
    own = request.prices.limit_price or request.prices.stop_price
    return request.qty * (own or price) if request.side == "buy" else short_value(price, own, request.qty)


def check_cost(exchange: Exchange, side: Side, cost: Decimal, freed: Decimal) -> None:
    """`freed`: what the order it replaces has set aside. Raises ApiError."""
    if side == "buy" and cost < _SMALLEST_COST:
        raise forbidden(f"cost basis must be >= minimal amount of order {_SMALLEST_COST}")
    available = buying_power(exchange) + freed
    if cost > available:
        raise forbidden("insufficient buying power", buying_power=money(available), cost_basis=money(cost))


def _check_shares(exchange: Exchange, request: OrderRequest, existing: Decimal, price: Decimal) -> None:
    qty = request.notional / price if request.notional is not None else request.qty
    check_qty(exchange, request.symbol, qty, existing, Decimal(0))


def check_qty(exchange: Exchange, symbol: str, qty: Decimal, existing: Decimal, freed: Decimal) -> None:
    """No order closes more than is there and not yet promised; none turns a position over. Raises ApiError."""
    held = held_for_orders(exchange, symbol) - freed
    if qty > existing - held:
        available = decimal_text(existing - held)
        raise forbidden(
            f"insufficient qty available for order (requested: {decimal_text(qty)}, available: {available})",
            available=available,
            existing_qty=decimal_text(existing),
            held_for_orders=decimal_text(held),
            symbol=symbol,
            related_orders=[order.id for order in closing_orders(exchange, symbol)],
        )


def _check_wash_trade(exchange: Exchange, request: OrderRequest) -> None:
    """Nobody trades with himself.

    Market and stop orders never against an open order of the other side, limits not when they cross. Exits of a
    bracket, OTO or OCO and trailing stops are exempt, on either side of it.
    """
    if request.type == "trailing_stop" or request.order_class == "oco":
        return
    for order in exchange.book.open_orders(request.symbol):
        if order.side == request.side or order.is_leg or order.type == "trailing_stop":
            continue
        if _both_limits(request, order) and not _crosses(request, order):
            continue
        if not exchange.ledger.held(request.symbol):
            new, old = ("long buy", "short sell") if request.side == "buy" else ("short sell", "long buy")
            raise forbidden(f"cannot open a {new} while a {old} order is open")
        raise forbidden(
            "potential wash trade detected. use complex orders",
            existing_order_id=order.id,
            reject_reason=f"opposite side {order.type.replace('_', ' ')} order exists",
        )


_LIMITS = ("limit", "stop_limit")


def _both_limits(request: OrderRequest, order: Order) -> bool:
    return request.type in _LIMITS and order.type in _LIMITS


def _crosses(request: OrderRequest, order: Order) -> bool:
    resting, arriving = order.limit_price, request.prices.limit_price
    assert resting is not None
    assert arriving is not None
    return resting >= arriving if order.side == "buy" else arriving >= resting
