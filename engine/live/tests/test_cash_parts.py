"""Fees, dividends, interest and cash for parts of shares are booked to the bots they belong to, each exactly once."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bots.models import Bot
from engine.brokers.connect import broker_connect
from engine.live.account import account_refresh
from engine.live.bot_view import bot_view
from engine.live.cash import cash_book_all, cash_collect
from engine.live.fills import fills_collect
from engine.live.overview import summary
from engine.live.testing import BotMaker, change_indicators, step, sweep, tick
from engine.live.tests.test_today import by_hand, prices_arrive, to_next_open
from marketdata.calendar import session_after, session_today
from marketdata.clock import market_now
from notifications.models import Alert
from positions.equity import equity_mark
from positions.models import BotResult, CashEntry, EquityMark, Position
from positions.services import ConcurrentBooking
from simulator.testing import SimulatorProcess
from trades import cash_booking
from trades.analytics import analytics
from trades.cash_owners import shares_at
from trades.models import AccountCash, CashPart, Trade
from trades.selectors import positions_summary
from trades.statistics import trade_stats

RISK = {"stop_loss": 0.5, "take_profit": None, "max_position_size": 0.2, "max_daily_loss": 1}


def move(exchange: SimulatorProcess, kind: str, amount: str, **more: str) -> None:
    exchange.control("POST", "/sim/cash", {"kind": kind, "amount": amount, **more})


def book() -> None:
    """What the broker tells is read and booked; twice, as after a restart."""
    for _ in range(2):
        assert account_refresh()
        cash_collect(broker_connect())
        cash_book_all(broker_connect())


def parts(kind: str) -> list[tuple[int | None, str]]:
    rows = CashPart.objects.filter(cash__kind=kind).order_by("cash_id", "pk")
    return [(part.bot_id, f"{part.amount.normalize():f}") for part in rows]


def turned(side: str, *bots: Bot) -> None:
    for bot in bots:
        change_indicators(bot, **{side: {}})
    assert tick(*bots) == len(bots)
    fills_collect()


def after_the_close(exchange: SimulatorProcess) -> str:
    """Goes there; the day that is over."""
    session = session_today(market_now())
    assert session is not None
    step(exchange, (session.close - market_now()).total_seconds() + 3600)
    return session.day.isoformat()


@pytest.fixture
def sold(bot_running: BotMaker, trading: SimulatorProcess) -> tuple[Bot, Bot]:
    """Two bots that have bought and sold TSLA, three shares and nine, and a person who has sold one."""
    one, two = (bot_running(symbols=["TSLA"], capital=capital, risk_management=RISK) for capital in (5_000, 15_000))
    turned("BUY", one, two)
    by_hand(trading, "buy", TSLA=2)
    step(trading)
    turned("SELL", one, two)
    by_hand(trading, "sell", TSLA=1)
    fills_collect()
    return one, two


def sales(*bots: Bot) -> list[Trade]:
    return [Trade.objects.get(bot=bot, role="exit") for bot in bots]


def test_fees_are_of_the_sales_of_their_day(sold: tuple[Bot, Bot], trading: SimulatorProcess) -> None:
    one, two = sold
    before = {bot.pk: BotResult.objects.get(bot=bot).realized_pnl for bot in sold}
    gross = [sale.profit_loss for sale in sales(*sold)]
    shares = [sale.quantity for sale in sales(*sold)]
    assert shares == [3, 9]
    day = after_the_close(trading)
    move(trading, "FEE", "-0.13", sub_kind="TAF", date=day, description=f"TAF fee for proceed of 13 shares on {day}")
    book()

    assert parts("FEE") == [(one.pk, "-0.03"), (two.pk, "-0.09"), (None, "-0.01")]
    for bot, sale, result, fee in zip(sold, sales(*sold), gross, ("0.03", "0.09"), strict=True):
        assert result is not None
        assert (sale.commission, sale.profit_loss) == (Decimal(fee), result - Decimal(fee))
        assert Position.objects.get(bot=bot).realized_pnl == sale.profit_loss
        assert BotResult.objects.get(bot=bot).realized_pnl == before[bot.pk] - Decimal(fee) == sale.profit_loss
        assert CashEntry.objects.filter(bot=bot, amount=-Decimal(fee)).count() == 1
    assert AccountCash.objects.filter(attributed_at=None).count() == 0


def test_a_fee_of_the_proceeds_is_parted_by_dollars(sold: tuple[Bot, Bot], trading: SimulatorProcess) -> None:
    day = after_the_close(trading)
    move(trading, "FEE", "-13.999", description=f"REG fee for proceed of $4,000.00 on {day}")
    book()

    values = [sale.quantity * (sale.price or 0) for sale in sales(*sold)]
    hand = Decimal(trading.ledger()["activities"][-1]["price"])
    whole = sum(values, hand)
    amounts = [part.amount for part in CashPart.objects.order_by("pk")]
    assert sum(amounts) == Decimal("-13.999")
    for amount, value in zip(amounts, [*values, hand], strict=True):
        assert abs(amount + Decimal("13.999") * value / whole) < Decimal("0.01")


def test_a_fee_of_purchases_is_of_both_sides_and_one_of_an_order_is_of_that_order(
    sold: tuple[Bot, Bot], trading: SimulatorProcess
) -> None:
    one, two = sold
    day = after_the_close(trading)
    move(trading, "FEE", "-0.27", sub_kind="CAT", date=day)
    move(trading, "FEE", "-1", sub_kind="COM", order_id=sales(two)[0].order_id or "")
    move(trading, "FEE", "-0.5", sub_kind="ORF", date=day)
    book()

    # Bought and sold: 3, 9 and by hand 2 and 1, of 27.
    assert parts("FEE") == [
        *[(one.pk, "-0.03"), (two.pk, "-0.09"), (one.pk, "-0.03"), (two.pk, "-0.09"), (None, "-0.03")],
        *[(two.pk, "-1"), (None, "-0.5")],
    ]
    entries = Trade.objects.filter(role="entry").order_by("bot")
    assert list(entries.values_list("commission", "profit_loss")) == [(Decimal("0.03"), None), (Decimal("0.09"), None)]


def test_a_fee_waits_for_the_end_of_its_day_and_for_every_fill(
    sold: tuple[Bot, Bot], trading: SimulatorProcess
) -> None:
    day = market_now().date().isoformat()
    move(trading, "FEE", "-0.13", sub_kind="TAF", date=day)
    book()
    assert parts("FEE") == []
    prices_arrive("TSLA")
    assert Decimal(summary()["day_parts"]["unattributed"]) == Decimal("-0.13")

    after_the_close(trading)
    Trade.objects.filter(pk=sales(sold[0])[0].pk).update(filled_quantity=4)
    Trade.objects.filter(pk=sales(sold[0])[0].pk).update(state="partial")
    book()
    assert parts("FEE") == []
    Trade.objects.filter(pk=sales(sold[0])[0].pk).update(filled_quantity=3, state="filled")
    book()
    assert len(parts("FEE")) == 3


def test_a_fee_told_with_the_day_of_settlement_is_of_the_session_before(
    sold: tuple[Bot, Bot], trading: SimulatorProcess
) -> None:
    to_next_open(trading)
    settled = market_now().date().isoformat()
    after_the_close(trading)
    move(trading, "FEE", "-0.13", sub_kind="TAF", date=settled)
    book()
    assert [bot for bot, _ in parts("FEE")] == [sold[0].pk, sold[1].pk, None]


def test_a_fee_turns_a_gain_into_a_loss_everywhere(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    bot = bot_running(symbols=["TSLA"], risk_management=RISK)
    turned("BUY", bot)
    step(trading)
    turned("SELL", bot)
    position = Position.objects.get()
    Position.objects.update(realized_pnl=Decimal("0.05"))
    BotResult.objects.update(realized_pnl=Decimal("0.05"), won_positions=1)
    day = after_the_close(trading)
    move(trading, "FEE", "-0.06", sub_kind="TAF", date=day)
    book()

    books = BotResult.objects.get()
    assert Position.objects.get(pk=position.pk).realized_pnl == books.realized_pnl == Decimal("-0.01")
    assert (books.closed_positions, books.won_positions) == (1, 0)
    assert bot_view(bot)["win_rate"] == "0"
    body = analytics(range="1M", now=market_now())
    assert (body["metrics"]["win_rate"], body["metrics"]["fees"]) == ("0", "0.06")


# --- dividends --------------------------------------------------------------------------------------------------------


def declared(exchange: SimulatorProcess, symbol: str, rate: str, **more: Any) -> tuple[datetime, datetime]:
    """A dividend without which the stock trades from the next session on, paid at the one after the next."""
    ex = session_after(market_now())
    paid = session_after(session_after(ex.open).open)
    body = {"symbol": symbol, "rate": rate, "ex_date": ex.day.isoformat(), "payable_date": paid.day.isoformat()}
    exchange.control("POST", "/sim/dividends", body | more)
    return ex.open, paid.open


def to(exchange: SimulatorProcess, moment: datetime) -> None:
    step(exchange, (moment - market_now()).total_seconds())
    sweep()


@pytest.fixture
def entitled(bot_running: BotMaker, trading: SimulatorProcess) -> tuple[Bot, Bot, Bot]:
    """Two bots hold KO as it trades without its dividend, one sells it then and another buys; a person has two shares,
    one of them sold by then. Just before it is paid."""
    one, two, late = (
        bot_running(symbols=["KO"], capital=capital, risk_management=RISK) for capital in (1_000, 2_000, 9_000)
    )
    turned("BUY", one, two)
    by_hand(trading, "buy", KO=2)
    ex, paid = declared(trading, "KO", "0.333")
    to(trading, ex + timedelta(minutes=1))
    turned("SELL", one)
    turned("BUY", late)
    by_hand(trading, "sell", KO=1)
    to(trading, paid - timedelta(minutes=1))
    assert Position.objects.held().count() == 2
    return one, two, late


def test_a_dividend_is_of_whoever_held_the_shares_at_the_close_before(
    entitled: tuple[Bot, Bot, Bot], trading: SimulatorProcess
) -> None:
    one, two, late = entitled
    held = {bot.pk: Trade.objects.get(bot=bot, role="entry").quantity for bot in entitled}
    before = {
        bot.pk: BotResult.objects.filter(bot=bot).values_list("realized_pnl", flat=True).first() for bot in entitled
    }
    step(trading, 120)
    [told] = trading.ask("GET", "/v2/account/activities/DIV")
    book()

    shares = held[one.pk] + held[two.pk] + 2
    assert (Decimal(told["qty"]), told["per_share_amount"]) == (shares, "0.333")
    rows = {part.bot_id: part.amount for part in CashPart.objects.all()}
    assert rows.keys() == {one.pk, two.pk, None}
    assert sum(rows.values()) == Decimal(told["net_amount"]) == AccountCash.objects.get().amount
    for bot, quantity in ((one.pk, held[one.pk]), (two.pk, held[two.pk]), (None, 2)):
        assert abs(rows[bot] - Decimal("0.333") * quantity) < Decimal("0.01")
    assert BotResult.objects.get(bot=one).realized_pnl == (before[one.pk] or 0) + rows[one.pk]
    assert BotResult.objects.get(bot=two).realized_pnl == rows[two.pk]
    assert not BotResult.objects.filter(bot=late).exists()
    # It belongs to the result of the position the shares were in, closed meanwhile or not.
    assert Position.objects.get(bot=two).realized_pnl == rows[two.pk]
    assert Position.objects.get(bot=one).realized_pnl == BotResult.objects.get(bot=one).realized_pnl
    prices_arrive("KO")
    assert account_refresh()
    day = summary()
    assert day["day_parts"]["unattributed"] == "0"
    assert Decimal(day["day_parts"]["bots"]) == sum(Decimal(bot_view(bot)["today"]["pnl"]) for bot in entitled)
    realized = positions_summary(bots=[], symbols=[], now=market_now())["realized_today"]
    assert Decimal(realized) == rows[one.pk] + rows[two.pk]
    body = analytics(range="1M", now=market_now())
    assert Decimal(body["metrics"]["dividends"]) == rows[one.pk] + rows[two.pk]
    assert [Decimal(row["realized_pnl"]) for row in body["bots"]] == [
        BotResult.objects.get(bot=one).realized_pnl,
        rows[two.pk],
        0,
    ]


def test_a_dividend_that_is_not_listed_waits_and_is_told(
    entitled: tuple[Bot, Bot, Bot], trading: SimulatorProcess
) -> None:
    """Whose it is depends on a day that nobody has told."""
    step(trading, 120)
    move(trading, "DIV", "5", symbol="KO", date="2026-05-04")
    book()
    waiting = AccountCash.objects.get(attributed_at=None)
    assert waiting.amount == 5
    assert not Alert.objects.filter(kind="cash not attributed").exists()

    to(trading, market_now() + timedelta(days=4))
    book()
    alert = Alert.objects.get(kind="cash not attributed")
    assert alert.words.startswith("DIV of $5.00 for KO is in no bot's books: the broker does not list")
    # As the broker lists it after all: here by the day it was paid on.
    AccountCash.objects.filter(pk=waiting.pk).update(day=AccountCash.objects.exclude(pk=waiting.pk).get().day)
    book()
    assert CashPart.objects.filter(cash=waiting).count() == 3
    assert Alert.objects.get(kind="cash not attributed").ended_at is not None


def test_tax_taken_of_a_dividend_is_of_the_same_holders(
    entitled: tuple[Bot, Bot, Bot], trading: SimulatorProcess
) -> None:
    step(trading, 120)
    move(trading, "DIVNRA", "-1.11", symbol="KO")
    book()
    assert [bot for bot, _ in parts("DIVNRA")] == [entitled[0].pk, entitled[1].pk, None]
    assert sum(Decimal(amount) for _, amount in parts("DIVNRA")) == Decimal("-1.11")


def test_interest_and_what_no_bot_ever_held_belong_to_no_bot(trading: SimulatorProcess) -> None:
    move(trading, "INT", "0.50")
    move(trading, "DIV", "3", symbol="MSFT")
    move(trading, "CIL", "0.2", symbol="AAPL")
    move(trading, "FEE", "-0.07", sub_kind="TAF", date="2026-06-01")
    book()
    assert [parts(kind) for kind in ("INT", "DIV", "CIL", "FEE")] == [
        [(None, "0.5")], [(None, "3")], [(None, "0.2")], [(None, "-0.07")]
    ]  # fmt: skip
    assert summary()["day_parts"] == {"bots": "0", "by_hand": "3.63", "unattributed": "0"}


def test_shares_of_a_past_time_are_those_of_the_fills_until_then(
    entitled: tuple[Bot, Bot, Bot], trading: SimulatorProcess
) -> None:
    one, two, late = (bot.pk for bot in entitled)
    bought = {bot: Trade.objects.get(bot=bot, role="entry").quantity for bot in (one, two, late)}
    start = datetime.fromisoformat("2026-06-02T09:00:00-04:00")
    assert shares_at("KO", start) == ({}, 0)
    assert shares_at("KO", start + timedelta(hours=7)) == ({one: bought[one], two: bought[two]}, 2)
    assert shares_at("KO", market_now()) == ({two: bought[two], late: bought[late]}, 1)


# --- once -------------------------------------------------------------------------------------------------------------


def test_an_activity_is_booked_once_whoever_is_first(
    sold: tuple[Bot, Bot], trading: SimulatorProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = after_the_close(trading)
    move(trading, "FEE", "-0.13", sub_kind="TAF", date=day)
    cash_collect(broker_connect())
    booked, times = cash_booking.cash_book, []

    def disturbed(**values: Any) -> None:
        # The second of its parts: the process is gone, or somebody else has changed the position.
        times.append(1)
        if len(times) == 2:
            raise ConcurrentBooking
        booked(**values)

    monkeypatch.setattr(cash_booking, "cash_book", disturbed)
    cash_book_all(broker_connect())
    assert (parts("FEE"), sales(*sold)[0].commission) == ([], 0)
    assert AccountCash.objects.get().attributed_at is None

    stale = AccountCash.objects.get()
    book()
    assert len(parts("FEE")) == 3
    assert not cash_booking.cash_attribute(stale, [], now=market_now())
    assert sum(part.amount for part in CashPart.objects.all()) == Decimal("-0.13")
    assert sum(sale.commission for sale in sales(*sold)) == Decimal("0.12")


def test_what_is_listed_late_is_found_though_newer_ones_are_known(trading: SimulatorProcess) -> None:
    trading.set_faults({"effect": "late_activities", "rate": 0.5, "delay": 100})
    for number in range(8):
        move(trading, "INT", f"0.0{number + 1}")
        book()
    early = AccountCash.objects.count()
    step(trading, 110)
    book()
    trading.set_faults()
    assert early < AccountCash.objects.count() == 8
    assert sum(part.amount for part in CashPart.objects.all()) == Decimal("0.36")


def test_the_sweeper_reads_it_where_whoever_saw_the_money_change_has_died(trading: SimulatorProcess) -> None:
    move(trading, "INT", "0.50")
    from engine.services import account_note
    from marketdata.clock import real_now

    # The account was noted, and the process gone before it read the activities.
    account_note(broker_connect().account(), now=real_now())
    assert account_refresh()
    assert AccountCash.objects.count() == 0
    sweep()
    assert AccountCash.objects.count() == 1


def test_the_equity_noted_since_becomes_what_it_would_have_been(
    entitled: tuple[Bot, Bot, Bot], trading: SimulatorProcess
) -> None:
    _, two, _ = entitled
    step(trading, 180)
    assert equity_mark(market_now())
    before = EquityMark.objects.filter(bot=two).latest("at")
    book()
    paid = CashPart.objects.get(bot=two)
    after = EquityMark.objects.get(pk=before.pk)
    assert after.result == before.result + paid.amount
    step(trading, 60)
    assert equity_mark(market_now())
    position = Position.objects.get(bot=two)
    prices_arrive("KO")
    assert EquityMark.objects.filter(bot=two).latest("at").result >= position.realized_pnl - 100


def test_fees_are_in_the_figures_of_trades(sold: tuple[Bot, Bot], trading: SimulatorProcess) -> None:
    before = trade_stats()
    day = after_the_close(trading)
    move(trading, "FEE", "-0.13", sub_kind="TAF", date=day)
    book()
    body = trade_stats()
    assert Decimal(body["total_pnl"]) == Decimal(before["total_pnl"]) - Decimal("0.12")
    assert body["commission"] == "0.12"
    assert body["trades"] == before["trades"]
    assert sum(Decimal(row["pnl"]) for row in body["by_day"]) == Decimal(body["total_pnl"])
    assert body["by_symbol"] == [{"symbol": "TSLA", "pnl": body["total_pnl"], "trades": 4}]


# --- parts of shares --------------------------------------------------------------------------------------------------


def test_cash_for_a_part_of_a_share_is_of_who_gave_it_up(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    """One for two: five shares of a bot, four of another and two by hand become five and cash for a half."""
    one, two = (
        bot_running(symbols=["KO"], risk_management=RISK | {"max_position_size": size}) for size in (0.0355, 0.029)
    )
    turned("BUY", one, two)
    by_hand(trading, "buy", KO=2)
    fills_collect()
    held = {position.bot_id: position for position in Position.objects.all()}
    assert {bot: position.quantity for bot, position in held.items()} == {one.pk: 5, two.pk: 4}
    day = session_after(market_now())
    trading.control("POST", "/sim/splits", {"symbol": "KO", "old_rate": 2, "new_rate": 1, "date": day.day.isoformat()})
    to(trading, day.open + timedelta(minutes=1))
    sweep()
    assert {row.bot_id: row.quantity for row in Position.objects.all()} == {one.pk: 2, two.pk: 2}
    cost = held[one.pk].entry_price
    # Until the cash comes it is a loss, as it is one of the account.
    assert BotResult.objects.get(bot=one).realized_pnl == -cost
    prices_arrive("KO")
    parts_of_the_day_add_up(trading, one, two)

    to(trading, session_after(market_now()).open + timedelta(minutes=2))
    book()
    [told] = trading.ask("GET", "/v2/account/activities/CIL")
    cash = Decimal(told["net_amount"])
    assert parts("CIL") == [(one.pk, f"{cash.normalize():f}")]
    assert told["qty"] == "0.5"
    position = Position.objects.get(bot=one)
    assert position.realized_pnl == BotResult.objects.get(bot=one).realized_pnl == cash - cost
    assert not BotResult.objects.filter(bot=two).exists()
    prices_arrive("KO")
    parts_of_the_day_add_up(trading, one, two)
    assert Decimal(analytics(range="1M", now=market_now())["metrics"]["realized_pnl"]) == cash - cost


def test_a_part_of_a_share_that_people_gave_up_is_of_no_bot(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    bot = bot_running(symbols=["KO"], risk_management=RISK | {"max_position_size": 0.029})
    turned("BUY", bot)
    by_hand(trading, "buy", KO=3)
    fills_collect()
    day = session_after(market_now())
    body = {"symbol": "KO", "old_rate": 2, "new_rate": 1, "date": day.day.isoformat()}
    trading.control("POST", "/sim/splits", body)
    to(trading, day.open + timedelta(minutes=1))
    sweep()
    assert Position.objects.get().quantity == 2
    prices_arrive("KO")
    parts_of_the_day_add_up(trading, bot)

    to(trading, session_after(market_now()).open + timedelta(minutes=2))
    book()
    [told] = trading.ask("GET", "/v2/account/activities/CIL")
    assert parts("CIL") == [(None, told["net_amount"])]
    prices_arrive("KO")
    parts_of_the_day_add_up(trading, bot)


def parts_of_the_day_add_up(exchange: SimulatorProcess, *bots: Bot) -> None:
    assert account_refresh()
    day = summary()
    parts = {name: Decimal(part) for name, part in day["day_parts"].items()}
    assert parts["unattributed"] == 0
    assert sum(parts.values()) == Decimal(day["day_pnl"])
    assert parts["bots"] == sum(Decimal(bot_view(bot)["today"]["pnl"]) for bot in bots) != 0
