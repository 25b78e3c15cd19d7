"""What the broker books and takes back again is out of the books of whoever had it."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from bots.models import Bot
from engine.brokers.values import CashTold
from engine.live.account import account_refresh
from engine.live.fills import fills_collect
from engine.live.overview import summary
from engine.live.testing import BotMaker, tick
from engine.live.tests.test_cash_parts import after_the_close, book, move, parts, sales, sold
from engine.live.tests.test_today import prices_arrive
from positions.models import BotResult
from simulator.testing import SimulatorProcess
from trades.account_cash import account_cash_store
from trades.models import AccountCash

__all__ = ["sold"]


def cancel(exchange: SimulatorProcess, kind: str) -> None:
    [told] = exchange.ask("GET", f"/v2/account/activities/{kind}")
    assert exchange.control("POST", "/sim/cash", {"cancel": told["id"]})["status"] == "canceled"


def results() -> dict[int, Decimal]:
    return dict(BotResult.objects.values_list("bot", "realized_pnl"))


def test_a_fee_that_is_taken_back_is_taken_back_from_each(sold: tuple[Bot, Bot], trading: SimulatorProcess) -> None:
    one, two = sold
    before = results()
    day = after_the_close(trading)
    move(trading, "FEE", "-0.13", sub_kind="TAF", date=day, description=f"TAF fee for proceed of 13 shares on {day}")
    book()
    assert results() == {one.pk: before[one.pk] - Decimal("0.03"), two.pk: before[two.pk] - Decimal("0.09")}

    cancel(trading, "FEE")
    book()
    first = [(one.pk, "-0.03"), (two.pk, "-0.09"), (None, "-0.01")]
    assert parts("FEE") == [*first, (one.pk, "0.03"), (two.pk, "0.09"), (None, "0.01")]
    assert results() == before
    assert [sale.commission for sale in sales(*sold)] == [0, 0]
    assert not AccountCash.objects.filter(attributed_at=None).exists()


@pytest.mark.parametrize(("kind", "amount"), [("CSD", "500"), ("CSW", "-500"), ("INT", "0.50")])
def test_what_no_bot_had_is_taken_back_too(trading: SimulatorProcess, kind: str, amount: str) -> None:
    move(trading, kind, amount)
    book()
    cancel(trading, kind)
    book()
    assert account_refresh()
    assert (summary()["equity"], summary()["day_pnl"]) == ("100000", "0")
    assert set(summary()["day_parts"].values()) == {"0"}


def test_what_is_taken_back_before_it_was_booked_is_no_bot_s(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    """A dividend of which it is not known whose it is, and never will be."""
    tick(bot_running())
    fills_collect()
    before = results()
    move(trading, "DIV", "1.20", symbol="AAPL")
    book()
    assert parts("DIV") == []
    cancel(trading, "DIV")
    book()
    assert parts("DIV") == [(None, "1.2"), (None, "-1.2")]
    assert results() == before
    prices_arrive("AAPL")
    assert summary()["day_parts"]["unattributed"] == "0"


def test_what_was_taken_back_before_anybody_knew_of_it_never_was(trading: SimulatorProcess) -> None:
    move(trading, "INT", "0.50")
    cancel(trading, "INT")
    book()
    assert not AccountCash.objects.exists()


def test_only_what_is_booked_can_be_taken_back(trading: SimulatorProcess) -> None:
    move(trading, "INT", "0.50")
    cancel(trading, "INT")
    [told] = trading.ask("GET", "/v2/account/activities/INT")
    for name in (told["id"], "none"):
        status, answer = trading.request("POST", "/sim/cash", {"cancel": name})
        assert (status, answer["message"]) == (404, f"no activity {name} that could be cancelled")


@pytest.mark.django_db
def test_an_id_without_room_for_another_is_told_and_holds_up_nothing(caplog: pytest.LogCaptureFixture) -> None:
    at = datetime(2026, 6, 2, 14, tzinfo=UTC)
    long, short = (CashTold(name, "INT", Decimal("0.5"), at, at.date()) for name in ("x" * 95, "y"))
    assert account_cash_store([long, short], now=at) == 2
    assert account_cash_store([replace(long, canceled=True), replace(short, canceled=True)], now=at) == 1
    assert AccountCash.objects.get(amount=Decimal("-0.5")).activity_id == "y taken back"
    assert f"{'x' * 95} was taken back by the broker, and stays booked: its id is too long" in caplog.messages
