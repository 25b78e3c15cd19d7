"""Fills into positions, cash and results at average cost."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from bots.models import Bot
from bots.tests.factories import BotFactory
from positions.models import BotResult, CashEntry, Position, Reservation
from positions.selectors import bot_money, win_rate
from positions.services import (
    BookedFill,
    ConcurrentBooking,
    NotHeld,
    position_buy,
    position_note_close,
    position_sell,
    reservation_make,
    reservation_set,
)
from positions.tests.factories import PositionFactory

AT = datetime(2026, 6, 2, 14, 0, tzinfo=UTC)
_numbers = count()


def buy(bot: Bot, quantity: str | int, price: str | int, stop: str | None = None) -> BookedFill:
    return position_buy(
        bot=bot,
        symbol="AAPL",
        quantity=Decimal(quantity),
        price=Decimal(price),
        at=AT,
        activity_id=f"fill-{next(_numbers)}",
        stop_price=Decimal(stop) if stop else None,
        target_price=None,
    )


def sell(bot: Bot, quantity: str | int, price: str | int, commission: str = "0") -> BookedFill:
    return position_sell(
        bot=bot,
        symbol="AAPL",
        quantity=Decimal(quantity),
        price=Decimal(price),
        at=AT + timedelta(hours=1),
        activity_id=f"fill-{next(_numbers)}",
        commission=Decimal(commission),
    )


@pytest.mark.django_db
def test_buying_more_averages_the_cost() -> None:
    bot = BotFactory.create()
    buy(bot, 10, 100, stop="98")
    position = buy(bot, 5, 103, stop="101").position
    assert (position.quantity, position.entry_price, position.cost) == (15, 101, 1515)
    assert (position.stop_loss_price, position.opened_at, position.version) == (98, AT, 2)
    assert sorted(CashEntry.objects.values_list("amount", flat=True)) == [-1000, -515]


@pytest.mark.django_db
def test_selling_a_part_books_its_result_and_leaves_the_average() -> None:
    bot = BotFactory.create()
    buy(bot, 10, 100)
    sold = sell(bot, 4, 110, commission="1")
    assert sold.profit_loss == 39
    assert (sold.position.quantity, sold.position.entry_price, sold.position.realized_pnl) == (6, 100, 39)
    assert (sold.position.is_open, sold.position.closed_at, sold.position.unrealized_pnl) == (True, None, 60)
    assert list(CashEntry.objects.order_by("id").values_list("amount", flat=True)) == [-1000, 439]
    books = BotResult.objects.get()
    assert (books.realized_pnl, books.closed_positions, books.won_positions) == (39, 0, 0)


@pytest.mark.django_db
def test_selling_everything_closes_the_position_and_the_next_purchase_opens_another() -> None:
    bot = BotFactory.create()
    buy(bot, 10, 100)
    sell(bot, 4, 90)
    closed = sell(bot, 6, 95).position
    assert (closed.is_open, closed.quantity, closed.realized_pnl) == (False, 0, -70)
    assert closed.closed_at == AT + timedelta(hours=1)
    assert buy(bot, 1, 50).position.pk != closed.pk
    assert Position.objects.held().get().entry_price == 50
    assert (BotResult.objects.get().closed_positions, BotResult.objects.get().won_positions) == (1, 0)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("prices", "won"), [(["110"], 1), (["100"], 0), (["99.99"], 0), (["90", "120"], 1), (["90", "109"], 0)]
)
def test_a_position_is_won_by_all_its_sales_together(prices: list[str], won: int) -> None:
    bot = BotFactory.create()
    buy(bot, len(prices), 100)
    for price in prices:
        sell(bot, 1, price)
    books = BotResult.objects.get()
    assert (books.closed_positions, books.won_positions, win_rate([books])) == (1, won, won)


@pytest.mark.django_db
@pytest.mark.parametrize("held", [0, 3])
def test_more_than_is_held_is_never_sold(held: int) -> None:
    bot = BotFactory.create()
    if held:
        buy(bot, held, 100)
    before = list(Position.objects.values())
    with pytest.raises(NotHeld), transaction.atomic():
        sell(bot, held + 1, 100)
    assert list(Position.objects.values()) == before
    assert CashEntry.objects.count() == bool(held)
    assert not BotResult.objects.exists()


@pytest.mark.django_db
def test_a_position_of_another_bot_is_not_touched() -> None:
    mine, other = BotFactory.create(), BotFactory.create()
    buy(mine, 10, 100)
    buy(other, 5, 200)
    sell(mine, 10, 110)
    assert Position.objects.held().get().bot == other
    with pytest.raises(NotHeld), transaction.atomic():
        sell(mine, 1, 100)


@pytest.mark.django_db
def test_the_same_fill_is_booked_once() -> None:
    bot = BotFactory.create()
    buy(bot, 10, 100)
    known = CashEntry.objects.get().activity_id
    with pytest.raises(IntegrityError), transaction.atomic():
        position_buy(
            bot=bot,
            symbol="AAPL",
            quantity=Decimal(10),
            price=Decimal(100),
            at=AT,
            activity_id=known,
            stop_price=None,
            target_price=None,
        )
    assert Position.objects.get().quantity == 10


@pytest.mark.django_db
def test_a_position_changed_meanwhile_is_not_overwritten(monkeypatch: pytest.MonkeyPatch) -> None:
    bot = BotFactory.create()
    buy(bot, 10, 100)
    changed_meanwhile(monkeypatch)
    with pytest.raises(ConcurrentBooking), transaction.atomic():
        sell(bot, 4, 110)
    assert Position.objects.get().quantity == 10
    assert CashEntry.objects.count() == 1


def changed_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between reading the position and writing it, somebody else writes it."""
    from positions import services

    change = services._change

    def interfering(position: Position, **values: object) -> None:
        Position.objects.filter(pk=position.pk).update(version=position.version + 1)
        change(position, **values)

    monkeypatch.setattr(services, "_change", interfering)


