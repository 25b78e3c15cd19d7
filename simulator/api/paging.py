"""What the historical market-data questions have in common: a window of time, a feed, and pages."""

import base64
import binascii
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from simulator.api.http import Request
from simulator.errors import ApiError, bad_request
from simulator.sessions import NEW_YORK
from simulator.simulation import Simulation
from simulator.text import parse_time

_DEFAULT_LIMIT, _LARGEST_LIMIT = 1_000, 10_000
_FEEDS = ("sip", "iex", "otc", "boats", "delayed_sip")
_DELAY = timedelta(minutes=15)
_LONGEST_SYMBOL = 40


@dataclass(frozen=True)
class Page:
    rows: dict[str, list[dict[str, Any]]]
    token: str | None


@dataclass(frozen=True)
class Window:
    """[start, end], ascending unless `descending`; `limit` rows a page, over all symbols, after `seen` of `symbol`."""

    start: datetime
    end: datetime
    descending: bool
    limit: int
    symbol: str
    seen: datetime | None

    @classmethod
    def of_request(cls, simulation: Simulation, request: Request) -> "Window":
        """Raises ApiError."""
        query = request.query
        limit = _limit(query.get("limit"))
        descending = choice(query, "sort", ("asc", "desc")) == "desc"
        feed = choice(query, "feed", _FEEDS)
        if query.get("currency", "USD").upper() != "USD":
            raise bad_request(f"invalid currency: {query['currency'][:20]}")
        _as_of(query.get("asof"))
        now = simulation.exchange.now
        midnight = now.astimezone(NEW_YORK).replace(hour=0, minute=0, second=0, microsecond=0)
        start = instant(query, "start", False) or midnight.astimezone(UTC)
        end = _permitted(simulation, feed, instant(query, "end", True), now)
        if query.get("start") and query.get("end") and end < start:
            raise bad_request("end should not be before start")
        symbol, seen = _read_token(query.get("page_token"))
        return cls(start, end, descending, limit, symbol, seen)

    def page(
        self,
        simulation: Simulation,
        symbols: list[str],
        rows: Callable[[str], Iterable[tuple[datetime, dict[str, Any]]]],
        token_end: Callable[[datetime, dict[str, Any]], str],
    ) -> Page:
        """The next page: `rows` of a symbol in the window's order, `token_end` what its token says after the symbol."""
        found: dict[str, list[dict[str, Any]]] = {}
        count, last = 0, ""
        for symbol in symbols:
            if symbol not in simulation.market.assets or symbol < self.symbol:
                continue
            for at, row in rows(symbol):
                if symbol == self.symbol and self._was_seen(at):
                    continue
                if count == self.limit:
                    return Page(found, base64.b64encode(last.encode()).decode())
                found.setdefault(symbol, []).append(row)
                count += 1
                last = f"{symbol}|{token_end(at, row)}"
        return Page(found, None)

    def _was_seen(self, at: datetime) -> bool:
        return self.seen is not None and (at >= self.seen if self.descending else at <= self.seen)


def symbol_list(request: Request) -> list[str]:
    """Sorted, each once. Raises ApiError."""
    symbols = sorted({symbol for symbol in request.query.get("symbols", "").upper().split(",") if symbol})
    if not symbols:
        raise bad_request("symbols is required")
    for symbol in symbols:
        if len(symbol) > _LONGEST_SYMBOL or not symbol.replace(".", "").replace("/", "").isalnum():
            raise bad_request(f"invalid symbol: {symbol[:_LONGEST_SYMBOL]}")
    return symbols


def choice(query: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    value = query.get(name) or allowed[0]
    if value not in allowed:
        raise bad_request(f"invalid {name}: {value[:20]}")
    return value


def instant(query: Mapping[str, str], name: str, end_of_day: bool) -> datetime | None:
    if not query.get(name):
        return None
    parsed = parse_time(query[name], end_of_day)
    if parsed is None:
        raise bad_request(f"invalid {name}: {query[name][:40]}")
    return parsed


def _permitted(simulation: Simulation, feed: str, end: datetime | None, now: datetime) -> datetime:
    """The end of the window; the free plan sees the whole market's prices only when they are old."""
    if not simulation.options.free_plan or feed != "sip":
        return end or now
    if end is None:
        return now - _DELAY
    if end > now - _DELAY:
        raise ApiError(403, None, "subscription does not permit querying recent SIP data")
    return end


def _as_of(text: str | None) -> None:
    """Symbols never changed their names here, so that any day will do."""
    if text in (None, "", "-"):
        return
    try:
        date.fromisoformat(text)
    except ValueError as error:
        raise bad_request(f"invalid asof: {text[:20]}") from error


def _limit(text: str | None) -> int:
    if text is None:
        return _DEFAULT_LIMIT
    if not text.isascii() or not text.isdigit() or int(text[:9]) < 1:
        raise bad_request("invalid limit: must be a positive whole number")
    if int(text[:9]) > _LARGEST_LIMIT:
        raise bad_request(f"invalid limit: larger than the allowed maximum of {_LARGEST_LIMIT}")
    return int(text)


def _read_token(token: str | None) -> tuple[str, datetime | None]:
    if not token:
        return "", None
    try:
        symbol, *parts = base64.b64decode(token, validate=True).decode().split("|")
    except (binascii.Error, UnicodeDecodeError, ValueError) as error:
        raise bad_request("invalid page_token") from error
    times = (parse_time(part.replace(".000000000", "")) for part in parts if len(part) > len("2022-01-03"))
    last = next((time for time in times if time is not None), None)
    if last is None:
        raise bad_request("invalid page_token")
    return symbol, last
