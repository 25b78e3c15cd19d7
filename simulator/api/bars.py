"""/v2/stocks/bars: closed bars of any timeframe, in pages."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import groupby
from typing import Any

from simulator.api.http import Request, Response
from simulator.api.paging import Page, Window, symbol_list
from simulator.errors import bad_request
from simulator.market import Bar, Market, merge
from simulator.sessions import MINUTE, NEW_YORK, from_epoch
from simulator.simulation import Simulation

_UNITS = {"Min": 1, "T": 1, "Hour": 60, "H": 60}
_LONGEST = {1: 59, 60: 23}
_MONTHS = (1, 2, 3, 4, 6, 12)
_ADJUSTMENTS = ("raw", "split", "dividend", "spin-off", "all")


@dataclass(frozen=True)
class Timeframe:
    """`minutes` of a bar within a session, or 0; then `months`, or a `week`, or by default a day."""

    minutes: int
    letter: str
    months: int = 0
    week: bool = False


def get_bars(simulation: Simulation, request: Request) -> Response:
    page = _page(simulation, request, symbol_list(request))
    return Response(body={"bars": page.rows, "next_page_token": page.token})


def get_symbol_bars(simulation: Simulation, request: Request) -> Response:
    symbol = request.path_values["symbol"].upper()
    page = _page(simulation, request, [symbol])
    return Response(body={"bars": page.rows.get(symbol, []), "symbol": symbol, "next_page_token": page.token})


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


def _page(simulation: Simulation, request: Request, symbols: list[str]) -> Page:
    timeframe = parse_timeframe(request.query.get("timeframe", ""))
    splits = _adjusts_splits(request.query.get("adjustment"))
    window = Window.of_request(simulation, request)

    def rows(symbol: str) -> Iterator[tuple[datetime, dict[str, Any]]]:
        for opened, bar in closed_bars(simulation, symbol, timeframe, window, splits):
            yield opened, bar_json(opened, bar)

    return window.page(
        simulation, symbols, rows, lambda at, row: f"{timeframe.letter}|{at:%Y-%m-%dT%H:%M:%S}.000000000Z"
    )


def closed_bars(
    simulation: Simulation, symbol: str, timeframe: Timeframe, window: Window, splits: bool
) -> Iterator[tuple[datetime, Bar]]:
    """(left edge, bar) of all bars that start in the window and have ended; in today's shares when `splits`."""
    market, calendar = simulation.market, simulation.calendar
    now = simulation.exchange.now.timestamp()
    today = calendar.index_opened(now)
    end = min(window.end, simulation.exchange.now)
    # A day's left edge is midnight, before its session opens; a week or a month is met where it begins.
    opened = _period_start(timeframe, window.start.astimezone(NEW_YORK).date())
    start = min(window.start, _midnight(opened)) if timeframe.months or timeframe.week else window.start
    first = max(calendar.index_opened(start.timestamp()), market.first_session(symbol, daily=not timeframe.minutes))
    last = calendar.index_opened(min(end + timedelta(days=1), simulation.exchange.now).timestamp())
    sessions = range(max(0, first), last + 1)

    def adjusted(session: int, bar: Bar) -> Bar:
        return _in_shares_of(bar, market.split_factor(symbol, session, today)) if splits else bar

    if timeframe.months or timeframe.week:
        found = _period_bars(market, symbol, sessions, timeframe, now, adjusted)
        for opening, bar in reversed(found) if window.descending else found:
            if window.start <= opening <= end:
                yield opening, bar
        return
    for session in reversed(sessions) if window.descending else sessions:
        if timeframe.minutes:
            bars = _session_bars(market, symbol, session, timeframe.minutes, now)
        else:
            bars = _day_bar(market, symbol, session, now)
        for opening, bar in reversed(bars) if window.descending else bars:
            if window.start <= opening <= end:
                yield opening, adjusted(session, bar)


def _in_shares_of(bar: Bar, factor: Fraction) -> Bar:
    """The bar as if its shares had been split by `factor` already."""
    if factor == 1:
        return bar
    prices = {name: round(getattr(bar, name) / float(factor), 4) for name in ("open", "high", "low", "close", "vwap")}
    return replace(bar, **prices, volume=int(bar.volume * factor))


def _session_bars(market: Market, symbol: str, session: int, minutes: int, now: float) -> list[tuple[datetime, Bar]]:
    series = market.minutes(symbol, session)
    rows = series.rows(market.calendar.opens[session], int(now) - MINUTE)
    if minutes == 1:
        return [(from_epoch(bar.start), bar) for bar in rows]
    span = minutes * MINUTE
    # Larger bars stand on the clock: an hour begins at the full hour, counted from New York's midnight.
    midnight = _midnight(market.calendar.days[session]).timestamp()
    bars = []
    for left, group in groupby(rows, lambda bar: int(midnight + (bar.start - midnight) // span * span)):
        if left + span <= now or now >= market.calendar.closes[session]:
            bars.append((from_epoch(left), merge(list(group), left)))
    return bars


def _day_bar(market: Market, symbol: str, session: int, now: float) -> list[tuple[datetime, Bar]]:
    bar = market.day(symbol, session) if market.calendar.closes[session] <= now else None
    return [(day_start(market, session), bar)] if bar else []


def _period_bars(
    market: Market, symbol: str, sessions: range, timeframe: Timeframe, now: float, adjusted: Any
) -> list[tuple[datetime, Bar]]:
    """Weeks from Monday, months from the first; one that is not over yet shows its days so far."""
    days = [
        (market.calendar.days[session], adjusted(session, bar))
        for session in sessions
        for _, bar in _day_bar(market, symbol, session, now)
    ]
    found = []
    for opened, group in groupby(days, lambda pair: _period_start(timeframe, pair[0])):
        start = _midnight(opened)
        found.append((start, merge([bar for _, bar in group], int(start.timestamp()))))
    return found


def _period_start(timeframe: Timeframe, day: date) -> date:
    if timeframe.week:
        return day - timedelta(days=day.weekday())
    if timeframe.months:
        return day.replace(month=(day.month - 1) // timeframe.months * timeframe.months + 1, day=1)
    return day


def day_start(market: Market, session: int) -> datetime:
    """Midnight in New York, the left edge of a daily bar."""
    return _midnight(market.calendar.days[session])


def _midnight(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), NEW_YORK).astimezone(UTC)


def parse_timeframe(text: str) -> Timeframe:
    match = re.fullmatch(r"(\d{1,2})(Min|T|Hour|H|Day|D|Week|W|Month|M)", text)
    if match:
        number, unit = int(match[1]), match[2]
        if unit in ("Day", "D") and number == 1:
            return Timeframe(0, "D")
        if unit in ("Week", "W") and number == 1:
            return Timeframe(0, "W", week=True)
        if unit in ("Month", "M") and number in _MONTHS:
            return Timeframe(0, "M", months=number)
        minutes = _UNITS.get(unit, 0)
        if minutes and 1 <= number <= _LONGEST[minutes]:
            return Timeframe(number * minutes, "M" if minutes == 1 else "H")
    raise bad_request(f"invalid timeframe: {text[:20]}")


def _adjusts_splits(text: str | None) -> bool:
    """Dividends and spin-offs do not happen here, so that leaving them out and in is the same."""
    wanted = (text or "raw").lower().split(",")
    for name in wanted:
        if name not in _ADJUSTMENTS:
            raise bad_request(f"invalid adjustment: {name[:20]}")
    return "split" in wanted or "all" in wanted
