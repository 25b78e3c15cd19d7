"""The prices of an order: which its type needs, which it must not have, and on what steps they lie."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from engine.core.matching import Side
from simulator.errors import invalid, unprocessable
from simulator.text import decimal_text, parse_decimal

_CENT, _HUNDREDTH_OF_A_CENT = Decimal("0.01"), Decimal("0.0001")
_WIDEST_TRAIL = 100
_NAMES = {
    "take_profit": "take_profit.limit_price",
    "stop_loss": "stop_loss.stop_price",
    "stop_loss_limit": "stop_loss.limit_price",
}


@dataclass(frozen=True)
class OrderPrices:
    """In dollars, `trail_percent` in percent."""

    limit_price: Decimal | None = None
    stop_price: Decimal | None = None
    trail_price: Decimal | None = None
    trail_percent: Decimal | None = None
    take_profit: Decimal | None = None
    stop_loss: Decimal | None = None
    stop_loss_limit: Decimal | None = None


def parse_prices(body: dict[str, Any], kind: str, order_class: str) -> OrderPrices:
    """Raises ApiError with the broker's own wording."""
    take_profit, stop_loss = _part(body, "take_profit"), _part(body, "stop_loss")
    prices = OrderPrices(
        limit_price=parse_price(body, "limit_price"),
        stop_price=parse_price(body, "stop_price"),
        trail_price=parse_price(body, "trail_price"),
        trail_percent=parse_price(body, "trail_percent"),
        take_profit=parse_price(take_profit, "limit_price"),
        stop_loss=parse_price(stop_loss, "stop_price"),
        stop_loss_limit=parse_price(stop_loss, "limit_price"),
    )
    _check_type(prices, kind, order_class)
    for name in ("limit_price", "stop_price", "trail_price", "take_profit", "stop_loss", "stop_loss_limit"):
        check_step(_NAMES.get(name, name), getattr(prices, name))
    return prices


def parse_price(part: Mapping[str, Any], name: str) -> Decimal | None:
    if part.get(name) is None:
        return None
    price = parse_decimal(part[name])
    if price is None:
        raise invalid(f"invalid {name} {str(part[name])[:40]}")
    if price <= 0:
        raise invalid(f"{name} must be > 0")
    return price


def check_step(name: str, price: Decimal | None) -> None:
    """Whole cents from a dollar on, hundredths of a cent below. Raises ApiError."""
    if price is not None and price != price.quantize(_CENT if price >= 1 else _HUNDREDTH_OF_A_CENT):
        raise unprocessable(
            f"invalid {name} {decimal_text(price)}. sub-penny increment does not fulfill minimum pricing criteria"
        )


def check_trail_percent(percent: Decimal | None) -> None:
    if percent is not None and percent >= _WIDEST_TRAIL:
        raise invalid(f"trail_percent must be < {_WIDEST_TRAIL}")


def check_legs(side: Side, order_class: str, target: Decimal | None, stop: Decimal | None) -> None:
    """Profit lies on the one side, the stop on the other; `side` is that of the order itself."""
    if target is None or stop is None:
        return
    # The legs of an entry sell what it bought; an OCO is itself the pair of legs.
    exits_sell = (side == "sell") == (order_class == "oco")
    if exits_sell and target <= stop:
        raise unprocessable("take_profit.limit_price must be > stop_loss.stop_price")
    if not exits_sell and target >= stop:
        raise unprocessable("take_profit.limit_price must be < stop_loss.stop_price")


def _check_type(prices: OrderPrices, kind: str, order_class: str) -> None:
    limit, stop = prices.limit_price is not None, prices.stop_price is not None
    trails = (prices.trail_price is not None) + (prices.trail_percent is not None)
    if kind == "trailing_stop":
        if trails != 1:
            raise invalid("trailing stop orders must specify one of trail_price or trail_percent")
        if limit or stop:
            raise invalid("trailing stop orders require no stop or limit price")
        check_trail_percent(prices.trail_percent)
        return
    if trails:
        raise invalid(f"{kind.replace('_', ' ')} orders require no trail_price or trail_percent")
    if kind == "market" and (limit or stop):
        raise invalid("market orders require no stop or limit price")
    if kind == "limit" and not limit and order_class != "oco":
        raise invalid("limit orders require a limit price")
    if kind == "stop" and not stop:
        raise invalid("stop orders require a stop price")
    if kind == "stop_limit" and not (limit and stop):
        raise invalid("stop limit orders require both stop and limit price")
    if (kind == "limit" and stop) or (kind == "stop" and limit):
        raise invalid(f"{kind} orders require no {'stop' if kind == 'limit' else 'limit'} price")


def _part(body: dict[str, Any], name: str) -> dict[str, Any]:
    part = body.get(name)
    if part is None:
        return {}
    if not isinstance(part, dict):
        raise invalid(f"invalid {name}")
    return part
