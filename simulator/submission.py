"""Accepting an order: from a request to orders in the book, and to the fill when the minute has already printed."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from engine.core.matching import OrderType
from simulator.change import Change, render
from simulator.checks import check_order
from simulator.errors import invalid, unprocessable
from simulator.exchange import Exchange
from simulator.market import Bar, as_decimal
from simulator.order_request import OrderRequest, parse_order
from simulator.orders import Order
from simulator.sessions import MINUTE, from_epoch

_GTC_DAYS = 90


def submit(exchange: Exchange, body: object) -> dict[str, Any]:
    """Take an order; returns it as it was when accepted, before anything happened to it. Raises ApiError."""
    request = parse_order(body, exchange.market.assets)
    if request.client_order_id is not None and exchange.book.by_client_id(request.client_order_id):
        raise invalid("client_order_id must be unique")
    minute = int(exchange.now.timestamp()) // MINUTE * MINUTE
    trading = exchange.calendar.current(exchange.now.timestamp()) is not None
    bar = exchange.market.bar_at(request.symbol, minute) if trading else None
    price = exchange.price(request.symbol)
    if price is None:
        raise unprocessable(f'asset "{request.symbol}" is not tradable')
    check_order(exchange, request, max(price, as_decimal(bar.open)) if bar else price)
    change = exchange.change()
    order = _accept(exchange, change, request, trading)
    answer = render(order, exchange.book, exchange.market, nested=True)
    if trading:
        _enter(exchange, change, order, bar)
    exchange.commit(change)
    return answer


def _enter(exchange: Exchange, change: Change, order: Order, bar: Bar | None) -> None:
    """The order reaches a trading market, and meets the opening of its minute if that was printed."""
    change.set_status(order, "new")
    if order.order_class == "oco":
        for leg in exchange.book.legs(order):
            change.set_status(leg, "new")
    if bar is not None and order.type in ("market", "limit"):
        exchange.fill_at_open(change, order, bar)


def _accept(exchange: Exchange, change: Change, request: OrderRequest, trading: bool) -> Order:
    status = "pending_new" if trading else "accepted"
    # A bar that began before the order arrived is none of its business.
    rests_from = -(-exchange.now.timestamp() // MINUTE) * MINUTE
    limit = request.limit_price
    if request.order_class == "oco":
        limit = request.take_profit or limit
    parent = _order(exchange, request, request.type, status, limit, request.stop_price)
    parent.client_order_id = request.client_order_id or parent.client_order_id
    parent.rests_from = int(rests_from)
    exit_side = request.side if request.order_class == "oco" else ("sell" if request.side == "buy" else "buy")
    legs: list[Order] = []
    if request.order_class in ("bracket", "oto") and request.take_profit is not None:
        legs.append(_order(exchange, request, "limit", "held", request.take_profit, None))
    if request.order_class and request.stop_loss is not None:
        kind: OrderType = "stop" if request.stop_loss_limit is None else "stop_limit"
        held = status if request.order_class == "oco" else "held"
        legs.append(_order(exchange, request, kind, held, request.stop_loss_limit, request.stop_loss))
    parent.legs = tuple(leg.id for leg in legs)
    change.put(parent)
    for leg in legs:
        leg.side, leg.parent_id, leg.rests_from = exit_side, parent.id, int(rests_from)
        change.put(leg)
    return parent


def _order(
    exchange: Exchange,
    request: OrderRequest,
    kind: OrderType,
    status: str,
    limit_price: Decimal | None,
    stop_price: Decimal | None,
) -> Order:
    return Order(
        id=exchange.ids.next(),
        client_order_id=exchange.ids.next(),
        symbol=request.symbol,
        side=request.side,
        type=kind,
        time_in_force=request.time_in_force,
        order_class=request.order_class,
        qty=request.qty,
        status=status,
        created_at=exchange.now,
        updated_at=exchange.now,
        expires_at=_expires_at(exchange, request.time_in_force),
        limit_price=limit_price,
        stop_price=stop_price,
    )


def _expires_at(exchange: Exchange, time_in_force: str) -> datetime:
    if time_in_force == "day":
        return from_epoch(exchange.calendar.next_close(exchange.now.timestamp()))
    last_day = exchange.now + timedelta(days=_GTC_DAYS)
    return last_day.replace(hour=20, minute=15, second=0, microsecond=0)
