"""/v2/positions."""

from decimal import ROUND_DOWN, Decimal
from typing import Any

from simulator.api.account import today_pnl_base
from simulator.api.http import Request, Response
from simulator.buying_power import held_for_orders
from simulator.errors import ApiError, invalid, not_found
from simulator.exchange import Exchange
from simulator.ledger import Holding
from simulator.simulation import Simulation
from simulator.submission import submit
from simulator.text import decimal_text, money, parse_bool, parse_decimal

_RATIO = Decimal("0.00000001")
_SHARE_STEP = Decimal("1E-9")


def list_positions(simulation: Simulation, request: Request) -> Response:
    holdings = simulation.exchange.ledger.holdings
    return Response(body=[_position_json(simulation, holdings[symbol]) for symbol in sorted(holdings)])


def get_position(simulation: Simulation, request: Request) -> Response:
    return Response(body=_position_json(simulation, _holding(simulation, request)))


def close_position(simulation: Simulation, request: Request) -> Response:
    holding = _holding(simulation, request)
    qty = abs(holding.qty)
    if "qty" in request.query and "percentage" in request.query:
        raise invalid("only one of qty or percentage is accepted")
    if "qty" in request.query:
        qty = _number(request.query["qty"], "qty")
    elif "percentage" in request.query:
        percentage = _number(request.query["percentage"], "percentage")
        if percentage > 100:
            raise invalid("percentage must be <= 100")
        qty = (qty * percentage / 100).quantize(_SHARE_STEP, ROUND_DOWN)
    return Response(body=_close(simulation.exchange, holding.symbol, qty))


def close_positions(simulation: Simulation, request: Request) -> Response:
    """Each position with the status of its closing order."""
    exchange = simulation.exchange
    if parse_bool(request.query.get("cancel_orders", "")):
        for order in exchange.book.open_orders():
            if order.is_open:
                exchange.cancel(order)
    rows: list[dict[str, Any]] = []
    for symbol in sorted(exchange.ledger.holdings):
        try:
            body, status = _close(exchange, symbol, abs(exchange.ledger.held(symbol))), 200
        except ApiError as error:
            body, status = error.body, error.status
        rows.append({"symbol": symbol, "status": status, "body": body})
    return Response(207, rows)


def _close(exchange: Exchange, symbol: str, qty: Decimal) -> dict[str, Any]:
    side = "sell" if exchange.ledger.held(symbol) > 0 else "buy"
    return submit(exchange, {"symbol": symbol, "qty": qty, "side": side, "type": "market", "time_in_force": "day"})


def _number(text: str, name: str) -> Decimal:
    number = parse_decimal(text)
    if number is None or number <= 0:
        raise invalid(f"invalid {name} {text[:40]}")
    return number


def _holding(simulation: Simulation, request: Request) -> Holding:
    name = request.path_values["symbol"]
    assets = simulation.market.assets
    symbol = next((asset.symbol for asset in assets.values() if asset.id == name), name.upper())
    holding = simulation.exchange.ledger.holdings.get(symbol)
    if holding is None:
        raise not_found("position does not exist")
    return holding


def _position_json(simulation: Simulation, holding: Holding) -> dict[str, Any]:
    exchange = simulation.exchange
    asset = exchange.market.assets[holding.symbol]
    price = exchange.price(holding.symbol) or holding.average
    before = today_pnl_base(simulation, holding.symbol) or price
    worth = price * holding.qty
    gain, gain_today = worth - holding.cost, worth - _worth_this_morning(simulation, holding, before)
    base_today = worth - gain_today
    held = held_for_orders(exchange, holding.symbol)
    available = holding.qty - held if holding.qty > 0 else holding.qty + held
    return {
        "asset_id": asset.id,
        "symbol": asset.symbol,
        "exchange": asset.exchange,
        "asset_class": "us_equity",
        "asset_marginable": True,
        "qty": decimal_text(holding.qty),
        "qty_available": decimal_text(available),
        "side": "long" if holding.qty > 0 else "short",
        "avg_entry_price": money(holding.average),
        "market_value": money(worth),
        "cost_basis": money(holding.cost),
        "unrealized_pl": money(gain),
        "unrealized_plpc": _ratio(gain, abs(holding.cost)),
        "unrealized_intraday_pl": money(gain_today),
        "unrealized_intraday_plpc": _ratio(gain_today, abs(base_today)),
        "current_price": decimal_text(price),
        "lastday_price": decimal_text(before),
        "change_today": _ratio(price - before, before),
    }


def _worth_this_morning(simulation: Simulation, holding: Holding, before: Decimal) -> Decimal:
    """What the shares are compared with today: yesterday's close, or what they cost when bought today, in dollars."""
    exchange = simulation.exchange
    opened = exchange.calendar.opens[max(0, exchange.calendar.index_opened(exchange.now.timestamp()))]
    first = exchange.market.listed_as
    opening, sign = ("buy", 1) if holding.qty > 0 else ("sell", -1)
    new, cost = Decimal(0), Decimal(0)
    for fill in reversed(exchange.ledger.fills):
        if fill.at.timestamp() < opened or new >= abs(holding.qty):
            break
        if first(fill.symbol) == first(holding.symbol) and fill.side == opening:
            taken = min(fill.qty, abs(holding.qty) - new)
            new, cost = new + taken, cost + sign * taken * fill.price
    return cost + (holding.qty - sign * new) * before


def _ratio(part: Decimal, whole: Decimal) -> str:
    return decimal_text((part / whole).quantize(_RATIO) + 0) if whole else "0"
