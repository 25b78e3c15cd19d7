"""The body of POST /v2/orders, checked as far as that is possible without looking at the account."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from engine.core.matching import Side
from simulator.errors import ApiError, forbidden, invalid, unprocessable
from simulator.market import Asset
from simulator.order_prices import OrderPrices, check_legs, parse_prices
from simulator.orders import Kind
from simulator.text import parse_decimal, parse_flag

_TYPES = ("market", "limit", "stop", "stop_limit", "trailing_stop")
_CLASSES = ("simple", "", "bracket", "oto", "oco")
_TIMES_IN_FORCE = ("day", "gtc", "ioc", "fok")
_INTENTS = ("", "buy_to_open", "buy_to_close", "sell_to_open", "sell_to_close")
_LONGEST_CLIENT_ID = 128
_SHARE_STEP = Decimal("1E-9")
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class OrderRequest:
    """A well-formed request: `qty` in shares, 0 when `notional` says in dollars what to spend."""

    symbol: str
    side: Side
    type: Kind
    time_in_force: str
    order_class: str
    qty: Decimal
    notional: Decimal | None
    client_order_id: str | None
    position_intent: str
    prices: OrderPrices

    @property
    def is_fractional(self) -> bool:
        return self.notional is not None or self.qty != self.qty.to_integral_value()

    @property
    def target(self) -> Decimal | None:
        """The price at which a profit is taken, dollars; an OCO may say it as its own limit."""
        own = self.prices.limit_price if self.order_class == "oco" else None
        return self.prices.take_profit or own


def parse_order(body: object, assets: Mapping[str, Asset]) -> OrderRequest:
    """Raises ApiError with the broker's own wording."""
    if not isinstance(body, dict):
        raise ApiError(400, 40010000, "request body format is invalid")
    qty, notional = _size(body)
    side, kind, tif, order_class = _words(body)
    extended_hours = _flag(body, "extended_hours")
    intent = str(body.get("position_intent") or "").lower()
    if intent not in _INTENTS:
        raise invalid("invalid position_intent")
    client_order_id = parse_client_order_id(body)
    asset = find_asset(str(body.get("symbol") or ""), assets)
    prices = parse_prices(body, kind, order_class)
    request = OrderRequest(asset.symbol, side, kind, tif, order_class, qty, notional, client_order_id, intent, prices)
    _check_class(request, extended_hours)
    _check_fraction(request)
    if order_class:
        check_legs(side, order_class, request.target, prices.stop_loss)
    return request


def find_asset(name: str, assets: Mapping[str, Asset]) -> Asset:
    """By symbol or id. Raises ApiError."""
    asset = assets.get(name.upper()) or next((asset for asset in assets.values() if asset.id == name), None)
    if asset is None:
        raise unprocessable(f'asset "{name.upper()[:40]}" not found')
    return asset


def parse_client_order_id(body: Mapping[str, Any]) -> str | None:
    value = body.get("client_order_id")
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise invalid("invalid client_order_id")
    if len(value) > _LONGEST_CLIENT_ID:
        raise invalid("client_order_id must be no more than 128 characters")
    return value


def parse_qty(value: object) -> Decimal:
    qty = parse_decimal(value)
    if qty is None:
        raise invalid(f"invalid qty {str(value)[:40]}")
    if qty <= 0:
        raise invalid("qty must be > 0")
    if qty != qty.quantize(_SHARE_STEP):
        raise invalid("qty must be limited to 9 decimal places")
    return qty


def _size(body: dict[str, Any]) -> tuple[Decimal, Decimal | None]:
    """(qty, notional); one of the two is given."""
    qty, notional = body.get("qty"), body.get("notional")
    if qty is not None and notional is not None:
        raise invalid("only one of qty or notional is accepted")
    if qty is not None:
        return parse_qty(qty), None
    if notional is None:
        raise invalid("qty or notional is required")
    dollars = parse_decimal(notional)
    if dollars is None:
        raise invalid(f"invalid notional {str(notional)[:40]}")
    if dollars < 1:
        raise invalid("notional must be >= 1.00")
    if dollars != dollars.quantize(_CENT):
        raise invalid("notional value must be limited to 2 decimal places")
    return Decimal(0), dollars


def _words(body: dict[str, Any]) -> tuple[Side, Kind, str, str]:
    side, kind, tif = (str(body.get(name) or "").lower() for name in ("side", "type", "time_in_force"))
    order_class = str(body.get("order_class") or "").lower()
    if side not in ("buy", "sell"):
        raise invalid("invalid side")
    if kind not in _TYPES:
        raise invalid("invalid order type")
    if tif not in _TIMES_IN_FORCE:
        raise invalid("invalid time_in_force")
    if order_class not in _CLASSES:
        raise invalid("invalid order_class")
    return cast(Side, side), cast(Kind, kind), tif, "" if order_class == "simple" else order_class


def _flag(body: dict[str, Any], name: str) -> bool:
    value = body.get(name)
    flag = False if value is None else parse_flag(value)
    if flag is None:
        raise invalid(f"invalid {name}: must be true or false")
    return flag


def _check_class(request: OrderRequest, extended_hours: bool) -> None:
    name, tif, prices = request.order_class, request.time_in_force, request.prices
    if extended_hours:
        if name:
            raise forbidden(f"{name} orders do not support extended hours trading")
        if request.type != "limit" or tif not in ("day", "gtc"):
            raise unprocessable("extended hours order must be DAY or GTC limit orders")
        raise unprocessable("this exchange trades in the regular session only")
    if tif in ("ioc", "fok") and not name and request.type not in ("market", "limit"):
        raise unprocessable(f"{tif} orders must be market or limit orders")
    if not name:
        return
    if tif not in ("day", "gtc"):
        raise invalid(f'{name} orders support only "day" or "gtc" time_in_force')
    if request.type == "trailing_stop":
        raise unprocessable(f"{name} orders do not support trailing_stop orders")
    if name == "bracket" and prices.take_profit is None:
        raise invalid("bracket orders require take_profit.limit_price")
    if name in ("bracket", "oco") and prices.stop_loss is None:
        raise invalid(f"{name} orders require stop_loss.stop_price")
    if name == "oto" and (prices.stop_loss is None) == (prices.take_profit is None):
        raise invalid("oto orders require stop_loss.stop_price")
    if name == "oco" and request.type != "limit":
        raise invalid("oco orders must be limit orders")
    if name == "oco" and request.target is None:
        raise invalid("oco orders require take_profit.limit_price")


def _check_fraction(request: OrderRequest) -> None:
    if not request.is_fractional:
        return
    if request.order_class:
        raise unprocessable("fractional orders must be simple orders")
    if request.type == "trailing_stop":
        raise unprocessable("fractional orders must be market, limit, stop, or stop_limit orders")
    if request.time_in_force != "day":
        raise unprocessable("fractional orders must be DAY orders")
