"""/sim: the simulator's own interface, for whoever runs it or tests with it. No keys: it listens on loopback."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from simulator.api.http import Request, Response
from simulator.cash import CashBooking, cash_json
from simulator.dividends import Dividend, session_of
from simulator.errors import ApiError, invalid, not_found
from simulator.hours import DayHours
from simulator.ledger import fill_json, split_json
from simulator.market import Split
from simulator.options import OptionError, parse_at
from simulator.order_json import render
from simulator.order_request import find_asset
from simulator.renames import Rename
from simulator.restrictions import Restrictions
from simulator.sessions import NEW_YORK
from simulator.simulation import Simulation
from simulator.text import decimal_text, parse_time

_CHUNK = timedelta(hours=1)
_FARTHEST_STEP = timedelta(days=400)
_CLOCK_FIELDS = {"frozen", "speed", "step_to", "step_seconds"}


def get_clock(simulation: Simulation, request: Request) -> Response:
    return Response(body=simulation.clock.to_json())


async def set_clock(simulation: Simulation, request: Request) -> Response:
    """Everything between now and a step's end has happened, streams included, when this answers."""
    body = _object(request)
    if unknown := sorted(set(body) - _CLOCK_FIELDS):
        raise invalid(f"unknown field {unknown[0]}; known are {', '.join(sorted(_CLOCK_FIELDS))}")
    frozen, speed = body.get("frozen"), body.get("speed")
    if frozen is not None and not isinstance(frozen, bool):
        raise invalid("frozen must be true or false")
    target = _target(simulation, body)
    if speed is not None:
        simulation.set_speed(_speed(speed))
    if frozen is not None:
        simulation.set_frozen(frozen)
    if target is not None:
        await _step(simulation, target)
    simulation.hub.wake()
    return Response(body=simulation.clock.to_json())


def reset(simulation: Simulation, request: Request) -> Response:
    body = _object(request)
    header = simulation.header
    seed, frozen = body.get("seed", header.seed), body.get("frozen", simulation.clock.frozen)
    if not isinstance(seed, int) or isinstance(seed, bool) or seed < 0:
        raise invalid("seed must be a whole number, 0 or more")
    if not isinstance(frozen, bool):
        raise invalid("frozen must be true or false")
    try:
        at = parse_at(str(body["at"])) if "at" in body else datetime.fromisoformat(header.start)
        simulation.reset(at, seed, frozen)
    except OptionError as error:
        raise invalid(str(error)) from error
    return Response(body=simulation.clock.to_json())


def get_faults(simulation: Simulation, request: Request) -> Response:
    return Response(body=simulation.faults.to_json())


def set_faults(simulation: Simulation, request: Request) -> Response:
    simulation.faults.replace(_plain(request.json()))
    return Response(body=simulation.faults.to_json())


def get_halts(simulation: Simulation, request: Request) -> Response:
    """By symbol, (first second, the second it resumes at or null) since the epoch."""
    return Response(body={"halts": simulation.market.halts.to_record()})


def set_halt(simulation: Simulation, request: Request) -> Response:
    """{"symbol": "AAPL", "halted": true}, from the next full minute on."""
    body = _object(request)
    asset = find_asset(str(body.get("symbol") or ""), simulation.market.assets)
    if not isinstance(body.get("halted"), bool):
        raise invalid("halted must be true or false")
    simulation.exchange.set_halted(asset.symbol, body["halted"])
    return get_halts(simulation, request)


def get_restrictions(simulation: Simulation, request: Request) -> Response:
    return Response(body=simulation.exchange.restrictions.to_record())


def set_restrictions(simulation: Simulation, request: Request) -> Response:
    """{"account": "liquidation_only", "untradable": ["KO"], "whole_shares": []}, in the place of those before."""
    restrictions = Restrictions.of_body(_object(request), set(simulation.market.assets))
    simulation.exchange.set_restrictions(restrictions)
    return get_restrictions(simulation, request)


def get_renames(simulation: Simulation, request: Request) -> Response:
    return Response(body={"renames": [rename.to_record() for rename in simulation.exchange.renames]})


def set_rename(simulation: Simulation, request: Request) -> Response:
    """{"symbol": "XOM", "to": "XON"}, at once; "announced": false keeps it from the corporate actions."""
    exchange = simulation.exchange
    exchange.rename(Rename.of_body(_object(request), simulation.market, exchange.now))
    for connection in simulation.hub.market_data:
        connection.follow_assets()
    return get_renames(simulation, request)


def move_cash(simulation: Simulation, request: Request) -> Response:
    """{"kind": "CSD", "amount": "500"}, or of a stock: {"kind": "DIV", "amount": "1.20", "symbol": "AAPL"}.

    {"cancel": ID} takes back what was booked under that activity's id.
    """
    exchange, body = simulation.exchange, _object(request)
    if "cancel" in body:
        found = [move for move in exchange.ledger.moves if move.activity_id == body["cancel"] and not move.canceled]
        if not found:
            raise not_found(f"no activity {body['cancel']} that could be cancelled")
        exchange.move_cash(replace(found[0], canceled=True))
        return Response(body=cash_json(replace(found[0], canceled=True)))
    booking = CashBooking.of_body(body, simulation.market, "", exchange.now)
    booking = replace(booking, id=exchange.ids.next())
    exchange.move_cash(booking)
    return Response(body=cash_json(booking))


def get_splits(simulation: Simulation, request: Request) -> Response:
    market = simulation.market
    return Response(
        body={
            "splits": [
                {
                    "symbol": split.symbol,
                    "date": market.calendar.days[split.session].isoformat(),
                    "old_rate": split.old_rate,
                    "new_rate": split.new_rate,
                }
                for split in market.splits
            ]
        }
    )