@pytest.mark.django_db
def test_the_highest_close_counts_from_the_entry_on_and_only_rises() -> None:
    position = PositionFactory.create()
    opened = position.opened_at
    for close, minutes, highest in [(200, 0, None), (101, 1, 101), (105, 2, 105), (103, 3, 105)]:
        position_note_close(position, Decimal(close), opened + timedelta(minutes=minutes))
        position.refresh_from_db()
        assert position.highest_close == highest


@pytest.mark.django_db
def test_money_set_aside_is_not_spent_twice() -> None:
    bot = BotFactory.create()
    buy(bot, 10, 100)
    reservation_make(bot=bot, client_order_id="a", amount=Decimal(500))
    money = bot_money(bot, {"AAPL": (Decimal(110), AT)})
    assert (money.room, money.unrealized, money.result) == (8500, 100, 100)
    reservation_set(client_order_id="a", amount=Decimal(200))
    assert bot_money(bot, {}).room == 8800
    reservation_set(client_order_id="a", amount=Decimal(0))
    assert not Reservation.objects.exists()
    assert bot_money(bot, {}).room == 9000


@pytest.mark.django_db
def test_losses_shrink_the_room_to_buy_and_gains_do_not_grow_it() -> None:
    bot = BotFactory.create()
    buy(bot, 10, 100)
    sell(bot, 10, 90)
    assert (bot_money(bot, {}).room, bot_money(bot, {}).result) == (9900, -100)
    buy(bot, 10, 100)
    sell(bot, 10, 130)
    assert (bot_money(bot, {}).room, bot_money(bot, {}).result) == (10_000, 200)


fills = st.lists(
    st.tuples(
        st.sampled_from(["buy", "sell"]), st.integers(1, 50), st.decimals(min_value="0.01", max_value=500, places=2)
    ),
    min_size=1,
    max_size=15,
)


class EveryDollarIsAccountedFor(TestCase):
    @settings(max_examples=60, deadline=None)
    @given(fills)
    def test_cash_is_the_result_less_the_cost_of_what_is_held(self, fills: list[tuple[str, int, Decimal]]) -> None:
        bot = BotFactory.create()
        held = 0
        for side, quantity, price in fills:
            if side == "sell" and quantity > held:
                with pytest.raises(NotHeld), transaction.atomic():
                    sell(bot, quantity, str(price))
                continue
            held += quantity if side == "buy" else -quantity
            (buy if side == "buy" else sell)(bot, quantity, str(price))

        cash = sum(CashEntry.objects.values_list("amount", flat=True), Decimal(0))
        books = BotResult.objects.filter(bot=bot).first()
        realized = books.realized_pnl if books else Decimal(0)
        open_ones = list(Position.objects.held())
        cost = sum((position.cost for position in open_ones), Decimal(0))
        # The average is rounded to six decimals at every purchase, for up to 750 shares.
        assert abs(cash - (realized - cost)) <= Decimal("0.000001") * 750 * len(fills)
        assert sum((position.quantity for position in open_ones), Decimal(0)) == held >= 0
        assert sum(Position.objects.values_list("realized_pnl", flat=True), Decimal(0)) == realized
        assert len(open_ones) == (held > 0)
