"""PATCH /v2/orders/{id}: another order in the place of an open one."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from simulator.checks import check_cost, check_qty, check_stop
from simulator.errors import ApiError, invalid, unprocessable
from simulator.exchange import Exchange
from simulator.order_json import render
from simulator.order_prices import check_step, check_trail_percent, parse_price
from simulator.order_request import parse_client_order_id, parse_qty
from simulator.orders import Order
from simulator.submission import check_client_order_id, expires_at, rests_from

_REPLACEABLE = ("new", "partially_filled", "held")
_FIELDS = ("qty", "time_in_force", "limit_price", "stop_price", "trail")
_TERMS = ("time_in_force", "limit_price", "stop_price", "trail_price", "trail_percent")
_NEEDS = {"limit_price": ("limit", "stop_limit"), "stop_price": ("stop", "stop_limit"), "trail": ("trailing_stop",)}


def replace_order(exchange: Exchange, order: Order, body: object) -> dict[str, Any]:
    """The new order, which carries what the old one had left to do. Raises ApiError."""
    if not isinstance(body, dict):
        raise ApiError(400, 40010000, "request body format is invalid")
    given = {name: body[name] for name in _FIELDS if body.get(name) is not None}
    name = parse_client_order_id(body)
    if body.get("notional") is not None:
        raise unprocessable("notional orders cannot be replaced")
    _check_replaceable(exchange, order, given)
    new = _replacement(exchange, order, given)
    check_client_order_id(exchange, name)
    if new.qty == order.left and all(getattr(new, term) == getattr(order, term) for term in _TERMS):
        raise unprocessable("order parameters are not changed")
    _check_account(exchange, order, new)
    new.id, own_name = exchange.ids.next(), exchange.ids.next()
    new.client_order_id = name or own_name
    change = exchange.change()
    order.replaced_by = new.id
    change.put(order)
    change.put(new)
    if exchange.matching_engine.terms.latency and order.is_in_market:
        change.set_status(order, "pending_replace")
    answer = render(new, exchange.book, exchange.market, nested=True)
    exchange.send(change, new, exchange.bar_now(order.symbol))
    exchange.commit(change)
    return answer


def _check_replaceable(exchange: Exchange, order: Order, given: Mapping[str, Any]) -> None:
    if order.status == "replaced":
        raise unprocessable("order already replaced")
    if order.replaces is not None and exchange.book.orders[order.replaces].is_open:
        raise unprocessable("order chain not fully replaced")
    if order.status not in _REPLACEABLE:
        raise unprocessable(f"cannot replace order in {order.status} status")
    if order.notional is not None:
        raise unprocessable("notional orders cannot be replaced")
    if order.order_class == "oto" and order.parent_id is None:
        raise unprocessable("oto orders cannot be replaced")
    for name, kinds in _NEEDS.items():
        if name in given and order.type not in kinds:
            raise invalid(f"{order.type.replace('_', ' ')} orders require no {name}")


def _replacement(exchange: Exchange, order: Order, given: Mapping[str, Any]) -> Order:
    new = replace(
        order,
        id="",
        client_order_id="",
        status="pending_new",
        created_at=exchange.now,
        updated_at=exchange.now,
        qty=order.left,
        filled_qty=Decimal(0),
        filled_value=Decimal(0),
        legs=(),
        replaces=order.id,
        replaced_by=None,
        triggered=False,
        rests_from=rests_from(exchange),
    )
    if "qty" in given:
        new.qty = _qty(order, given["qty"])
    if "time_in_force" in given:
        new.time_in_force = str(given["time_in_force"]).lower()
        if new.time_in_force not in ("day", "gtc"):
            raise invalid("invalid time_in_force")
        if new.qty != new.qty.to_integral_value() and new.time_in_force != "day":
            raise unprocessable("fractional orders must be DAY orders")
        new.expires_at = expires_at(exchange, new.time_in_force)
    for name in ("limit_price", "stop_price"):
        if name in given:
            price = parse_price(given, name)
            check_step(name, price)
            setattr(new, name, price)
    if "trail" in given:
        _trail(new, parse_price(given, "trail"))
    return new


def _qty(order: Order, value: object) -> Decimal:
    """What is left to fill of the new total; a group's orders stand for the same shares and keep theirs."""
    qty = parse_qty(value)
    if qty == order.qty:
        return order.left
    if order.order_class:
        raise unprocessable(f"qty of {order.order_class} orders cannot be replaced")
    if order.qty != order.qty.to_integral_value():
        raise unprocessable("qty of fractional orders cannot be replaced")
    if qty != qty.to_integral_value():
        raise unprocessable("qty must be a whole number of shares")
    if qty <= order.filled_qty:
        raise unprocessable("qty must be > filled_qty")
    return qty - order.filled_qty


def _trail(new: Order, trail: Decimal | None) -> None:
    if new.trail_price is not None:
        check_step("trail", trail)
        new.trail_price = trail
    else:
        check_trail_percent(trail)
        new.trail_percent = trail
    assert new.best_price is not None
    new.stop_price = new.trail.stop(new.side, new.best_price)


def _check_account(exchange: Exchange, order: Order, new: Order) -> None:
    price = exchange.price(order.symbol) or Decimal(0)
    if new.stop_price is not None and new.type in ("stop", "stop_limit") and new.stop_price != order.stop_price:
        check_stop(new.side, new.stop_price, price)
    if order.status == "held":
        return
    if order.opens:
        own, was = (each.limit_price or each.stop_price or price for each in (new, order))
        check_cost(exchange, new.side, new.qty * own, order.left * was)
    else:
        position = abs(exchange.ledger.held(order.symbol))
        check_qty(exchange, order.symbol, new.qty, position, order.left)
