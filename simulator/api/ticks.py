"""/v2/stocks/trades and quotes: the prints inside the bars, in pages."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from simulator.api.http import Request, Response
from simulator.api.paging import Page, Window, symbol_list
from simulator.prints import OFFSETS, prints
from simulator.sessions import MINUTE, from_epoch
from simulator.simulation import Simulation

Row = dict[str, Any]


def get_ticks(simulation: Simulation, request: Request) -> Response:
    kind = request.path_values["kind"]
    window = Window.of_request(simulation, request)
    page = _page(simulation, kind, window, symbol_list(request))
    return Response(body={kind: page.rows, "next_page_token": page.token})


def get_symbol_ticks(simulation: Simulation, request: Request) -> Response:
    kind, symbol = request.path_values["kind"], request.path_values["symbol"].upper()
    page = _page(simulation, kind, Window.of_request(simulation, request), [symbol])
    return Response(body={kind: page.rows.get(symbol, []), "symbol": symbol, "next_page_token": page.token})


def trade_json(at: int, price: float) -> Row:
    return {"t": _text(at), "x": "V", "p": price, "s": 100, "c": ["@"], "i": at, "z": "C"}


def quote_json(at: int, bid: float, ask: float) -> Row:
    sides = {"ax": "V", "ap": ask, "as": 100, "bx": "V", "bp": bid, "bs": 100}
    return {"t": _text(at), **sides, "c": ["R"], "z": "C"}


def _page(simulation: Simulation, kind: str, window: Window, symbols: list[str]) -> Page:
    def rows(symbol: str) -> Iterator[tuple[datetime, Row]]:
        for at, price in _prints(simulation, symbol, window):
            yield from_epoch(at), _row(simulation, kind, at, price)

    return window.page(simulation, symbols, rows, _token_end(kind))


def _row(simulation: Simulation, kind: str, at: int, price: float) -> Row:
    return trade_json(at, price) if kind == "trades" else quote_json(at, *simulation.spread.around(price))


def _prints(simulation: Simulation, symbol: str, window: Window) -> Iterator[tuple[int, float]]:
    market, calendar = simulation.market, simulation.calendar
    end = min(window.end, simulation.exchange.now)
    first = max(0, calendar.index_opened(window.start.timestamp()), market.first_session(symbol, daily=False))
    sessions = range(first, calendar.index_opened(end.timestamp()) + 1)
    for session in reversed(sessions) if window.descending else sessions:
        series = market.minutes(symbol, session)
        bars = series.rows(int(window.start.timestamp()) - MINUTE, int(end.timestamp()))
        for bar in reversed(bars) if window.descending else bars:
            made = list(zip((bar.start + offset for offset in OFFSETS), prints(bar), strict=True))
            for at, price in reversed(made) if window.descending else made:
                if window.start.timestamp() <= at <= end.timestamp():
                    yield at, price


def _token_end(kind: str) -> Callable[[datetime, Row], str]:
    """The page token after its symbol: a trade names its exchange and number, a quote its exchange and prices."""

    def end(at: datetime, row: Row) -> str:
        time = f"{at:%Y-%m-%dT%H:%M:%S}.000000000Z"
        return f"{time}|V|{row['i']:020d}" if kind == "trades" else f"{time}|V|{row['bp']}|{row['ap']}"

    return end


def _text(at: int) -> str:
    return from_epoch(at).strftime("%Y-%m-%dT%H:%M:%SZ")
