"""From a committed row to its fills, whatever the broker says and in whatever sequence."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from bots.models import Bot
from bots.tests.factories import BotFactory
from engine.brokers.values import BrokerOrder, Fill
from engine.core.orders import OrderState
from engine.core.types import OrderIntent, Role, Side
from events.models import Event
from positions.models import CashEntry, Position, Reservation
from positions.services import NotHeld
from trades.booking import fill_book, trade_observe
from trades.by_hand import fill_book_foreign
from trades.models import Execution, ForeignFill, Trade
from trades.services import trade_claim, trade_create, trade_end, trade_release, trade_unknown

pytestmark = pytest.mark.django_db

AT = datetime(2026, 6, 2, 13, 31, tzinfo=UTC)
ENTRY = OrderIntent("AAPL", Side.BUY, Role.ENTRY, Decimal(10), Decimal(100), Decimal(98), Decimal(105))
LEG_STOP = BrokerOrder(
    "broker-stop",
    "theirs-1",
    "AAPL",
    "sell",
    "stop",
    "held",
    OrderState.OPEN,
    Decimal(10),
    Decimal(0),
    None,
    None,
    Decimal(98),
    AT,
)
LEG_TARGET = replace(LEG_STOP, id="broker-target", client_order_id="theirs-2", kind="limit")
ORDER = replace(
    LEG_STOP,
    id="broker-1",
    client_order_id="ours-1",
    side="buy",
    kind="market",
    status="new",
    stop_price=None,
    legs=(LEG_STOP, LEG_TARGET),
)


def entry(bot: Bot | None = None, name: str = "ours-1") -> Trade:
    bot = bot or BotFactory.create()
    return trade_create(
        bot=bot, version=bot.versions.first(), intent=ENTRY, client_order_id=name, at=AT, reason="RSI buys"
    )


def fill(number: int, quantity: int, price: str = "101", order: str = "broker-1", side: str = "buy") -> Fill:
    at = AT + timedelta(seconds=number)
    return Fill(f"fill-{number}", order, "AAPL", side, Decimal(quantity), Decimal(price), Decimal(quantity), at)


def facts(*fields: str) -> dict[str, tuple[Any, ...]]:
    """Fields of every trade by its role."""
    return {row.role: tuple(getattr(row, field) for field in fields) for row in Trade.objects.all()}


def test_an_entry_is_committed_with_its_legs_and_its_money() -> None:
    entry()
    assert facts("type", "quantity", "state", "stop_price", "limit_price", "order_id") == {
        "entry": ("buy", 10, "created", 98, 105, None),
        "stop": ("sell", 10, "created", 98, None, None),
        "target": ("sell", 10, "created", None, 105, None),
    }
    assert Reservation.objects.get().amount == 1000
    assert Trade.objects.shown().count() == 1


def test_an_exit_has_neither_legs_nor_a_reservation() -> None:
    bot = BotFactory.create()
    intent = OrderIntent("AAPL", Side.SELL, Role.EXIT, Decimal(10), Decimal(100))
    trade_create(bot=bot, version=None, intent=intent, client_order_id="x", at=AT, reason="")
    assert (Trade.objects.count(), Reservation.objects.count()) == (1, 0)


def test_a_second_working_entry_in_the_symbol_is_impossible() -> None:
    first = entry()
    with pytest.raises(IntegrityError), transaction.atomic():
        entry(first.bot, "ours-2")
    assert Trade.objects.filter(role="entry").get() == first
    trade_end(first, OrderState.UNSENT, "too late")
    entry(first.bot, "ours-2")
    assert Trade.objects.filter(role="entry").count() == 2


def test_only_one_sender_gets_to_send() -> None:
    mine = entry()
    other = Trade.objects.get(pk=mine.pk)
    assert trade_claim(mine, now=AT) is True
    assert trade_claim(other, now=AT) is False
    assert (mine.state, mine.attempts, mine.sent_at) == ("submitting", 1, AT)


def test_a_request_turned_away_unread_was_never_sent() -> None:
    trade = entry()
    trade_claim(trade, now=AT)
    until = AT + timedelta(seconds=5)
    trade_release(trade, until=until)
    trade.refresh_from_db()
    assert (trade.state, trade.attempts, trade.send_after) == ("created", 0, until)


def test_an_unknown_outcome_keeps_its_money_and_an_end_frees_it() -> None:
    trade = entry()
    trade_claim(trade, now=AT)
    trade_unknown(trade, "no answer")
    trade.refresh_from_db()
    assert (trade.state, trade.status, trade.error) == ("unknown", "pending", "no answer")
    assert Reservation.objects.get().amount == 1000

    assert trade_end(trade, OrderState.ABSENT, "the broker has no such order") is True
    assert facts("state", "status") == {
        "entry": ("absent", "failed"),
        "stop": ("unsent", "cancelled"),
        "target": ("unsent", "cancelled"),
    }
    assert not Reservation.objects.exists()
    assert Event.objects.get(type="alert_raised").payload["level"] == "warning"
    assert trade_end(trade, OrderState.ABSENT, "again") is False
    assert Event.objects.count() == 1


def test_an_order_at_the_broker_is_not_ended_here() -> None:
    trade = trade_observe(entry(), ORDER)
    assert trade_end(trade, OrderState.UNSENT, "too late") is False
    trade.refresh_from_db()
    assert (trade.state, Reservation.objects.get().amount) == ("open", 1000)


def test_the_legs_take_the_brokers_ids() -> None:
    trade_observe(entry(), ORDER)
    assert facts("order_id", "client_order_id", "state") == {
        "entry": ("broker-1", "ours-1", "open"),
        "stop": ("broker-stop", "theirs-1", "open"),
        "target": ("broker-target", "theirs-2", "open"),
    }


TOLD = [
    ORDER,
    replace(ORDER, status="partially_filled", state=OrderState.PARTIAL, filled=Decimal(4)),
    replace(ORDER, status="filled", state=OrderState.FILLED, filled=Decimal(10)),
    replace(
        ORDER, legs=(replace(LEG_STOP, status="new"), replace(LEG_TARGET, status="canceled", state=OrderState.CANCELED))
    ),
]


@pytest.mark.parametrize(
    "told", list(permutations(TOLD)), ids=lambda told: "-".join(str(TOLD.index(one)) for one in told)
)
def test_whatever_is_told_in_any_sequence_ends_alike(told: tuple[BrokerOrder, ...]) -> None:
    trade = entry()
    for message in (*told, told[0]):
        trade_observe(trade, message)
    assert facts("state", "status", "filled_quantity", "order_id") == {
        "entry": ("filled", "filled", 10, "broker-1"),
        "stop": ("open", "pending", 0, "broker-stop"),
        "target": ("canceled", "cancelled", 0, "broker-target"),
    }
    # What has filled but is not booked is still set aside.
    assert Reservation.objects.get().amount == 1000


def test_an_order_thought_dead_comes_back_with_its_money() -> None:
    trade = entry()
    trade_claim(trade, now=AT)
    trade_end(trade, OrderState.ABSENT, "not found")
    assert not Reservation.objects.exists()
    trade_observe(trade, ORDER)
    trade.refresh_from_db()
    assert (trade.state, trade.status, Reservation.objects.get().amount) == ("open", "pending", 1000)


def test_a_rejection_is_told_once() -> None:
    trade = entry()
    for _ in range(2):
        trade_observe(trade, replace(ORDER, status="rejected", state=OrderState.REJECTED, legs=()))
    assert Event.objects.filter(type="alert_raised").count() == 1
    assert not Reservation.objects.exists()


def test_fills_are_booked_once_each_and_add_up() -> None:
    trade = trade_observe(entry(), ORDER)
    for one in (fill(1, 4, "100.50"), fill(2, 6, "101"), fill(1, 4, "100.50"), fill(2, 6, "101")):
        fill_book(one, {})
    trade.refresh_from_db()
    assert (trade.state, trade.status, trade.booked_quantity, trade.filled_quantity) == ("filled", "filled", 10, 10)
    assert (trade.price, trade.slippage, trade.profit_loss) == (Decimal("100.8"), Decimal("0.8"), None)
    assert trade.timestamp == AT + timedelta(seconds=2)
    position = Position.objects.get()
    assert (position.quantity, position.entry_price) == (10, Decimal("100.8"))
    assert (position.stop_loss_price, position.take_profit_price) == (98, 105)
    assert (Execution.objects.count(), CashEntry.objects.count()) == (2, 2)
    assert not Reservation.objects.exists()
    kinds = list(Event.objects.order_by("id").values_list("type", flat=True))
    assert kinds == ["trade_executed", "position_updated"] * 2


def test_a_partial_fill_keeps_the_money_of_the_rest() -> None:
    trade = trade_observe(entry(), ORDER)
    fill_book(fill(1, 4), {})
    trade.refresh_from_db()
    assert (trade.state, trade.status, Reservation.objects.get().amount) == ("partial", "pending", 600)
    trade_observe(trade, replace(ORDER, status="canceled", state=OrderState.CANCELED, filled=Decimal(4)))
    trade.refresh_from_db()
    assert (trade.state, trade.status, trade.remaining) == ("canceled", "filled", 6)
    assert not Reservation.objects.exists()


@pytest.mark.parametrize("sequence", list(permutations(range(4))))
def test_fills_and_messages_in_any_sequence_end_alike(sequence: tuple[int, ...]) -> None:
    trade = trade_observe(entry(), ORDER)
    steps = [
        lambda: trade_observe(
            trade, replace(ORDER, status="partially_filled", state=OrderState.PARTIAL, filled=Decimal(4))
        ),
        lambda: trade_observe(trade, replace(ORDER, status="filled", state=OrderState.FILLED, filled=Decimal(10))),
        lambda: fill_book(fill(1, 4, "100.50"), {}),
        lambda: fill_book(fill(2, 6, "101"), {}),
    ]
    for number in sequence:
        steps[number]()
    trade.refresh_from_db()
    assert (trade.state, trade.booked_quantity, trade.price) == ("filled", 10, Decimal("100.8"))
    assert Position.objects.get().quantity == 10
    assert not Reservation.objects.exists()


def test_a_sale_books_its_result() -> None:
    trade = trade_observe(entry(), ORDER)
    fill_book(fill(1, 10, "100"), {})
    stop = Trade.objects.get(role="stop")
    fill_book(fill(2, 4, "97", order="broker-stop", side="sell"), {})
    fill_book(fill(3, 6, "98", order="broker-stop", side="sell"), {})
    stop.refresh_from_db()
    assert (stop.state, stop.price, stop.profit_loss) == ("filled", Decimal("97.6"), -24)
    assert stop.slippage == Decimal("0.4")
    assert (Position.objects.get().is_open, Position.objects.get().realized_pnl) == (False, -24)
    assert [row.profit_loss for row in Execution.objects.order_by("id")] == [None, -12, -12]
    assert Trade.objects.shown().count() == 2
    trade.refresh_from_db()
    assert trade.profit_loss is None


def test_a_fill_that_cannot_be_ours_changes_nothing() -> None:
    trade_observe(entry(), ORDER)
    with pytest.raises(NotHeld), transaction.atomic():
        fill_book(fill(1, 4, order="broker-stop", side="sell"), {})
    assert fill_book(fill(2, 4, order="nobody's"), {}) is None
    assert not Execution.objects.exists()
    assert not Position.objects.exists()
    assert not Event.objects.exists()


def test_a_fill_ordered_by_hand_is_kept_once_and_told_once() -> None:
    foreign = fill(1, 4, order="by hand")
    assert [fill_book_foreign(foreign) for _ in range(2)] == [True, False]
    assert ForeignFill.objects.get().quantity == 4
    assert Event.objects.get().payload["message"] == "buy 4 AAPL was not ordered by a bot"
    assert not Position.objects.exists()
