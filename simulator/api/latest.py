"""The latest bar, trade and quote of stocks, and their snapshots."""

from typing import Any

from simulator.api.bars import bar_json, day_start
from simulator.api.http import Request, Response
from simulator.api.paging import symbol_list
from simulator.api.ticks import quote_json, trade_json
from simulator.errors import bad_request
from simulator.market import Bar
from simulator.prints import last_print
from simulator.sessions import MINUTE, from_epoch
from simulator.simulation import Simulation

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
    return trade_json(at, price) if kind == "trades" else quote_json(at, *simulation.spread.around(price))


def _snapshot(simulation: Simulation, symbol: str) -> dict[str, Any]:
    market, calendar = simulation.market, simulation.calendar
    now = simulation.exchange.now.timestamp()
    session = calendar.index_opened(now - MINUTE)
    day = {"dailyBar": _day_json(simulation, session, market.day_so_far(symbol, int(now)))}
    before = {
        "prevDailyBar": _day_json(simulation, session - 1, market.day(symbol, session - 1) if session > 0 else None)
    }
    snapshot = {
        "latestTrade": _latest(simulation, "trades", symbol),
        "latestQuote": _latest(simulation, "quotes", symbol),
        "minuteBar": _latest(simulation, "bars", symbol),
        **day,
        **before,
    }
    return {name: part for name, part in snapshot.items() if part is not None}


def _day_json(simulation: Simulation, session: int, bar: Bar | None) -> dict[str, Any] | None:
    return bar_json(day_start(simulation.market, session), bar) if bar else None
