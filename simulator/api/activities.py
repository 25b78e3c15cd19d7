"""/v2/account/activities: this exchange knows fills only."""

from datetime import datetime

from simulator.api.http import Request, Response
from simulator.errors import invalid
from simulator.ledger import Fill, fill_json
from simulator.sessions import NEW_YORK
from simulator.simulation import Simulation
from simulator.text import parse_time

_LARGEST_PAGE = 100


def list_activities(simulation: Simulation, request: Request) -> Response:
    kinds = request.path_values.get("kind") or request.query.get("activity_types") or "FILL"
    if "FILL" not in kinds.upper().split(",") or request.query.get("category") == "non_trade_activity":
        return Response(body=[])
    fills = _wanted(simulation.exchange.ledger.fills, request.query)
    direction = request.query.get("direction", "desc")
    if direction not in ("asc", "desc"):
        raise invalid("invalid direction")
    if direction == "desc":
        fills.reverse()
    token = request.query.get("page_token")
    if token:
        seen = next((index for index, fill in enumerate(fills) if token.endswith(fill.id)), None)
        if seen is None or fills[seen].activity_id != token:
            raise invalid("invalid page_token")
        fills = fills[seen + 1 :]
    return Response(body=[fill_json(fill) for fill in fills[: _page_size(request.query.get("page_size"))]])


def _wanted(fills: list[Fill], query: dict[str, str]) -> list[Fill]:
    after, until, date = (_instant(query, name) for name in ("after", "until", "date"))
    order_id = query.get("order_id")
    day = date.astimezone(NEW_YORK).date() if date else None
    return [
        fill
        for fill in fills
        if (order_id is None or fill.order_id == order_id)
        and (after is None or fill.at > after)
        and (until is None or fill.at <= until)
        and (day is None or fill.at.astimezone(NEW_YORK).date() == day)
    ]


def _page_size(text: str | None) -> int:
    if text is None:
        return _LARGEST_PAGE
    if not text.isascii() or not text.isdigit() or not 0 < int(text[:9]) <= _LARGEST_PAGE:
        raise invalid(f"invalid page_size: must be between 1 and {_LARGEST_PAGE}")
    return int(text)


def _instant(query: dict[str, str], name: str) -> datetime | None:
    if not query.get(name):
        return None
    instant = parse_time(query[name])
    if instant is None:
        raise invalid(f"invalid {name}")
    return instant
