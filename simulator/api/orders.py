"""/v2/orders."""

import uuid
from datetime import datetime

from simulator.api.http import Request, Response
from simulator.change import render
from simulator.errors import invalid, not_found, unprocessable
from simulator.orders import Order
from simulator.simulation import Simulation
from simulator.submission import submit
from simulator.text import parse_bool, parse_time

_DEFAULT_LIMIT, _LARGEST_LIMIT = 50, 500


def create_order(simulation: Simulation, request: Request) -> Response:
    return Response(body=submit(simulation.exchange, request.json()))


def list_orders(simulation: Simulation, request: Request) -> Response:
    query = request.query
    status, direction = query.get("status", "open"), query.get("direction", "desc")
    if status not in ("open", "closed", "all"):
        raise invalid("invalid status")
    if direction not in ("asc", "desc"):
        raise invalid("invalid direction")
    limit = _limit(query.get("limit"))
    after, until = _instant(query, "after"), _instant(query, "until")
    symbols = {symbol for symbol in query.get("symbols", "").upper().split(",") if symbol}
    nested = parse_bool(query.get("nested", ""))
    book = simulation.exchange.book
    found: list[Order] = []
    for order in reversed(book.orders.values()) if direction == "desc" else book.orders.values():
        if (
            (status == "all" or order.is_open == (status == "open"))
            and (not symbols or order.symbol in symbols)
            and query.get("side", order.side) == order.side
            and (after is None or order.created_at > after)
            and (until is None or order.created_at < until)
        ):
            found.append(order)
    if nested:
        # A leg is shown inside its parent; where the parent is not listed it stands for itself.
        listed = {order.id for order in found}
        found = [order for order in found if order.parent_id not in listed]
    rows = [render(order, book, simulation.market, nested) for order in found[:limit]]
    return Response(body=rows)


def get_order(simulation: Simulation, request: Request) -> Response:
    nested = parse_bool(request.query.get("nested", ""))
    return Response(body=render(_order(simulation, request), simulation.exchange.book, simulation.market, nested))


def get_order_by_client_id(simulation: Simulation, request: Request) -> Response:
    name = request.query.get("client_order_id", "")
    if not name:
        raise invalid("client_order_id is missing")
    order = simulation.exchange.book.by_client_id(name)
    if order is None:
        raise not_found(f"order not found for {name}")
    return Response(body=render(order, simulation.exchange.book, simulation.market, nested=True))


def cancel_order(simulation: Simulation, request: Request) -> Response:
    order = _order(simulation, request)
    if not order.is_open:
        raise unprocessable(f'order is already in "{order.status}" state')
    simulation.exchange.cancel(order)
    return Response(204)


def cancel_orders(simulation: Simulation, request: Request) -> Response:
    rows = []
    for order in simulation.exchange.book.open_orders():
        # Canceling a bracket takes its other orders along.
        if order.is_open:
            simulation.exchange.cancel(order)
        rows.append({"id": order.id, "status": 200})
    return Response(207, rows)


def replace_order(simulation: Simulation, request: Request) -> Response:
    order = _order(simulation, request)
    raise unprocessable(f"cannot replace order in {order.status} status")


def _order(simulation: Simulation, request: Request) -> Order:
    order_id = request.path_values["order_id"]
    try:
        order = simulation.exchange.book.orders.get(str(uuid.UUID(order_id)))
    except ValueError as error:
        raise invalid("order_id is missing") from error
    if order is None:
        raise not_found(f"order not found for {order_id}")
    return order


def _limit(text: str | None) -> int:
    if text is None:
        return _DEFAULT_LIMIT
    if not text.isascii() or not text.isdigit() or not 0 < int(text[:9]) <= _LARGEST_LIMIT:
        raise invalid(f"invalid limit: must be between 1 and {_LARGEST_LIMIT}")
    return int(text)


def _instant(query: dict[str, str], name: str) -> datetime | None:
    if not query.get(name):
        return None
    instant = parse_time(query[name])
    if instant is None:
        raise invalid(f"invalid {name}")
    return instant
