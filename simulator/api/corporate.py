"""GET /v1/corporate-actions: the splits of this market's stocks, the symbols they were given, and dividends."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from simulator.api.http import Request, Response
from simulator.api.paging import choice
from simulator.dividends import Dividend
from simulator.errors import bad_request
from simulator.market import Split
from simulator.renames import Rename
from simulator.sessions import NEW_YORK
from simulator.simulation import Simulation

_DEFAULT_LIMIT, _LARGEST_LIMIT = 100, 1_000
_ANNOUNCED = timedelta(days=90)
_CUSIP = "000000000"


@dataclass(frozen=True)
class _Action:
    """`kind`: the broker's word for it, in the singular."""

    day: date
    kind: str
    symbols: tuple[str, ...]
    values: dict[str, Any]

    def to_json(self, simulation: Simulation) -> dict[str, Any]:
        name = f"{self.kind}:{':'.join(self.symbols)}:{self.day.isoformat()}"
        return {"id": simulation.exchange.ids.named(name), "process_date": self.day.isoformat()} | self.values


def get_actions(simulation: Simulation, request: Request) -> Response:
    query = request.query
    today = simulation.exchange.now.astimezone(NEW_YORK).date()
    start, end = _day(query, "start", today), _day(query, "end", today)
    if end < start:
        raise bad_request("end should not be before start")
    symbols = {symbol for symbol in query.get("symbols", "").upper().split(",") if symbol}
    kinds = {kind.strip() for kind in query.get("types", "").split(",") if kind.strip()}
    wanted = [
        action
        for action in sorted(_actions(simulation), key=lambda action: (action.day, action.symbols))
        if start <= action.day <= min(end, today + _ANNOUNCED)
        and (not symbols or symbols & set(action.symbols))
        and (not kinds or action.kind in kinds)
    ]
    if choice(query, "sort", ("asc", "desc")) == "desc":
        wanted.reverse()
    begin, limit = _offset(query.get("page_token")), _limit(query.get("limit"))
    found: dict[str, list[dict[str, Any]]] = {}
    for action in wanted[begin : begin + limit]:
        found.setdefault(f"{action.kind}s", []).append(action.to_json(simulation))
    more = begin + limit < len(wanted)
    token = base64.b64encode(str(begin + limit).encode()).decode() if more else None
    return Response(body={"corporate_actions": found, "next_page_token": token})


def _actions(simulation: Simulation) -> list[_Action]:
    exchange, market = simulation.exchange, simulation.market
    symbols = {market.listed_as(symbol): symbol for symbol in market.assets}
    splits = [
        _of_split(split, symbols[split.symbol], market.calendar.days[split.session])
        for split in market.splits
        if split.symbol in symbols
    ]
    renames = [_of_rename(rename) for rename in exchange.renames if rename.announced]
    return [*splits, *renames, *(_of_dividend(row) for row in exchange.dividends if row.announced)]


def _of_split(split: Split, symbol: str, day: date) -> _Action:
    values = {
        "symbol": symbol,
        "old_rate": split.old_rate,
        "new_rate": split.new_rate,
        "ex_date": day.isoformat(),
    }
    if split.new_rate > split.old_rate:
        return _Action(day, "forward_split", (symbol,), values | {"cusip": _CUSIP})
    return _Action(day, "reverse_split", (symbol,), values | {"old_cusip": _CUSIP, "new_cusip": _CUSIP})


def _of_rename(rename: Rename) -> _Action:
    values = {"old_symbol": rename.old, "new_symbol": rename.new, "old_cusip": _CUSIP, "new_cusip": _CUSIP}
    return _Action(rename.day, "name_change", (rename.old, rename.new), values)


def _of_dividend(dividend: Dividend) -> _Action:
    """Processed as it is paid."""
    values = {
        "symbol": dividend.symbol,
        "cusip": _CUSIP,
        "rate": float(dividend.rate),
        "special": False,
        "foreign": False,
        "ex_date": dividend.ex_day.isoformat(),
        "record_date": dividend.ex_day.isoformat(),
        "payable_date": dividend.pay_day.isoformat(),
    }
    return _Action(dividend.pay_day, "cash_dividend", (dividend.symbol,), values)


def _day(query: Mapping[str, str], name: str, default: date) -> date:
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
