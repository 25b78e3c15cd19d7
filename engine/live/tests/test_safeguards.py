"""Each safeguard of the order path, taken away by itself, is missed: the laws of the sessions catch it.

The short form takes one of them; RELIABILITY=long takes all.
"""

import os
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from engine.brokers.alpaca import AlpacaBroker
from engine.core.orders import OrderState, Progress, merge
from engine.live import exit_attempts, exits, fills, orders, protection, sweep
from engine.live.tests.sessions.laws import Broken
from engine.live.tests.sessions.world import Faults
from engine.live.tests.test_sessions import begin
from trades.models import Trade, TradeQuerySet

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


def legs_need_no_confirmation(monkeypatch: pytest.MonkeyPatch) -> None:
    legs_off = exits._legs_are_off

    def asked(trade: Trade, broker: Any) -> bool:
        legs_off(trade, broker)
        return True

    monkeypatch.setattr(exits, "_legs_are_off", asked)
    monkeypatch.setattr(exits, "shares_free", lambda bot, symbol, broker: Decimal(10**6))


def in_a_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    submit = AlpacaBroker.submit

    def inside(self: Any, request: Any, first_attempt: bool) -> Any:
        with transaction.atomic():
            return submit(self, request, first_attempt=first_attempt)

    monkeypatch.setattr(AlpacaBroker, "submit", inside)


def absent_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """An order the broker does not know at the first question was never there."""
    monkeypatch.setattr(orders, "NOT_FOUND_TRIES", 0)
    monkeypatch.setattr(orders, "QUARANTINE", timedelta(0))
    monkeypatch.setattr(orders, "POSTS_AT_MOST", 0)


LOST = Faults(lost_before=0.08, lost_after=0.1)
LATE = Faults(late=0.15, lost_after=0.03)
REFUSED = Faults(refused=0.15, lost_before=0.03)
KILLED = Faults(killed=0.08, lost_after=0.03)
CALM = Faults(unavailable=0.1)
# What is taken away, and the trouble in which it is missed.
SAFEGUARDS: dict[str, tuple[Patch, Faults]] = {
    "the same id again": (new_id_each_time, LOST),
    "an order that is not found is asked for again": (absent_at_once, LATE),
    "no request inside a transaction": (in_a_transaction, CALM),
    "fills are collected": (gone(fills, "_book_alone", lambda fill, broker: False), CALM),
    "fills of people are booked as theirs": (gone(fills, "_find_owner", lambda fill, broker: False), CALM),
    "orders of unknown outcome are asked for": (gone(sweep, "orders_unanswered"), LOST),
    "orders that were not sent are sent": (gone(sweep, "orders_unsent"), KILLED),
    "exits that wait go on": (gone(sweep, "exits_go_on"), REFUSED),
    "positions without a stop get one": (gone(protection, "position_protect", lambda position, broker: False), CALM),
    "resting orders of closed positions go": (gone(sweep, "legs_left_over"), LATE),
    "exits that ended without selling are renewed": (gone(sweep, "exits_renew"), REFUSED),
    "stop and close goes on": (gone(sweep, "bots_close"), LOST),
    "the books are compared after a kill": (gone(sweep, "recover", lambda broker: True), KILLED),
    "the books are compared again and again": (gone(sweep, "reconcile"), LOST),
    "an exit that is not on leaves room for a stop": (gone(protection, "is_on", lambda trade, now: True), REFUSED),
    "an exit that nobody knows of is tried again": (gone(protection, "exit_resolve", lambda *_: None), LOST),
    "a stop finds no more shares than there are": (gone(protection, "_never_more_than_held"), LATE),
    "an exit sells what is there": (legs_need_no_confirmation, LATE),
    "what has just moved is looked at before it is acted on": (
        gone(TradeQuerySet, "may_still_move", lambda self, since: self.none()),
        LATE,
    ),
    "a stop that was not refused is placed": (gone(protection, "was_refused", lambda position, role: True), CALM),
    "a stop's shares are free": (gone(protection, "shares_free", lambda bot, symbol, broker: Decimal(10**6)), LATE),
}
# One of each kind of trouble.
IN_SHORT = (
    "positions without a stop get one",
    "the same id again",
    "the books are compared after a kill",
    "no request inside a transaction",
    "stop and close goes on",
)


@pytest.mark.parametrize("name", SAFEGUARDS if LONG else IN_SHORT)
def test_a_safeguard_that_is_gone_is_missed(begin: Any, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    patch, mood = SAFEGUARDS[name]
    patch(monkeypatch)
    for seed in range(TRIES):
        point = connection.savepoint() if connection.in_atomic_block else None
        try:
            begin(seed, mood).run()
        except DatabaseError:
            # A database that refuses what the laws forbid has caught it, too.
            return
        except Broken as broken:
            if isinstance(broken.__cause__, TypeError | AttributeError):
                # What was put in its place does not fit.
                raise
            return
        finally:
            if point is not None:
                connection.savepoint_rollback(point)
    raise AssertionError(f"{TRIES} sessions without the safeguard kept all laws")


def test_a_merge_of_states_is_what_was_told_last_only_without_it() -> None:
    known = Progress(OrderState.FILLED, Decimal(3))
    assert merge(known, Progress(OrderState.OPEN, Decimal(0))) == known
    assert timedelta(seconds=4) == exit_attempts.UNPROTECTED_AT_MOST
