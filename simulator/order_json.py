"""An order as the broker's API shows it."""

from typing import Any

from simulator.book import OrderBook
from simulator.market import Market, asset_id
from simulator.orders import Order
from simulator.text import decimal_text, nullable_decimal, nullable_time, time_text


def render(order: Order, book: OrderBook, market: Market, nested: bool) -> dict[str, Any]:
    """The order's JSON, with its legs inside when `nested`."""
    legs = [_order_json(leg, market, None) for leg in book.legs(order)] if nested else None
    return _order_json(order, market, legs)


def _order_json(order: Order, market: Market, legs: list[dict[str, Any]] | None) -> dict[str, Any]:
    return {
        "id": order.id,
        "client_order_id": order.client_order_id,
        "created_at": time_text(order.created_at),
        "updated_at": time_text(order.updated_at),
        "submitted_at": time_text(order.created_at),
        "filled_at": nullable_time(order.filled_at),
        "expired_at": nullable_time(order.expired_at),
        "expires_at": time_text(order.expires_at),
        "canceled_at": nullable_time(order.canceled_at),
        "failed_at": nullable_time(order.failed_at),
        "replaced_at": nullable_time(order.replaced_at),
        "replaced_by": order.replaced_by,
        "replaces": order.replaces,
        "asset_id": asset_id(market.listed_as(order.symbol)),
        "symbol": order.symbol,
        "asset_class": "us_equity",
        "notional": nullable_decimal(order.notional),
        "qty": decimal_text(order.qty) if order.qty or order.notional is None else None,
        "filled_qty": decimal_text(order.filled_qty),
        "filled_avg_price": nullable_decimal(order.filled_avg_price),
        "order_class": order.order_class,
        "order_type": order.type,
        "type": order.type,
        "side": order.side,
        "position_intent": order.position_intent or ("buy_to_open" if order.side == "buy" else "sell_to_close"),
        "time_in_force": order.time_in_force,
        "limit_price": nullable_decimal(order.limit_price),
        "stop_price": nullable_decimal(order.stop_price),
        "status": order.status,
        "extended_hours": order.extended_hours,
        "legs": legs or None,
        "trail_percent": nullable_decimal(order.trail_percent),
        "trail_price": nullable_decimal(order.trail_price),
        "hwm": nullable_decimal(order.best_price),
        "subtag": None,
        "source": None,
    }
