"""Accepting an order: from a request to orders in the book, and to the fill when the minute has already printed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from engine.core.matching import Side
from simulator.change import Change
from simulator.checks import check_order
from simulator.errors import invalid, unprocessable
from simulator.exchange import AT_ONCE, Exchange
from simulator.market import as_decimal
from simulator.order_json import render
from simulator.order_request import OrderRequest, parse_order
from simulator.orders import Kind, Order
from simulator.sessions import MINUTE, from_epoch

_GTC_DAYS = 90


def submit(exchange: Exchange, body: object) -> dict[str, Any]:
    """Take an order; returns it as it was when accepted, before anything happened to it. Raises ApiError."""
    request = parse_order(body, exchange.market.assets)
    check_client_order_id(exchange, request.client_order_id)
    bar = exchange.bar_now(request.symbol)
    price = exchange.price(request.symbol)
    if price is None:
        raise unprocessable(f'asset "{request.symbol}" is not tradable')
    intent = check_order(exchange, request, max(price, as_decimal(bar.open)) if bar else price)
    change = exchange.change()
    order = _accept(exchange, change, request, intent, price)
    answer = render(order, exchange.book, exchange.market, nested=True)
    if exchange.is_trading:
        exchange.send(change, order, bar)
    elif request.time_in_force in AT_ONCE:
        # There is nobody to fill it now, and it does not wait.
        change.end([order], "canceled")
    exchange.commit(change)
    return answer


def check_client_order_id(exchange: Exchange, name: str | None) -> None:
    if name is not None and exchange.book.by_client_id(name):
        raise invalid("client_order_id must be unique")


@dataclass(frozen=True)
class _Maker:
    """Makes the orders of one request."""

    exchange: Exchange
    request: OrderRequest

    def order(
        self, side: Side, kind: Kind, status: str, intent: str, limit: Decimal | None, stop: Decimal | None
    ) -> Order:
        exchange, request = self.exchange, self.request
        return Order(
            id=exchange.ids.next(),
            client_order_id=exchange.ids.next(),
            symbol=request.symbol,
            side=side,
            type=kind,
            time_in_force=request.time_in_force,
            order_class=request.order_class,
            qty=request.qty,
            status=status,
            created_at=exchange.now,
            updated_at=exchange.now,
            expires_at=expires_at(exchange, request.time_in_force),
            limit_price=limit,
            stop_price=stop,
            position_intent=intent,
            rests_from=rests_from(exchange),
        )


def _accept(exchange: Exchange, change: Change, request: OrderRequest, intent: str, market: Decimal) -> Order:
    status = "pending_new" if exchange.is_trading else "accepted"
    make, prices = _Maker(exchange, request), request.prices
    oco = request.order_class == "oco"
    parent = make.order(
        request.side, request.type, status, intent, request.target if oco else prices.limit_price, prices.stop_price
    )
    parent.client_order_id = request.client_order_id or parent.client_order_id
    parent.notional = request.notional
    if request.type == "trailing_stop":
        parent.trail_price, parent.trail_percent, parent.best_price = prices.trail_price, prices.trail_percent, market
        parent.stop_price = parent.trail.stop(request.side, market)
    exit_side: Side = request.side if oco else ("sell" if request.side == "buy" else "buy")
    exit_intent, held = f"{exit_side}_to_close", status if oco else "held"
    legs: list[Order] = []
    if not oco and request.order_class and prices.take_profit is not None:
        legs.append(make.order(exit_side, "limit", held, exit_intent, prices.take_profit, None))
    if request.order_class and prices.stop_loss is not None:
        kind: Kind = "stop" if prices.stop_loss_limit is None else "stop_limit"
        legs.append(make.order(exit_side, kind, held, exit_intent, prices.stop_loss_limit, prices.stop_loss))
    parent.legs = tuple(leg.id for leg in legs)
    change.put(parent)
    for leg in legs:
        leg.parent_id = parent.id
        change.put(leg)
    return parent


def rests_from(exchange: Exchange) -> int:
    """The first bar that is an order's business: one that began before it arrived is none."""
    return int(-(-exchange.now.timestamp() // MINUTE) * MINUTE)


def expires_at(exchange: Exchange, time_in_force: str) -> datetime:
    if time_in_force != "gtc":
        return from_epoch(exchange.calendar.next_close(exchange.now.timestamp()))
    last_day = exchange.now + timedelta(days=_GTC_DAYS)
    return last_day.replace(hour=20, minute=15, second=0, microsecond=0)
