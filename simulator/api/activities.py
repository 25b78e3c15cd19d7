"""/v2/account/activities: fills, the splits that met a position, and money that moved without a trade."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from simulator.api.http import Request, Response
from simulator.api.queries import instant, whole_number, word
from simulator.cash import KINDS as CASH_KINDS
from simulator.cash import cash_json
from simulator.errors import invalid
from simulator.ledger import fill_json, split_json
from simulator.sessions import NEW_YORK
from simulator.simulation import Simulation

_LARGEST_PAGE = 100
_CATEGORIES = ("", "trade_activity", "non_trade_activity")

# (when it is listed, when it happened, the activity)
Listed = tuple[datetime, datetime, dict[str, Any]]


def list_activities(simulation: Simulation, request: Request) -> Response:
    query = request.query
    category = word(query, "category", "", _CATEGORIES)
    named = request.path_values.get("kind") or query.get("activity_types")
    if named and category:
        raise invalid("activity_types and category cannot be used together")
    kinds = set(named.upper().split(",")) if named else _kinds(category)
    page_size = whole_number(query, "page_size", _LARGEST_PAGE, _LARGEST_PAGE)
    found = _wanted(_all(simulation, kinds), query)
    if word(query, "direction", "desc", ("asc", "desc")) == "desc":
        found.reverse()
    token = query.get("page_token")
    if token:
        seen = next((index for index, row in enumerate(found) if row[2]["id"] == token), None)
        if seen is None:
            raise invalid("invalid page_token")
        found = found[seen + 1 :]
    return Response(body=[activity for _, _, activity in found[:page_size]])


def _kinds(category: str) -> set[str]:
    others = {"SPLIT", *CASH_KINDS}
    return {"trade_activity": {"FILL"}, "non_trade_activity": others}.get(category, {"FILL", *others})


def _all(simulation: Simulation, kinds: set[str]) -> list[Listed]:
    """In the order they were listed, which is that of happening unless a fault delays some."""
    ledger, now = simulation.exchange.ledger, simulation.exchange.now
    rows: list[Listed] = []
    if "FILL" in kinds:
        rows += [(fill.at, fill.at, fill_json(fill)) for fill in ledger.fills]
    splits = ledger.splits if "SPLIT" in kinds else []
    moves = [move for move in ledger.moves if move.kind in kinds]
    if splits or moves:
        rows += [(split.at, split.at, split_json(split)) for split in splits]
        rows += [(move.at, move.at, cash_json(move)) for move in moves]
        rows.sort(key=lambda row: row[0])
    if not simulation.faults.delays_activities:
        return rows
    late = [
        (at + timedelta(seconds=simulation.faults.activity_delay(activity["id"])), at, activity)
        for _, at, activity in rows
    ]
    return sorted((row for row in late if row[0] <= now), key=_listed)


def _listed(row: Listed) -> datetime:
    return row[0]


def _wanted(rows: list[Listed], query: Mapping[str, str]) -> list[Listed]:
    after, until, date = (instant(query, name) for name in ("after", "until", "date"))
    order_id = query.get("order_id")
    day = date.astimezone(NEW_YORK).date() if date else None
    if not (after or until or day or order_id):
        return rows
    return [
        (listed, at, activity)
        for listed, at, activity in rows
        if (order_id is None or activity.get("order_id") == order_id)
        and (after is None or listed > after)
        and (until is None or listed <= until)
        and (day is None or at.astimezone(NEW_YORK).date() == day)
    ]
