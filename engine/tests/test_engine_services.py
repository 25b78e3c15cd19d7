"""What the engine remembers: decisions, the account, differences, leases."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from bots.models import Bot
from bots.tests.factories import BotFactory
from engine import services
from engine.backtest.recording import RecordingError
from engine.brokers.values import AccountInfo
from engine.core.types import Decision as Decided
from engine.core.types import OrderIntent, Role, Side
from engine.models import BrokerAccount, Decision, Difference
from engine.selectors import acted_on, last_decisions, symbols_reduced
from engine.services import (
    account_error,
    account_note,
    broker_account,
    decision_record,
    decisions_prune,
    difference_note,
    differences_resolve,
    lease_take,
)
from events.models import Event
from research.recordings import recording_of
from trades.tests.factories import ExecutionFactory, TradeFactory

pytestmark = pytest.mark.django_db

AT = datetime(2026, 6, 2, 13, 31, tzinfo=UTC)
QUIET = Decided("AAPL", "hold", "no_signal", "No entry: RSI is quiet.", bar_end=AT, votes={"RSI": 0})
BUYS = Decided(
    "AAPL",
    "buy",
    "signal",
    "Buy 10.",
    bar_end=AT,
    votes={"RSI": 1},
    intent=OrderIntent("AAPL", Side.BUY, Role.ENTRY, Decimal(10), Decimal(100)),
)


def record(bot: Bot, *decided: Decided) -> list[tuple[str, int]]:
    version = bot.versions.get(number=1)
    for minute, one in enumerate(decided):
        decision_record(bot=bot, version=version, decided=one, at=AT + timedelta(minutes=minute))
    return list(Decision.objects.filter(bot=bot).order_by("id").values_list("reason", "count"))


def test_equal_outcomes_are_counted_on_one_row() -> None:
    bot = BotFactory.create()
    assert record(bot, QUIET, replace(QUIET, bar_end=AT + timedelta(minutes=1)), QUIET) == [("no_signal", 3)]
    row = Decision.objects.get()
    assert (row.first_at, row.last_at) == (AT, AT + timedelta(minutes=2))


def test_another_outcome_begins_a_new_row_and_orders_are_never_counted_together() -> None:
    bot = BotFactory.create()
    other = replace(QUIET, votes={"RSI": -1})
    assert record(bot, QUIET, other, QUIET, BUYS, BUYS) == [
        ("no_signal", 1),
        ("no_signal", 1),
        ("no_signal", 1),
        ("signal", 1),
        ("signal", 1),
    ]


def test_symbols_and_bots_are_counted_apart() -> None:
    bot, another = BotFactory.create(), BotFactory.create()
    record(bot, QUIET, replace(QUIET, symbol="MSFT"), QUIET)
    record(another, QUIET)
    rows = Decision.objects.order_by("id").values_list("bot", "symbol", "count")
    assert list(rows) == [(bot.pk, "AAPL", 2), (bot.pk, "MSFT", 1), (another.pk, "AAPL", 1)]


def test_the_newest_decision_and_the_bar_last_acted_on() -> None:
    bot = BotFactory.create()
    assert (last_decisions([bot]).get(bot.pk), acted_on(bot)) == (None, {})
    record(bot, BUYS, QUIET, replace(QUIET, symbol="MSFT"))
    newest = last_decisions([bot]).get(bot.pk)
    assert newest is not None
    assert (newest["symbol"], newest["action"], newest["at"]) == ("MSFT", "hold", "2026-06-02T13:33:00+00:00")
    assert acted_on(bot) == {"AAPL": AT}


def test_old_decisions_go_but_for_orders_and_the_newest_of_each_symbol(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "PRUNED_AT_ONCE", 2)
    bot, another = BotFactory.create(), BotFactory.create()
    other = replace(QUIET, votes={"RSI": -1})
    record(bot, QUIET, other, BUYS, QUIET, other, QUIET, other, replace(QUIET, symbol="MSFT"))
    record(another, QUIET)

    assert decisions_prune(AT + timedelta(minutes=5)) == 4
    left = list(Decision.objects.filter(bot=bot).order_by("id").values_list("symbol", "action", "first_at"))
    minutes = [(symbol, action, (at - AT) // timedelta(minutes=1)) for symbol, action, at in left]
    assert minutes == [("AAPL", "buy", 2), ("AAPL", "hold", 5), ("AAPL", "hold", 6), ("MSFT", "hold", 7)]
    assert Decision.objects.filter(bot=another).count() == 1
    assert broker_account().decisions_kept_since == AT + timedelta(minutes=5)
    assert decisions_prune(AT + timedelta(days=1)) == 1
    # What comes next is counted on the row that stayed.
    assert record(bot, replace(QUIET, symbol="MSFT"))[-1] == ("no_signal", 2)


def test_days_whose_decisions_are_gone_are_not_compared() -> None:
    bot = BotFactory.create()
    record(bot, QUIET)
    decisions_prune(AT)

    with pytest.raises(RecordingError, match=r"those before 2026-06-02 13:31 UTC are gone: compare later days"):
        recording_of(bot, AT.date(), AT.date())


def test_days_that_began_with_a_position_are_not_replayed_without_it() -> None:
    bot = BotFactory.create()
    record(bot, QUIET)
    before = AT - timedelta(days=1)
    for symbol, side in (("AAPL", "buy"), ("MSFT", "buy"), ("MSFT", "sell")):
        trade = TradeFactory.create(bot=bot, symbol=symbol, type=side)
        ExecutionFactory.create(trade=trade, quantity=Decimal(3), at=before)
    # What it bought on the day itself is part of what is replayed.
    ExecutionFactory.create(trade=TradeFactory.create(bot=bot, symbol="NVDA", type="buy"), quantity=Decimal(3), at=AT)

    with pytest.raises(RecordingError, match=r"held AAPL when 2026-06-02 began, .* on which it held nothing"):
        recording_of(bot, AT.date(), AT.date())


INFO = AccountInfo("PA1", Decimal("1000.1234567"), Decimal(900), Decimal(800), Decimal(2000))


def test_the_first_account_is_ours_and_any_other_stops_trading() -> None:
    assert account_note(INFO, now=AT)
    assert broker_account().equity == Decimal("1000.123457")
    for _ in range(2):
        assert not account_note(replace(INFO, number="PA2"), now=AT)
    account = broker_account()
    assert (account.account_number, account.foreign) == ("PA1", True)
    assert "belongs to account PA1, but the keys are for PA2" in account.error
    # Said once, and once that it is over.
    assert Event.objects.filter(type="alert_raised").count() == 1
    assert account_note(INFO, now=AT)
    assert (broker_account().error, broker_account().foreign) == ("", False)
    assert Event.objects.filter(type="alert_raised").count() == 2


def test_a_blocked_account_may_not_trade_but_is_ours() -> None:
    assert account_note(replace(INFO, blocked="trading_blocked"), now=AT)
    account = broker_account()
    assert "trading_blocked" in account.error
    assert not account.foreign


def test_trouble_with_the_account_is_news_once() -> None:
    assert [account_error("refused", unauthorized=True) for _ in range(2)] == [True, False]
    assert Event.objects.count() == 1
    assert BrokerAccount.objects.get().unauthorized


def test_a_difference_that_lasts_is_told_once_and_its_end_once() -> None:
    start = timezone.now()

    def note(brokers: int, seconds: int, symbol: str = "AAPL") -> None:
        now = start + timedelta(seconds=seconds)
        difference_note(symbol=symbol, ours=Decimal(5), unassigned=Decimal(0), brokers=Decimal(brokers), now=now)

    note(3, 0)
    note(4, 100)
    note(0, 0, "MSFT")
    assert list(Difference.objects.order_by("id").values_list("symbol", "brokers")) == [("AAPL", 4), ("MSFT", 0)]
    assert symbols_reduced() == {"AAPL", "MSFT"}
    # Since the numbers last changed it has not lasted long enough to be no lag of the broker's answers.
    note(4, 300)
    assert not Event.objects.exists()
    for seconds in (341, 400):
        note(4, seconds)
    assert [event.payload["ended_at"] for event in Event.objects.all()] == [None]
    differences_resolve(except_for={"MSFT"}, now=start)
    assert symbols_reduced() == {"MSFT"}
    assert [event.payload["message"] for event in Event.objects.order_by("id")][1:] == [
        "AAPL: the bots' shares and the broker's agree again"
    ]
    note(3, 500)
    assert Difference.objects.filter(symbol="AAPL").count() == 2


@pytest.mark.parametrize(("seconds", "taken"), [(-1, False), (-60, False), (-61, True)])
def test_a_lease_from_before_the_clock_was_set_back_is_nobodys(seconds: int, taken: bool) -> None:
    """Machines a minute apart at most may share a database: to less than that it is somebody else's."""
    assert lease_take("sweeper", "a", now=AT, seconds=10)
    assert lease_take("sweeper", "b", now=AT + timedelta(seconds=seconds), seconds=10) == taken


def test_a_lease_is_held_by_one_until_it_expires() -> None:
    def take(holder: str, seconds: int) -> bool:
        return lease_take("sweeper", holder, now=AT + timedelta(seconds=seconds), seconds=10)

    assert [take("a", 0), take("b", 1), take("a", 5), take("b", 14), take("b", 16), take("a", 17)] == [
        True,
        False,
        True,
        False,
        True,
        False,
    ]