def set_split(simulation: Simulation, request: Request) -> Response:
    """{"symbol": "KO", "old_rate": 2, "new_rate": 1, "date": "2026-06-04"}, from the open of that session to come."""
    exchange, body = simulation.exchange, _plain(_object(request))
    symbol = find_asset(str(body.get("symbol") or ""), simulation.market.assets).symbol
    day = session_of(body, "date", simulation.calendar)
    if day <= exchange.now.astimezone(NEW_YORK).date():
        raise invalid("date must be after today")
    old_rate, new_rate = body.get("old_rate"), body.get("new_rate")
    if not all(
        isinstance(rate, int | float) and 1 <= rate <= 1_000 and rate == int(rate) for rate in (old_rate, new_rate)
    ):
        raise invalid("old_rate and new_rate must be whole numbers from 1 to 1000")
    session = simulation.calendar.days.index(day)
    exchange.declare_split(Split(simulation.market.listed_as(symbol), session, int(old_rate), int(new_rate)))
    return get_splits(simulation, request)


def get_dividends(simulation: Simulation, request: Request) -> Response:
    return Response(body={"dividends": [dividend.to_record() for dividend in simulation.exchange.dividends]})


def set_dividend(simulation: Simulation, request: Request) -> Response:
    """{"symbol": "KO", "rate": "0.51", "ex_date": "2026-06-04", "payable_date": "2026-06-09"}, beside those before."""
    exchange = simulation.exchange
    exchange.declare(Dividend.of_body(_object(request), simulation.market, simulation.calendar, exchange.now))
    return get_dividends(simulation, request)


def get_hours(simulation: Simulation, request: Request) -> Response:
    """By day, (open, close) in seconds since the epoch, or null, of the days with other hours than usual."""
    hours = simulation.exchange.hours.values()
    return Response(
        body={"hours": {row.day.isoformat(): None if row.is_closed else [row.open, row.close] for row in hours}}
    )


def set_hours(simulation: Simulation, request: Request) -> Response:
    """{"day": "2026-06-03", "closed": true}, or "open" and "close"; "announced": false keeps it from the calendar."""
    simulation.exchange.set_hours(DayHours.of_body(_object(request), simulation.calendar))
    return get_hours(simulation, request)


def get_state(simulation: Simulation, request: Request) -> Response:
    exchange = simulation.exchange
    return Response(
        body={
            "market": simulation.header.market,
            "seed": simulation.header.seed,
            "start": simulation.header.start,
            "account_number": simulation.account_number,
            "orders": len(exchange.book.orders),
            "open_orders": sum(1 for _ in exchange.book.open_orders()),
            "fills": len(exchange.ledger.fills),
            "journal_entries": simulation.journal.entries,
            "streams": simulation.hub.to_json(),
        }
    )


def get_ledger(simulation: Simulation, request: Request) -> Response:
    """All there is to know of the account, to be compared as a whole."""
    exchange = simulation.exchange
    orders = [order for order in exchange.book.orders.values() if order.parent_id is None]
    return Response(
        body={
            "account_number": simulation.account_number,
            "orders": [render(order, exchange.book, exchange.market, nested=True) for order in orders],
            "activities": [fill_json(fill) for fill in exchange.ledger.fills],
            "positions": [
                {"symbol": holding.symbol, "qty": decimal_text(holding.qty), "cost_basis": decimal_text(holding.cost)}
                for _, holding in sorted(exchange.ledger.holdings.items())
            ],
            "splits": [split_json(split) for split in exchange.ledger.splits],
            "cash": decimal_text(exchange.ledger.cash),
            "last_equity": decimal_text(exchange.ledger.last_equity),
        }
    )


async def _step(simulation: Simulation, target: datetime) -> None:
    while (now := simulation.clock.now()) < target:
        simulation.step(min(target, now + _CHUNK))
        await simulation.hub.flush()
    await simulation.hub.flush()


def _target(simulation: Simulation, body: dict[str, Any]) -> datetime | None:
    now = simulation.clock.now()
    if body.get("step_to") is not None:
        target = parse_time(str(body["step_to"]))
        if target is None:
            raise invalid("step_to must be an ISO time such as 2019-02-13T14:31:00Z")
    elif body.get("step_seconds") is not None:
        seconds = _plain(body["step_seconds"])
        if not isinstance(seconds, int | float) or isinstance(seconds, bool):
            raise invalid("step_seconds must be a number")
        target = now + timedelta(seconds=max(-1.0, min(float(seconds), _FARTHEST_STEP.total_seconds() + 1)))
    else:
        return None
    if target < now:
        raise ApiError(422, 42210000, f"the clock only goes forwards: it is {now.isoformat()}")
    if target - now > _FARTHEST_STEP:
        raise invalid(f"one step is at most {_FARTHEST_STEP.days} days")
    return target


def _speed(value: object) -> float:
    speed = _plain(value)
    if isinstance(speed, bool) or not isinstance(speed, int | float) or not 0 <= speed <= 100_000:
        raise invalid("speed must be a number from 0 (lockstep) to 100000")
    return float(speed)


def _object(request: Request) -> dict[str, Any]:
    body = request.json()
    if not isinstance(body, dict):
        raise invalid("the body must be a JSON object")
    return body


def _plain(value: Any) -> Any:
    """Decimals as floats, all the way down."""
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value if isinstance(value, str | int | type(None)) else float(value)
