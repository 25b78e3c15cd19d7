"""The exposure at cost, by symbol and day: computed by hand, and held against what positions say."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from bots.models import Bot
from bots.tests.factories import BotFactory
from engine.core.money import booked
from positions.models import Position
from positions.services import FractionPaid, position_buy, position_sell, position_split
from trades.exposure import exposure
from trades.tests.factories import ExecutionFactory, TradeFactory
from web.testing import client_of

NOW = datetime(2026, 6, 5, 20, 0, tzinfo=UTC)
_numbers = count()


def fill(bot: Bot, symbol: str, quantity: str | int, price: str | int, at: datetime) -> None:
    """Bought, or sold where the quantity is negative; booked as the product books it."""
    shares, dollars = abs(Decimal(quantity)), Decimal(price)
    is_sale = Decimal(quantity) < 0
    trade = TradeFactory.create(
        bot=bot,
        symbol=symbol,
        quantity=shares,
        timestamp=at,
        **({"type": "sell", "role": "exit"} if is_sale else {}),
    )
    ExecutionFactory.create(trade=trade, quantity=shares, price=dollars, at=at)
    of = {"bot": bot, "symbol": symbol, "quantity": shares, "price": dollars, "at": at}
    activity = f"exposure-{next(_numbers)}"
    if is_sale:
        position_sell(**of, activity_id=activity, commission=Decimal(0))
    else:
        position_buy(**of, activity_id=activity, stop_price=None, target_price=None)


def june(day: int, hour: int = 15, minute: int = 0) -> datetime:
    return datetime(2026, 6, day, hour, minute, tzinfo=UTC)


@pytest.fixture
def bots(db: None) -> list[Bot]:
    one, two = BotFactory.create(name="One"), BotFactory.create(name="Two")
    fill(one, "AAPL", 10, 100, june(2))
    fill(two, "MSFT", 10, 50, june(3))
    # The price paid counts, whatever it is sold at.
    fill(one, "AAPL", -5, 120, june(3, minute=10))
    fill(two, "MSFT", -10, 40, june(3, minute=20))
    fill(one, "AAPL", 5, "102.5", june(4))
    fill(one, "AAPL", -10, 90, june(4, minute=1))
    return [one, two]


def test_a_day_has_the_moment_at_which_most_was_held(bots: list[Bot]) -> None:
    body = exposure(range="1M", now=NOW)
    assert (body["range"], body["from"], body["to"]) == ("1M", "2026-06-02", "2026-06-05")
    assert (body["symbols"], body["others"]) == (["AAPL", "MSFT"], 0)
    assert [(row["date"], row["at"][:16], row["total"], row["costs"], row["others"]) for row in body["days"]] == [
        ("2026-06-02", "2026-06-02T15:00", "1000", ["1000", "0"], "0"),
        ("2026-06-03", "2026-06-03T15:00", "1500", ["1000", "500"], "0"),
        # 5 at 100 and 5 at 102.50.
        ("2026-06-04", "2026-06-04T15:00", "1012.5", ["1012.5", "0"], "0"),
        ("2026-06-05", "2026-06-05T00:00", "0", ["0", "0"], "0"),
    ]


def test_what_was_only_held_over_the_night_counts_on_each_day(bots: list[Bot]) -> None:
    fill(bots[0], "TSLA", 2, 300, june(4, hour=19))
    week = exposure(range="1W", now=NOW + timedelta(days=10))
    # The week of 15 June began on the 9th: all of it is of shares bought before.
    assert (week["from"], week["symbols"]) == ("2026-06-09", ["TSLA"])
    assert {(row["total"], row["at"][11:16]) for row in week["days"]} == {("600", "00:00")}
    assert [row["date"][-2:] for row in week["days"]] == ["09", "10", "11", "12", "15"]


def test_only_the_bots_and_symbols_asked_for_count(bots: list[Bot]) -> None:
    one, two = bots
    assert exposure(range="ALL", bots=[two.pk], now=NOW)["symbols"] == ["MSFT"]
    of_one = exposure(range="ALL", bots=[one.pk], symbols=["AAPL"], now=NOW)
    assert [row["total"] for row in of_one["days"]] == ["1000", "1000", "1012.5", "0"]
    assert exposure(range="ALL", bots=[one.pk], symbols=["MSFT"], now=NOW)["days"] == []


def test_two_bots_in_one_symbol_are_added_up_and_what_happens_at_once_counts_together(db: None) -> None:
    one, two = BotFactory.create(), BotFactory.create()
    fill(one, "AAPL", 10, 100, june(2))
    fill(two, "AAPL", 1, 200, june(2))
    # At one moment sold by one and bought by the other: never both.
    fill(two, "MSFT", 10, 90, june(2, minute=30))
    fill(one, "AAPL", -10, 100, june(2, minute=30))
    [row] = exposure(range="1M", now=june(2, hour=20))["days"]
    assert (row["total"], row["costs"], row["at"][11:16]) == ("1200", ["1200"], "15:00")


def test_beyond_eight_symbols_the_rest_is_summed_up(db: None) -> None:
    bot = BotFactory.create()
    for number in range(10):
        fill(bot, f"S{number}", 10 + number, 10, june(2, minute=number))
    body = exposure(range="1M", now=june(2, hour=20))
    assert body["symbols"] == [f"S{number}" for number in range(9, 1, -1)]
    [row] = body["days"]
    assert (body["others"], row["others"], row["total"]) == (2, "210", "1450")
    assert sum(map(Decimal, [*row["costs"], row["others"]])) == Decimal(row["total"])


def test_a_split_leaves_the_cost_but_for_the_fraction_that_is_paid(db: None) -> None:
    bot = BotFactory.create()
    fill(bot, "AAPL", 7, 100, june(2))
    fraction = FractionPaid(Decimal("0.5"), Decimal("0.5"), june(3))
    position_split(Position.objects.get(), ratio=Fraction(3, 2), quantity=Decimal(10), fraction=fraction)
    fill(bot, "AAPL", 1, 60, june(3))
    position = Position.objects.get()
    body = exposure(range="1M", now=june(4))
    assert [row["total"] for row in body["days"]] == ["700", "726.666666", "726.666666"]
    assert booked(position.cost) == Decimal(body["days"][-1]["total"])


def test_nothing_traded_is_no_exposure(db: None) -> None:
    body = client_of("viewer").get("/api/analytics/exposure").json()
    assert (body["from"], body["symbols"], body["others"], body["days"]) == (None, [], 0, [])


STEPS = st.lists(
    st.tuples(st.sampled_from(["buy", "sell", "split"]), st.integers(1, 50), st.integers(1, 99_999)), max_size=8
)


class AgainstPositions(TestCase):
    @settings(max_examples=40, deadline=None)
    @given(STEPS)
    def test_the_replay_ends_where_the_position_is(self, steps: list[tuple[str, int, int]]) -> None:
        bot = BotFactory.create()
        for minute, (kind, number, cents) in enumerate(steps):
            at, price = june(2, minute=minute), Decimal(cents) / 100
            position = Position.objects.filter(bot=bot, is_open=True).first()
            if kind == "buy":
                fill(bot, "AAPL", number, price, at)
            elif position is not None and kind == "sell":
                fill(bot, "AAPL", -min(Decimal(number), position.quantity), price, at)
            elif position is not None:
                ratio = Fraction(4 + number % 11, 7)
                quantity = (position.quantity * ratio.numerator / ratio.denominator).quantize(Decimal("1e-9"))
                paid = FractionPaid(Decimal(0), Decimal(0), at)
                position_split(position, ratio=ratio, quantity=quantity, fraction=paid)
        held = sum((booked(position.cost) for position in Position.objects.filter(bot=bot, is_open=True)), Decimal(0))
        days = exposure(range="1M", bots=[bot.pk], now=NOW)["days"]
        last = Decimal(days[-1]["total"]) if days else Decimal(0)
        # A split keeps shares to nine places and the price to six: a ratio read from them may differ in the last one.
        assert abs(last - held) <= Decimal("0.01") * len([kind for kind, _, _ in steps if kind == "split"])
