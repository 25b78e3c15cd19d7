"""Every field of every answer of the broker, altered in every way, in one session: nothing else stands still.

The short form takes as many of them as the seed picks; RELIABILITY=long takes all.
"""

import logging
import os
import random
from collections.abc import Iterator
from typing import Any

import pytest

from engine.live import unread
from engine.live.account import account_refresh
from engine.live.testing import BotMaker, step, sweep, tick
from engine.models import UnreadRow
from engine.selectors import trading_is_ready
from engine.services import broker_account
from marketdata.clock import market_now
from positions.models import Position
from simulator.testing import SimulatorProcess
from trades.models import ForeignFill, Trade
from tradingbot.runtime.prepare import symbols_read

SEED = 14
MUTATIONS: dict[str, dict[str, Any]] = {
    "absent": {"remove": True},
    "null": {"value": None},
    "another type": {"value": {"a": [1]}},
    "unknown word": {"value": "unheard-of"},
    "negative": {"value": "-1"},
    "zero": {"value": 0},
    "huge": {"value": "1e300"},
    "NaN": {"value": "NaN"},
}
# What is asked for in a session, and the answer of which rows are altered.
PATHS = (
    "/v2/orders",
    "/v2/orders/*",
    "/v2/orders:by_client_order_id",
    "/v2/account/activities/FILL",
    "/v2/positions",
    "/v2/positions/*",
    "/v2/account",
    "/v2/assets",
    "/v2/clock",
    "/v2/calendar",
)
FILLS = "/v2/account/activities/FILL"
# What is told however it is altered (a sum or a position may be 0 or negative); of others it may not matter.
MUST_BE_READ = {
    *((FILLS, field) for field in ("qty", "price", "side", "transaction_time")),
    *(("/v2/account", field) for field in ("equity", "cash", "buying_power")),
    ("/v2/positions", "qty"),
    ("/v2/assets", "symbol"),
}
OF_A_PERSON = {"symbol": "KO", "qty": "1", "type": "market", "time_in_force": "day"}
IN_SHORT = 60
LONG = os.environ.get("RELIABILITY") == "long"


def fields_of(answer: Any) -> set[str]:
    """The names in an answer's rows, those of legs too."""
    if isinstance(answer, dict):
        return set(answer) | {name for part in answer.values() for name in fields_of(part)}
    return {name for part in answer for name in fields_of(part)} if isinstance(answer, list) else set()


def cases(exchange: SimulatorProcess) -> Iterator[tuple[str, str, str]]:
    """(path, field, name of the mutation)."""
    order = exchange.ask("GET", "/v2/orders?status=all&nested=true")[0]
    instances = {
        "/v2/orders": "/v2/orders?status=all&nested=true",
        "/v2/orders/*": f"/v2/orders/{order['id']}?nested=true",
        "/v2/orders:by_client_order_id": f"/v2/orders:by_client_order_id?client_order_id={order['client_order_id']}",
        "/v2/positions/*": "/v2/positions/AAPL",
    }
    for path in PATHS:
        for field in sorted(fields_of(exchange.ask("GET", instances.get(path, path)))):
            for name in sorted(MUTATIONS):
                yield path, field, name


def test_no_altered_field_holds_up_anything_else(
    bot_running: BotMaker, trading: SimulatorProcess, caplog: pytest.LogCaptureFixture
) -> None:
    tick(bot_running(), bot_running(symbols=["MSFT"]))
    sweep()
    wanted = {position.symbol: position.quantity for position in Position.objects.held()}
    assert set(wanted) == {"AAPL", "MSFT"}
    caplog.set_level(logging.ERROR)
    tried = list(cases(trading))
    assert {(path, field) for path, field, _ in tried} >= MUST_BE_READ
    if not LONG:
        tried = random.Random(SEED).sample(tried, IN_SHORT)
    for number, (path, field, mutation) in enumerate(tried):
        unread.unread_forget()
        about_aapl = {} if path in ("/v2/account", "/v2/clock", "/v2/calendar") else {"where": {"symbol": "AAPL"}}
        fault = {"method": "GET", "path": path, "effect": "alter", "field": field, "count": 100_000}
        trading.set_faults(fault | MUTATIONS[mutation] | about_aapl)
        # Somebody trades beside the bots while the answers are wrong: it is booked all the same.
        by_hand = trading.ask("POST", "/v2/orders", OF_A_PERSON | {"side": "sell" if number % 2 else "buy"})
        assert "id" in by_hand, by_hand
        sweep()
        symbols_read()
        assert ForeignFill.objects.filter(order_id=by_hand["id"]).exists(), (path, field, mutation)
        assert trading_is_ready(broker_account()) or path == "/v2/account", (path, field, mutation)
        assert broker_account().fills_booked_until <= market_now()
        # Any text may be the symbol of a stock.
        is_fine = ("negative", "zero") if field != "symbol" else ("negative", "zero", "huge", "NaN", "unknown word")
        if (path, field) in MUST_BE_READ and (path == FILLS or mutation not in is_fine):
            assert UnreadRow.objects.filter(why__contains=f" {field} ").exists(), (path, field, mutation)
        UnreadRow.objects.update(why="")
        trading.set_faults()
        account_refresh()
        held = {position.symbol: position.quantity for position in Position.objects.held()}
        assert held == wanted, (path, field, mutation)
        stops = Trade.objects.filter(role="stop").working()
        assert sorted(stop.symbol for stop in stops) == ["AAPL", "MSFT"], (path, field, mutation)
        if number % 10 == 0:
            step(trading, 1)
    wrong = [record.getMessage() for record in caplog.records if record.exc_info]
    assert wrong == []
