"""/v2/orders."""

import uuid
from collections.abc import Callable, Mapping

from simulator.api.http import Request, Response
from simulator.api.queries import instant, whole_number, word
from simulator.book import OrderBook
from simulator.errors import invalid, not_found, unprocessable
from simulator.order_json import render
from simulator.orders import Order
from simulator.replacement import replace_order
from simulator.simulation import Simulation
from simulator.submission import submit
from simulator.text import parse_bool

_DEFAULT_LIMIT, _LARGEST_LIMIT = 50, 500


def create_order(simulation: Simulation, request: Request) -> Response:
    return Response(body=submit(simulation.exchange, request.json()))


def list_orders(simulation: Simulation, request: Request) -> Response:
    query, book = request.query, simulation.exchange.book
    limit = whole_number(query, "limit", _DEFAULT_LIMIT, _LARGEST_LIMIT)
    nested = parse_bool(query.get("nested", ""))
    if query.get("asset_class", "us_equity") not in ("us_equity", "all", ""):
        return Response(body=[])
    wanted = _wanted(simulation, query)
    descending = word(query, "direction", "desc", ("asc", "desc")) == "desc"
    candidates = _candidates(book, word(query, "status", "open", ("open", "closed", "all")))
    found = [order for order in (reversed(candidates) if descending else candidates) if wanted(order)]
    if nested:
        # A leg is shown inside its parent; where the parent is not listed it stands for itself.
        listed = {order.id for order in found}
        found = [order for order in found if order.parent_id not in listed]
    return Response(body=[render(order, book, simulation.market, nested) for order in found[:limit]])


def _candidates(book: OrderBook, status: str) -> list[Order]:
    """In the order they were accepted."""
    if status == "open":
        return sorted(book.open_orders(), key=lambda order: book.number(order.id))
    return [order for order in book.orders.values() if status == "all" or not order.is_open]


def _wanted(simulation: Simulation, query: Mapping[str, str]) -> Callable[[Order], bool]:
    """The filters of a list. Raises ApiError."""
    book = simulation.exchange.book
    after, until = instant(query, "after"), instant(query, "until")
    side = word(query, "side", "", ("", "buy", "sell"))
    symbols = {symbol for symbol in query.get("symbols", "").upper().split(",") if symbol}
    before_order, after_order = (_position(simulation, query, name) for name in ("before_order_id", "after_order_id"))

    def wanted(order: Order) -> bool:
        return (
            (not symbols or order.symbol in symbols)
            and (not side or order.side == side)
            and (after is None or order.created_at > after)
            and (until is None or order.created_at < until)
            and (before_order is None or book.number(order.id) < before_order)
            and (after_order is None or book.number(order.id) > after_order)
        )

    return wanted


def _position(simulation: Simulation, query: Mapping[str, str], name: str) -> int | None:
    if not query.get(name):
        return None
    return simulation.exchange.book.number(_find(simulation, query[name], name).id)


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


def patch_order(simulation: Simulation, request: Request) -> Response:
    return Response(body=replace_order(simulation.exchange, _order(simulation, request), request.json()))


def _order(simulation: Simulation, request: Request) -> Order:
    return _find(simulation, request.path_values["order_id"], "order_id")


def _find(simulation: Simulation, order_id: str, name: str) -> Order:
    try:
        order = simulation.exchange.book.orders.get(str(uuid.UUID(order_id)))
    except ValueError as error:
        raise invalid(f"{name} is missing") from error
    if order is None:
        raise not_found(f"order not found for {order_id}")
    return order
