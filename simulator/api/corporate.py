"""GET /v1/corporate-actions: the splits of this market's stocks."""

import base64
import binascii
from datetime import date, timedelta
from typing import Any

from simulator.api.http import Request, Response
from simulator.api.paging import choice
from simulator.errors import bad_request
from simulator.market import Market, Split
from simulator.sessions import NEW_YORK
from simulator.simulation import Simulation

_DEFAULT_LIMIT, _LARGEST_LIMIT = 100, 1_000
_ANNOUNCED = timedelta(days=90)
_KINDS = ("forward_split", "reverse_split")


def get_actions(simulation: Simulation, request: Request) -> Response:
    query, market = request.query, simulation.market
    today = simulation.exchange.now.astimezone(NEW_YORK).date()
    start, end = _day(query, "start", today), _day(query, "end", today)
    if end < start:
        raise bad_request("end should not be before start")
    symbols = {symbol for symbol in query.get("symbols", "").upper().split(",") if symbol}
    kinds = {kind.strip() for kind in query.get("types", "").split(",") if kind.strip()} or set(_KINDS)
    wanted = [
        split
        for split in sorted(market.splits, key=lambda split: (split.session, split.symbol))
        if start <= market.calendar.days[split.session] <= min(end, today + _ANNOUNCED)
        and (not symbols or split.symbol in symbols)
        and _kind(split) in kinds
    ]
    if choice(query, "sort", ("asc", "desc")) == "desc":
        wanted.reverse()
    begin, limit = _offset(query.get("page_token")), _limit(query.get("limit"))
    found: dict[str, list[dict[str, Any]]] = {}
    for split in wanted[begin : begin + limit]:
        found.setdefault(f"{_kind(split)}s", []).append(_json(simulation, market, split))
    more = begin + limit < len(wanted)
    token = base64.b64encode(str(begin + limit).encode()).decode() if more else None
    return Response(body={"corporate_actions": found, "next_page_token": token})


def _kind(split: Split) -> str:
    return "forward_split" if split.new_rate > split.old_rate else "reverse_split"


def _json(simulation: Simulation, market: Market, split: Split) -> dict[str, Any]:
    day = market.calendar.days[split.session].isoformat()
    shared = {
        "id": simulation.exchange.ids.named(f"split:{split.symbol}:{day}"),
        "symbol": split.symbol,
        "old_rate": split.old_rate,
        "new_rate": split.new_rate,
        "ex_date": day,
        "process_date": day,
    }
    if _kind(split) == "forward_split":
        return shared | {"cusip": "000000000"}
    return shared | {"old_cusip": "000000000", "new_cusip": "000000000"}


def _day(query: dict[str, str], name: str, default: date) -> date:
    if not query.get(name):
        return default
    try:
        return date.fromisoformat(query[name])
    except ValueError as error:
        raise bad_request(f"invalid {name}: {query[name][:40]}") from error


def _limit(text: str | None) -> int:
    if text is None:
        return _DEFAULT_LIMIT
    if not text.isascii() or not text.isdigit() or not 0 < int(text[:9]) <= _LARGEST_LIMIT:
        raise bad_request(f"invalid limit: must be between 1 and {_LARGEST_LIMIT}")
    return int(text)


def _offset(token: str | None) -> int:
    if not token:
        return 0
    try:
        return max(0, int(base64.b64decode(token, validate=True)[:9]))
    except (binascii.Error, ValueError) as error:
        raise bad_request("invalid page_token") from error
