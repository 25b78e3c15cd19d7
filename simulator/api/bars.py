"""/v2/stocks/bars: closed bars of any timeframe, in pages."""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

from simulator.api.http import Request, Response
from simulator.errors import bad_request
from simulator.market import Bar, Market, merge
from simulator.sessions import MINUTE, NEW_YORK, from_epoch
from simulator.simulation import Simulation
from simulator.text import parse_time

_DEFAULT_LIMIT, _LARGEST_LIMIT = 1_000, 10_000
_UNITS = {"Min": 1, "T": 1, "Hour": 60, "H": 60}
_LONGEST = {1: 59, 60: 23}


@dataclass(frozen=True)
class Timeframe:
    """`minutes` is 0 for a day; `letter` as page tokens spell it."""

    minutes: int
    letter: str


def get_bars(simulation: Simulation, request: Request) -> Response:
    symbols = symbol_list(request)
    found, token = _page(simulation, request, symbols)
    return Response(body={"bars": found, "next_page_token": token})


def get_symbol_bars(simulation: Simulation, request: Request) -> Response:
    symbol = request.path_values["symbol"].upper()
    found, token = _page(simulation, request, [symbol])
    return Response(body={"bars": found.get(symbol, []), "symbol": symbol, "next_page_token": token})


def symbol_list(request: Request) -> list[str]:
    symbols = sorted({symbol for symbol in request.query.get("symbols", "").upper().split(",") if symbol})
    if not symbols:
        raise bad_request("symbols is required")
    return symbols


def bar_json(start: datetime, bar: Bar) -> dict[str, Any]:
    return {
        "t": start.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "o": bar.open,
        "h": bar.high,
        "l": bar.low,
        "c": bar.close,
        "v": bar.volume,
        "n": bar.trades,
        "vw": bar.vwap,
    }


def _page(simulation: Simulation, request: Request, symbols: list[str]) -> tuple[dict[str, Any], str | None]:
    query = request.query
    timeframe = parse_timeframe(query.get("timeframe", ""))
    limit = _limit(query.get("limit"))
    descending = _choice(query, "sort", ("asc", "desc")) == "desc"
    _choice(query, "feed", ("iex", "sip", "otc", "boats", "delayed_sip"))
    now = simulation.exchange.now
    midnight = now.astimezone(NEW_YORK).replace(hour=0, minute=0, second=0, microsecond=0)
    start = _instant(query, "start", False) or midnight.astimezone(UTC)
    end = _instant(query, "end", True) or now
    first_symbol, last_seen = _read_token(query.get("page_token"))
    found: dict[str, list[dict[str, Any]]] = {}
    count, last = 0, ""
    for symbol in symbols:
        if symbol not in simulation.market.assets or symbol < first_symbol:
            continue
        for opened, bar in closed_bars(simulation, symbol, timeframe, start, end, descending):
            if symbol == first_symbol and last_seen and (opened >= last_seen if descending else opened <= last_seen):
                continue
            if count == limit:
                return found, base64.b64encode(last.encode()).decode()
            found.setdefault(symbol, []).append(bar_json(opened, bar))
            count += 1
            last = f"{symbol}|{timeframe.letter}|{opened:%Y-%m-%dT%H:%M:%S}.000000000Z"
    return found, None


def closed_bars(
    simulation: Simulation, symbol: str, timeframe: Timeframe, start: datetime, end: datetime, descending: bool = False
) -> Iterator[tuple[datetime, Bar]]:
    """(left edge, bar) of all bars that start in [start, end] and have ended."""
    market, calendar = simulation.market, simulation.calendar
    now = simulation.exchange.now.timestamp()
    end = min(end, simulation.exchange.now)
    # A day's left edge is midnight, before its session opens.
    first = max(calendar.index_opened(start.timestamp()), market.first_session(symbol, daily=not timeframe.minutes))
    last = calendar.index_opened(min(end + timedelta(days=1), simulation.exchange.now).timestamp())
    sessions = range(max(0, first), last + 1)
    for session in reversed(sessions) if descending else sessions:
        if timeframe.minutes:
            bars = _session_bars(market, symbol, session, timeframe.minutes, now)
        else:
            bars = _day_bar(market, symbol, session, now)
        for opened, bar in reversed(bars) if descending else bars:
            if start <= opened <= end:
                yield opened, bar


def _session_bars(market: Market, symbol: str, session: int, minutes: int, now: float) -> list[tuple[datetime, Bar]]:
    series = market.minutes(symbol, session)
    rows = series.rows(market.calendar.opens[session], int(now) - MINUTE)
    if minutes == 1:
        return [(from_epoch(bar.start), bar) for bar in rows]
    span = minutes * MINUTE
    # Larger bars stand on the clock: an hour begins at the full hour, counted from New York's midnight.
    midnight = datetime.combine(market.calendar.days[session], datetime.min.time(), NEW_YORK).timestamp()
    bars = []
    for left, group in groupby(rows, lambda bar: int(midnight + (bar.start - midnight) // span * span)):
        if left + span <= now or now >= market.calendar.closes[session]:
            bars.append((from_epoch(left), merge(list(group), left)))
    return bars


def _day_bar(market: Market, symbol: str, session: int, now: float) -> list[tuple[datetime, Bar]]:
    bar = market.day(symbol, session) if market.calendar.closes[session] <= now else None
    return [(day_start(market, session), bar)] if bar else []


def day_start(market: Market, session: int) -> datetime:
    """Midnight in New York, the left edge of a daily bar."""
    return datetime.combine(market.calendar.days[session], datetime.min.time(), NEW_YORK).astimezone(UTC)


def parse_timeframe(text: str) -> Timeframe:
    match = re.fullmatch(r"(\d{1,2})(Min|T|Hour|H|Day|D)", text)
    if match:
        number, unit = int(match[1]), match[2]
        if unit in ("Day", "D") and number == 1:
            return Timeframe(0, "D")
        minutes = _UNITS.get(unit, 0)
        if minutes and 1 <= number <= _LONGEST[minutes]:
            return Timeframe(number * minutes, "M" if minutes == 1 else "H")
    raise bad_request(f"invalid timeframe: {text[:20]}")


def _limit(text: str | None) -> int:
    if text is None:
        return _DEFAULT_LIMIT
    if not text.isascii() or not text.isdigit() or int(text[:9]) < 1:
        raise bad_request("invalid limit: must be a positive whole number")
    if int(text[:9]) > _LARGEST_LIMIT:
        raise bad_request(f"invalid limit: larger than the allowed maximum of {_LARGEST_LIMIT}")
    return int(text)


def _choice(query: dict[str, str], name: str, allowed: tuple[str, ...]) -> str:
    value = query.get(name) or allowed[0]
    if value not in allowed:
        raise bad_request(f"invalid {name}: {value[:20]}")
    return value


def _instant(query: dict[str, str], name: str, end_of_day: bool) -> datetime | None:
    if not query.get(name):
        return None
    instant = parse_time(query[name], end_of_day)
    if instant is None:
        raise bad_request(f"invalid {name}: {query[name][:40]}")
    return instant


def _read_token(token: str | None) -> tuple[str, datetime | None]:
    if not token:
        return "", None
    try:
        symbol, _, text = base64.b64decode(token, validate=True).decode().split("|")
    except (binascii.Error, UnicodeDecodeError, ValueError) as error:
        raise bad_request("invalid page_token") from error
    last = parse_time(text.replace(".000000000", ""))
    if last is None:
        raise bad_request("invalid page_token")
    return symbol, last
