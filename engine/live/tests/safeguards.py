"""Safeguards of the order path that can be taken away one at a time, to see whether that is noticed."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from engine.brokers.alpaca.broker import AlpacaBroker
from engine.core.orders import OrderState
from engine.live import exits, fills, orders, protection, reconcile, sweep, tick
from engine.live.tests.sessions.world import Faults
from trades.models import Trade
from trades.services import trade_end

Patch = Callable[[pytest.MonkeyPatch], None]


def gone(module: Any, name: str, otherwise: Any = lambda *_, **__: None) -> Patch:
    return lambda monkeypatch: monkeypatch.setattr(module, name, otherwise)


def both(one: Patch, other: Patch) -> Patch:
    """Of a rule that two places keep."""

    def patch(monkeypatch: pytest.MonkeyPatch) -> None:
        one(monkeypatch)
        other(monkeypatch)

    return patch


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
KILLED = Faults(killed=0.08, lost_after=0.03)
CALM = Faults(unavailable=0.1)
# What is taken away, and the trouble in which random sessions break a law for it.
IN_SESSIONS: dict[str, tuple[Patch, Faults]] = {
    "the same id again": (new_id_each_time, LOST),
    "no request inside a transaction": (in_a_transaction, CALM),
    "fills are collected": (gone(fills, "_book_alone", lambda fill, broker: False), CALM),
    "fills of people are booked as theirs": (gone(fills, "fill_book_foreign"), CALM),
    "the order of a fill is asked for": (gone(fills, "_find_owner", lambda fill, broker: False), LOST),
    "orders of unknown outcome are asked for": (gone(sweep, "orders_resolve_unknown"), LOST),
    "orders that were not sent are sent": (gone(sweep, "orders_send_unsent"), KILLED),
    "positions without a stop get one": (gone(protection, "position_protect", lambda position, broker: False), CALM),
    "the books are compared after a kill": (gone(sweep, "recover", lambda broker: True), KILLED),
}
# What is taken away, which other safeguards make up for in a session: the tests of what it is there for fail.
IN_EXAMPLES: dict[str, Patch] = {
    "exits that wait go on": both(gone(sweep, "exits_go_on"), gone(reconcile, "exits_go_on")),
    "exits that ended without selling are renewed": gone(sweep, "exits_renew"),
    "stop and close goes on": gone(sweep, "bots_close"),
    "the books are compared again and again": gone(sweep, "books_compare"),
    "an exit that is not on leaves room for a stop": gone(protection, "is_on", lambda trade, now: True),
    "an exit that nobody knows of is tried again": gone(protection, "exit_resolve", lambda *_: None),
    "an exit takes protection off before it sells": gone(exits, "_legs_are_off", lambda trade, broker: True),
    "an exit sells what is there": legs_need_no_confirmation,
    "a stop finds no more shares than there are": gone(protection, "_never_more_than_held"),
    "a refused exit is wanted all the same": gone(
        orders, "exit_was_refused", lambda trade, why: trade_end(trade, OrderState.UNSENT, why)
    ),
    "an order is claimed by one": gone(orders, "trade_claim", lambda trade, now: True),
    "a tick is claimed by one": gone(tick, "_claim", lambda bot, at, late: True),
    "entries end with their window": gone(sweep, "entries_cancel_overdue"),
    "a refused stop is not placed again at once": gone(protection, "was_refused", lambda position, role: False),
    "an order that is not found is asked for again": absent_at_once,
}
