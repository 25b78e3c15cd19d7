"""The latest bar, trade and quote of stocks, and their snapshots."""

from datetime import datetime
from typing import Any

from simulator.api.bars import bar_json, day_start, symbol_list
from simulator.api.http import Request, Response
from simulator.errors import bad_request
from simulator.market import Bar, merge
from simulator.prints import last_print
from simulator.sessions import MINUTE, from_epoch
from simulator.simulation import Simulation
from simulator.streams.messages import HALF_SPREAD

_PLURALS = {"bars": "bar", "trades": "trade", "quotes": "quote"}


def get_latest(simulation: Simulation, request: Request) -> Response:
    kind = request.path_values["kind"]
    found = {symbol: _latest(simulation, kind, symbol) for symbol in symbol_list(request) if _known(simulation, symbol)}
    return Response(body={kind: {symbol: row for symbol, row in found.items() if row is not None}})


def get_symbol_latest(simulation: Simulation, request: Request) -> Response:
    kind, symbol = request.path_values["kind"], request.path_values["symbol"].upper()
    row = _latest(simulation, kind, symbol) if _known(simulation, symbol) else None
    if row is None:
        raise bad_request(f"invalid symbol: {symbol}")
    return Response(body={"symbol": symbol, _PLURALS[kind]: row})


def get_snapshots(simulation: Simulation, request: Request) -> Response:
    return Response(
        body={symbol: _snapshot(simulation, symbol) for symbol in symbol_list(request) if _known(simulation, symbol)}
    )


def get_symbol_snapshot(simulation: Simulation, request: Request) -> Response:
    symbol = request.path_values["symbol"].upper()
    if not _known(simulation, symbol):
        raise bad_request(f"invalid symbol: {symbol}")
    return Response(body={"symbol": symbol, **_snapshot(simulation, symbol)})


def _known(simulation: Simulation, symbol: str) -> bool:
    return symbol in simulation.market.assets


def _latest(simulation: Simulation, kind: str, symbol: str) -> dict[str, Any] | None:
    now = simulation.exchange.now.timestamp()
    if kind == "bars":
        bar = simulation.market.last_bar(symbol, now - MINUTE)
        return bar_json(from_epoch(bar.start), bar) if bar else None
    latest = last_print(simulation.market, symbol, now)
    if latest is None:
        return None
    at, price = latest
    return _trade_json(from_epoch(at), price) if kind == "trades" else _quote_json(from_epoch(at), price)


def _trade_json(at: datetime, price: float) -> dict[str, Any]:
    return {"t": _text(at), "x": "V", "p": price, "s": 100, "c": ["@"], "i": int(at.timestamp()), "z": "C"}


def _quote_json(at: datetime, price: float) -> dict[str, Any]:
    ask, bid = round(price + HALF_SPREAD, 4), round(price - HALF_SPREAD, 4)
    sides = {"ax": "V", "ap": ask, "as": 100, "bx": "V", "bp": bid, "bs": 100}
    return {"t": _text(at), **sides, "c": ["R"], "z": "C"}


def _text(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _snapshot(simulation: Simulation, symbol: str) -> dict[str, Any]:
    market, calendar = simulation.market, simulation.calendar
    now = simulation.exchange.now.timestamp()
    session = calendar.index_opened(now - MINUTE)
    today = market.minutes(symbol, session).rows(calendar.opens[session], int(now) - MINUTE) if session >= 0 else []
    day = {"dailyBar": _day_json(simulation, session, merge(today, calendar.opens[session]) if today else None)}
    before = {
        "prevDailyBar": _day_json(simulation, session - 1, market.day(symbol, session - 1) if session > 0 else None)
    }
    return {
        "latestTrade": _latest(simulation, "trades", symbol),
        "latestQuote": _latest(simulation, "quotes", symbol),
        "minuteBar": _latest(simulation, "bars", symbol),
        **day,
        **before,
    }


def _day_json(simulation: Simulation, session: int, bar: Bar | None) -> dict[str, Any] | None:
    return bar_json(day_start(simulation.market, session), bar) if bar else None
