"""Assets, clock and calendar of the trading API."""

from datetime import date, timedelta
from typing import Any

from simulator.api.http import Request, Response
from simulator.errors import invalid, not_found
from simulator.market import Asset
from simulator.sessions import NEW_YORK, from_epoch
from simulator.simulation import Simulation

_FULL_DAY_MINUTES = 390
_LONGEST_BREAK = 30  # days within which there is a session
# Days between trade and settlement, from the first trade day each rule held.
_SETTLEMENT = ((date(2024, 5, 28), 1), (date(2017, 9, 5), 2), (date(1995, 6, 7), 3), (date.min, 5))


def list_assets(simulation: Simulation, request: Request) -> Response:
    status = request.query.get("status", "active")
    if status not in ("active", "inactive") or request.query.get("asset_class", "us_equity") != "us_equity":
        return Response(body=[])
    assets, delisted = simulation.market.assets, simulation.exchange.restrictions.delisted
    wanted = request.query.get("exchange")
    return Response(
        body=[
            _asset_json(simulation, assets[name])
            for name in sorted(assets)
            if wanted in (None, "", assets[name].exchange) and (name in delisted) == (status == "inactive")
        ]
    )


def get_asset(simulation: Simulation, request: Request) -> Response:
    name = request.path_values["symbol"]
    for asset in simulation.market.assets.values():
        if name.upper() == asset.symbol or name == asset.id:
            return Response(body=_asset_json(simulation, asset))
    raise not_found(f"asset not found for {name}")


def get_clock(simulation: Simulation, request: Request) -> Response:
    exchange = simulation.exchange
    now = int(exchange.now.timestamp())
    today = exchange.now.astimezone(NEW_YORK).date()
    ahead = (exchange.hours_on(today + timedelta(days=days)) for days in range(_LONGEST_BREAK))
    sessions = [hours for hours in ahead if hours is not None]
    return Response(
        body={
            "timestamp": exchange.now.astimezone(NEW_YORK).isoformat(),
            "is_open": any(opens <= now < closes for opens, closes in sessions),
            "next_open": _new_york(next(opens for opens, _ in sessions if opens > now)),
            "next_close": _new_york(next(closes for _, closes in sessions if closes > now)),
        }
    )


def _new_york(at: int) -> str:
    return from_epoch(at).astimezone(NEW_YORK).isoformat()


def get_calendar(simulation: Simulation, request: Request) -> Response:
    """The sessions from start to end, both inclusive; without them, the whole calendar."""
    calendar = simulation.calendar
    first, last = _day(request, "start", calendar.days[0]), _day(request, "end", calendar.days[-1])
    indexes = range(calendar.index_on_or_before(first - timedelta(days=1)) + 1, calendar.index_on_or_before(last) + 1)
    return Response(body=[row for index in indexes if (row := _session_json(simulation, index)) is not None])


def _day(request: Request, name: str, default: date) -> date:
    text = request.query.get(name)
    if not text:
        return default
    try:
        day = date.fromisoformat(text[:10])
    except ValueError as error:
        raise invalid(f"invalid {name} date") from error
    return max(day, date(1900, 1, 1))


def _session_json(simulation: Simulation, index: int) -> dict[str, Any] | None:
    """A day of the calendar; None for one that was announced to be closed."""
    calendar = simulation.calendar
    session = calendar.session(index)
    hours = simulation.exchange.hours.get(session.day)
    times = (hours.open, hours.close) if hours is not None and hours.announced else (session.open, session.close)
    if not times[1]:
        return None
    opened, closed = (from_epoch(at).astimezone(NEW_YORK) for at in times)
    days = next(days for since, days in _SETTLEMENT if session.day >= since)
    return {
        "date": session.day.isoformat(),
        "open": f"{opened:%H:%M}",
        "close": f"{closed:%H:%M}",
        "session_open": "0400",
        "session_close": "2000" if session.minutes == _FULL_DAY_MINUTES else "1700",
        "settlement_date": calendar.days[min(index + days, len(calendar) - 1)].isoformat(),
    }


def _asset_json(simulation: Simulation, asset: Asset) -> dict[str, Any]:
    restrictions = simulation.exchange.restrictions
    active = asset.symbol not in restrictions.delisted
    return {
        "id": asset.id,
        "class": "us_equity",
        "cusip": None,
        "exchange": asset.exchange,
        "symbol": asset.symbol,
        "name": asset.name,
        "status": "active" if active else "inactive",
        "tradable": active and asset.symbol not in restrictions.untradable,
        "marginable": True,
        "maintenance_margin_requirement": 30,
        "margin_requirement_long": "30",
        "margin_requirement_short": "30",
        "shortable": True,
        "easy_to_borrow": True,
        "borrow_status": "easy_to_borrow",
        "fractionable": asset.symbol not in restrictions.whole_shares,
        "attributes": [],
    }
