"""Every path of the REST interfaces."""

import re
from typing import Any

from starlette.convertors import StringConvertor, register_url_convertor
from starlette.routing import Match, Route

from simulator.api import (
    account,
    activities,
    bars,
    control,
    corporate,
    latest,
    orders,
    portfolio,
    positions,
    reference,
    ticks,
)
from simulator.api.http import Handler


class _Latest(StringConvertor):
    regex = "bars|trades|quotes"


class _Ticks(StringConvertor):
    regex = "trades|quotes"


register_url_convertor("latest", _Latest())
register_url_convertor("ticks", _Ticks())

_TABLE: list[tuple[str, str, Handler]] = [
    ("GET", "/v2/account", account.get_account),
    ("GET", "/v2/account/configurations", account.get_configurations),
    ("PATCH", "/v2/account/configurations", account.change_configurations),
    ("GET", "/v2/account/activities", activities.list_activities),
    ("GET", "/v2/account/activities/{kind}", activities.list_activities),
    ("GET", "/v2/account/portfolio/history", portfolio.get_history),
    ("GET", "/v2/clock", reference.get_clock),
    ("GET", "/v2/calendar", reference.get_calendar),
    ("GET", "/v2/assets", reference.list_assets),
    ("GET", "/v2/assets/{symbol}", reference.get_asset),
    ("GET", "/v2/orders", orders.list_orders),
    ("POST", "/v2/orders", orders.create_order),
    ("DELETE", "/v2/orders", orders.cancel_orders),
    ("GET", "/v2/orders:by_client_order_id", orders.get_order_by_client_id),
    ("GET", "/v2/orders/{order_id}", orders.get_order),
    ("PATCH", "/v2/orders/{order_id}", orders.patch_order),
    ("DELETE", "/v2/orders/{order_id}", orders.cancel_order),
    ("GET", "/v2/positions", positions.list_positions),
    ("DELETE", "/v2/positions", positions.close_positions),
    ("GET", "/v2/positions/{symbol}", positions.get_position),
    ("DELETE", "/v2/positions/{symbol}", positions.close_position),
    ("GET", "/v2/stocks/bars", bars.get_bars),
    ("GET", "/v2/stocks/{kind:latest}/latest", latest.get_latest),
    ("GET", "/v2/stocks/snapshots", latest.get_snapshots),
    ("GET", "/v2/stocks/{kind:ticks}", ticks.get_ticks),
    ("GET", "/v2/stocks/{symbol}/{kind:ticks}", ticks.get_symbol_ticks),
    ("GET", "/v1/corporate-actions", corporate.get_actions),
    ("GET", "/v2/stocks/{symbol}/bars", bars.get_symbol_bars),
    ("GET", "/v2/stocks/{symbol}/{kind:latest}/latest", latest.get_symbol_latest),
    ("GET", "/v2/stocks/{symbol}/snapshot", latest.get_symbol_snapshot),
    ("GET", "/sim/clock", control.get_clock),
    ("POST", "/sim/clock", control.set_clock),
    ("POST", "/sim/reset", control.reset),
    ("GET", "/sim/faults", control.get_faults),
    ("POST", "/sim/faults", control.set_faults),
    ("GET", "/sim/halts", control.get_halts),
    ("POST", "/sim/halts", control.set_halt),
    ("GET", "/sim/restrictions", control.get_restrictions),
    ("POST", "/sim/restrictions", control.set_restrictions),
    ("GET", "/sim/renames", control.get_renames),
    ("POST", "/sim/renames", control.set_rename),
    ("POST", "/sim/cash", control.move_cash),
    ("GET", "/sim/splits", control.get_splits),
    ("POST", "/sim/splits", control.set_split),
    ("GET", "/sim/dividends", control.get_dividends),
    ("POST", "/sim/dividends", control.set_dividend),
    ("GET", "/sim/hours", control.get_hours),
    ("POST", "/sim/hours", control.set_hours),
    ("GET", "/sim/state", control.get_state),
    ("GET", "/sim/ledger", control.get_ledger),
]


def _route(method: str, path: str, handler: Handler) -> Route:
    route = Route(path, handler)
    # Starlette answers HEAD wherever it answers GET.
    route.methods = {method}
    return route


_ROUTES = [_route(*row) for row in _TABLE]


def find_route(method: str, path: str) -> tuple[Handler, dict[str, str]] | None:
    """Find the handler of a path and what the path names; None where there is no such endpoint."""
    # The SDK joins paths with a doubled slash when its base URL ends in one.
    scope: dict[str, Any] = {"type": "http", "method": method, "path": re.sub(r"/{2,}", "/", path)}
    for route in _ROUTES:
        match, found = route.matches(scope)
        if match is Match.FULL:
            return found["endpoint"], found["path_params"]
    return None
