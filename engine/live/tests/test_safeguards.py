"""Each safeguard of the order path, taken away by itself, is missed: the laws of the sessions catch it.

The short form takes one of them; RELIABILITY=long takes all.
"""

import os
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection

from engine.core import orders as order_states
from engine.core.orders import Progress
from engine.live import exit_attempts, exits, fills, orders, protection, reconcile, sweep, tick
from engine.live.tests.sessions.laws import Broken
from engine.live.tests.test_sessions import begin
from trades import services
from trades.models import Trade

__all__ = ["begin"]

TRIES = int(os.environ.get("TRIES", "60"))
LONG = os.environ.get("RELIABILITY") == "long"
Patch = Callable[[pytest.MonkeyPatch], None]


def gone(module: Any, name: str, otherwise: Any = lambda *_, **__: None) -> Patch:
    return lambda monkeypatch: monkeypatch.setattr(module, name, otherwise)


def new_id_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """An order is sent again under another id, to be sure."""
    request = orders._request

    def renamed(trade: Trade) -> Any:
        made = request(trade)
        return made.__class__(**{**made.__dict__, "client_order_id": f"{made.client_order_id}{trade.attempts}"})

    monkeypatch.setattr(orders, "_request", renamed)


def unknown_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.brokers.alpaca import AlpacaBroker
    from engine.brokers.port import Refused, Unknown

    submit = AlpacaBroker.submit

    def sure(self: Any, request: Any, first_attempt: bool) -> Any:
        outcome = submit(self, request, first_attempt=first_attempt)
        return Refused(outcome.reason) if isinstance(outcome, Unknown) else outcome

    monkeypatch.setattr(AlpacaBroker, "submit", sure)


def legs_need_no_confirmation(monkeypatch: pytest.MonkeyPatch) -> None:
    legs_off = exits._legs_are_off

    def asked(trade: Trade, broker: Any) -> bool:
        legs_off(trade, broker)
        return True

    monkeypatch.setattr(exits, "_legs_are_off", asked)
    monkeypatch.setattr(exits, "shares_free", lambda bot, symbol, broker: Decimal(10**6))


SAFEGUARDS: dict[str, Patch] = {
    "the same id again": new_id_each_time,
    "no answer is not a refusal": unknown_is_refused,
    "an order is claimed by one": gone(services, "trade_claim", lambda trade, now: True),
    "a tick is claimed by one": gone(tick, "_claim", lambda bot, at, late: True),
    "fills are collected": gone(fills, "_book_alone", lambda fill, broker: False),
    "fills are looked for again": gone(fills, "OVERLAP", timedelta(0)),
    "a fill whose order is not known is asked for": gone(fills, "_find_owner", lambda fill, broker: False),
    "orders of unknown outcome are asked for": gone(sweep, "orders_unanswered"),
    "exits that wait go on": gone(sweep, "exits_go_on"),
    "positions without a stop get one": gone(protection, "position_protect", lambda position, broker: False),
    "resting orders of closed positions go": gone(sweep, "legs_left_over"),
    "exits that ended without selling are renewed": gone(sweep, "exits_renew"),
    "stop and close goes on": gone(sweep, "bots_close"),
    "the books are compared after a kill": gone(sweep, "recover", lambda broker: True),
    "an exit that is not on leaves room for a stop": gone(protection, "is_on", lambda trade, now: True),
    "an exit takes protection off before it sells": gone(exits, "_legs_are_off", lambda trade, broker: True),
    "an exit that nobody knows of is tried again": gone(protection, "exit_resolve", lambda trade, broker: None),
    "a stop finds no more shares than there are": gone(protection, "_never_more_than_held"),
    "an exit sells what is there": legs_need_no_confirmation,
    "an entry is cancelled before its shares are sold": gone(exits, "_is_filling", lambda trade, broker: False),
    "states only move on": gone(services, "merge", lambda known, told: told),
    "a refused exit is wanted all the same": gone(
        orders, "exit_was_refused", lambda trade, why: services.trade_end(trade, order_states.OrderState.UNSENT, why)
    ),
    "orders are adopted by their mark": gone(reconcile, "_orders_adopt"),
    "a kill is followed by questions": gone(orders, "order_resolve", lambda trade, broker=None: None),
}
IN_SHORT = ("positions without a stop get one",)


@pytest.mark.parametrize("name", SAFEGUARDS if LONG else IN_SHORT)
def test_a_safeguard_that_is_gone_is_missed(begin: Any, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    SAFEGUARDS[name](monkeypatch)
    for seed in range(TRIES):
        point = connection.savepoint() if connection.in_atomic_block else None
        try:
            begin(seed).run()
        except (Broken, AssertionError, DatabaseError):
            # A database that refuses what the laws forbid has caught it, too.
            return
        finally:
            if point is not None:
                connection.savepoint_rollback(point)
    raise AssertionError(f"{TRIES} sessions without the safeguard kept all laws")


def test_a_merge_of_states_is_what_was_told_last_only_without_it() -> None:
    known = Progress(order_states.OrderState.FILLED, Decimal(3))
    assert order_states.merge(known, Progress(order_states.OrderState.OPEN, Decimal(0))) == known
    assert timedelta(seconds=4) == exit_attempts.UNPROTECTED_AT_MOST
