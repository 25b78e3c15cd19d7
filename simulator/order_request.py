"""The body of POST /v2/orders, checked as far as that is possible without looking at the account."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from engine.core.matching import OrderType, Side
from simulator.errors import ApiError, forbidden, invalid, unprocessable
from simulator.market import Asset
from simulator.text import decimal_text, parse_bool, parse_decimal

_CLASSES = ("simple", "", "bracket", "oto", "oco")
_LONGEST_CLIENT_ID = 128
_PLACES = Decimal("1E-9")


@dataclass(frozen=True)
class OrderRequest:
    """A well-formed request; prices in dollars, `qty` in shares."""

    symbol: str
    side: Side
    type: OrderType
    time_in_force: str
    order_class: str
    qty: Decimal
    client_order_id: str | None
    limit_price: Decimal | None = None
    stop_price: Decimal | None = None
    take_profit: Decimal | None = None
    stop_loss: Decimal | None = None
    stop_loss_limit: Decimal | None = None


def parse_order(body: object, assets: Mapping[str, Asset]) -> OrderRequest:
    """Raises ApiError with the broker's own wording."""
    if not isinstance(body, dict):
        raise ApiError(400, 40010000, "request body format is invalid")
    qty = _qty(body)
    side, kind, tif, order_class = _words(body)
    client_order_id = _client_order_id(body)
    symbol = str(body.get("symbol") or "").upper()
    if symbol not in assets:
        raise unprocessable(f'asset "{symbol}" not found')
    prices = _prices(body, kind, order_class)
    request = OrderRequest(symbol, side, kind, tif, order_class, qty, client_order_id, **prices)
    _check_sub_penny(prices)
    _check_class(request, parse_bool(body.get("extended_hours", False)))
    _check_legs(request)
    return request


def _qty(body: dict[str, Any]) -> Decimal:
    if body.get("notional") is not None:
        if body.get("qty") is not None:
            raise invalid("only one of qty or notional is accepted")
        raise invalid("notional orders are not supported by this exchange")
    if body.get("qty") is None:
        raise invalid("qty or notional is required")
    qty = parse_decimal(body["qty"])
    if qty is None:
        raise invalid(f"invalid qty {str(body['qty'])[:40]}")
    if qty <= 0:
        raise invalid("qty must be > 0")
    if qty != qty.quantize(_PLACES):
        raise invalid("qty must be limited to 9 decimal places")
    return qty


def _words(body: dict[str, Any]) -> tuple[Side, OrderType, str, str]:
    side, kind, tif = (str(body.get(name) or "").lower() for name in ("side", "type", "time_in_force"))
    order_class = str(body.get("order_class") or "").lower()
    if side not in ("buy", "sell"):
        raise invalid("invalid side")
    if kind not in ("market", "limit", "stop", "stop_limit"):
        raise invalid("invalid order type")
    if tif not in ("day", "gtc"):
        raise invalid("invalid time_in_force")
    if order_class not in _CLASSES:
        raise invalid("invalid order_class")
    return cast(Side, side), cast(OrderType, kind), tif, "" if order_class == "simple" else order_class


def _client_order_id(body: dict[str, Any]) -> str | None:
    value = body.get("client_order_id")
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise invalid("invalid client_order_id")
    if len(value) > _LONGEST_CLIENT_ID:
        raise invalid("client_order_id must be no more than 128 characters")
    return value


def _prices(body: dict[str, Any], kind: str, order_class: str) -> dict[str, Decimal | None]:
    take_profit, stop_loss = _part(body, "take_profit"), _part(body, "stop_loss")
    prices = {
        "limit_price": _price(body, "limit_price"),
        "stop_price": _price(body, "stop_price"),
        "take_profit": _price(take_profit, "limit_price"),
        "stop_loss": _price(stop_loss, "stop_price"),
        "stop_loss_limit": _price(stop_loss, "limit_price"),
    }
    limit, stop = prices["limit_price"] is not None, prices["stop_price"] is not None
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
    return prices


def _part(body: dict[str, Any], name: str) -> dict[str, Any]:
    part = body.get(name)
    if part is None:
        return {}
    if not isinstance(part, dict):
        raise invalid(f"invalid {name}")
    return part


def _price(part: dict[str, Any], name: str) -> Decimal | None:
    if part.get(name) is None:
        return None
    price = parse_decimal(part[name])
    if price is None:
        raise invalid(f"invalid {name} {str(part[name])[:40]}")
    if price <= 0:
        raise invalid(f"{name} must be > 0")
    return price


def _check_sub_penny(prices: dict[str, Decimal | None]) -> None:
    names = {
        "take_profit": "take_profit.limit_price",
        "stop_loss": "stop_loss.stop_price",
        "stop_loss_limit": "stop_loss.limit_price",
    }
    for name, price in prices.items():
        if price is not None and price != price.quantize(Decimal("0.01") if price >= 1 else Decimal("0.0001")):
            raise unprocessable(
                f"invalid {names.get(name, name)} {decimal_text(price)}. "
                "sub-penny increment does not fulfill minimum pricing criteria"
            )


def _check_class(request: OrderRequest, extended_hours: bool) -> None:
    name = request.order_class
    if extended_hours:
        if name:
            raise forbidden(f"{name} orders do not support extended hours trading")
        raise unprocessable("this exchange trades in the regular session only")
    if request.qty != request.qty.to_integral_value():
        if name:
            raise unprocessable("fractional orders must be simple orders")
        if request.time_in_force != "day":
            raise unprocessable("fractional orders must be DAY orders")
    if name == "bracket" and request.take_profit is None:
        raise invalid("bracket orders require take_profit.limit_price")
    if name in ("bracket", "oco") and request.stop_loss is None:
        raise invalid(f"{name} orders require stop_loss.stop_price")
    if name == "oto" and (request.stop_loss is None) == (request.take_profit is None):
        raise invalid("oto orders require stop_loss.stop_price")
    if name == "oco" and request.type != "limit":
        raise invalid("oco orders must be limit orders")
    if name == "oco" and request.take_profit is None and request.limit_price is None:
        raise invalid("oco orders require take_profit.limit_price")


def _check_legs(request: OrderRequest) -> None:
    target = request.take_profit
    if request.order_class == "oco" and target is None:
        target = request.limit_price
    if target is None or request.stop_loss is None or not request.order_class:
        return
    # The legs of an entry sell what it bought; an OCO is itself the pair of legs.
    exits_sell = (request.side == "sell") == (request.order_class == "oco")
    if exits_sell and target <= request.stop_loss:
        raise unprocessable("take_profit.limit_price must be > stop_loss.stop_price")
    if not exits_sell and target >= request.stop_loss:
        raise unprocessable("take_profit.limit_price must be < stop_loss.stop_price")
