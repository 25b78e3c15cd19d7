"""Money whose owner cannot be found out is assigned by a person, once, and adds up as any other."""

from datetime import datetime, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from bots.models import Bot
from engine.core.schedule import NEW_YORK
from engine.live.tests.test_cash_parts import book, declared, entitled, move, step, to
from marketdata.clock import market_now
from notifications.models import Alert
from positions.models import BotResult, Position
from simulator.testing import SimulatorProcess
from trades.models import AccountCash, CashPart, Trade

__all__ = ["declared", "entitled"]


def said(*args: str) -> str:
    out = StringIO()
    call_command("assigncash", *args, stdout=out)
    return out.getvalue()


@pytest.fixture
def waiting(entitled: tuple[Bot, Bot, Bot], trading: SimulatorProcess) -> AccountCash:
    """A dividend of KO that the broker does not list, told to people."""
    step(trading, 120)
    # Weeks from any that is listed.
    move(trading, "DIV", "5", symbol="KO", date=(market_now() + timedelta(days=20)).date().isoformat())
    to(trading, market_now() + timedelta(days=4))
    book()
    assert Alert.objects.get(kind="cash not attributed").ended_at is None
    return AccountCash.objects.get(attributed_at=None)


def realized(bot: Bot) -> Decimal:
    row = BotResult.objects.filter(bot=bot).first()
    return row.realized_pnl if row else Decimal(0)


def test_the_day_it_traded_without_it_says_whose_a_dividend_is(
    waiting: AccountCash, entitled: tuple[Bot, Bot, Bot]
) -> None:
    one, two, _ = entitled
    before = {bot.pk: realized(bot) for bot in entitled}
    # On that day the first bot sold what it had held at the close before.
    ex_day = Trade.objects.get(bot=one, role="exit").timestamp.astimezone(NEW_YORK).date()
    assert said(waiting.activity_id, "--ex-day", ex_day.isoformat()).count("dollars") == 3
    parts = {part.bot_id: part.amount for part in CashPart.objects.filter(cash=waiting)}
    assert sum(parts.values()) == 5
    assert parts.keys() == {one.pk, two.pk, None}
    for bot in entitled:
        assert realized(bot) == before[bot.pk] + parts.get(bot.pk, Decimal(0))
    assert Alert.objects.get(kind="cash not attributed").ended_at is not None


def test_a_bot_or_nobody_gets_it_and_that_once(waiting: AccountCash, entitled: tuple[Bot, Bot, Bot]) -> None:
    one, two, _ = entitled
    before = realized(two)
    assert said(waiting.activity_id, "--bot", str(two.pk)) == f"5 dollars: {two}\n"
    assert realized(two) == before + 5
    assert CashPart.objects.get(cash=waiting).position == Position.objects.get(bot=two)
    for again in (("--bot", str(one.pk)), ("--nobody",)):
        with pytest.raises(CommandError, match="is booked already"):
            said(waiting.activity_id, *again)
    book()
    assert realized(two) == before + 5


def test_nobody_gets_what_is_nobodys(waiting: AccountCash, entitled: tuple[Bot, Bot, Bot]) -> None:
    before = [realized(bot) for bot in entitled]
    assert said(waiting.activity_id, "--nobody") == "5 dollars: no bot\n"
    assert [realized(bot) for bot in entitled] == before


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (("nothing", "--nobody"), "no money with the id 'nothing' waits for its owner; these do: "),
        (("{id}", "--bot", "Nobody's"), "there is no bot"),
        (("{id}", "--ex-day", "2027-01-04"), "it was paid on 2026-.*, before 2027-01-04"),
        (("{id}",), "one of the arguments --bot --nobody --ex-day is required"),
        (("{id}", "--ex-day", "soon"), "invalid fromisoformat value: 'soon'"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_booked(waiting: AccountCash, given: tuple[Any, ...], words: str) -> None:
    parts = CashPart.objects.count()
    with pytest.raises(CommandError, match=words):
        said(*(word.format(id=waiting.activity_id) for word in given))
    assert CashPart.objects.count() == parts
    assert AccountCash.objects.get(pk=waiting.pk).attributed_at is None


def test_a_deposit_is_no_bots(trading: SimulatorProcess, entitled: tuple[Bot, Bot, Bot]) -> None:
    move(trading, "CSD", "100")
    book()
    deposit = AccountCash.objects.get(kind="CSD")
    assert isinstance(deposit.at, datetime)
    with pytest.raises(CommandError, match="no money with the id"):
        said(deposit.activity_id, "--nobody")
