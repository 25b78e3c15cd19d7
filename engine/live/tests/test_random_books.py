"""Random books: whatever happens to an account, the parts of each day add up to it, and each curve to its trades.

Gaps, partial fills, stops, splits with parts of shares, dividends, fees, deposits, activities told late, and a person
who trades beside the bots. BOOKS says how many books of six days (of five where it is one), BOOKS_FROM where to begin.
"""

import os
import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import QuerySet

from bots.models import Bot
from engine.brokers.connect import broker_connect
from engine.core.schedule import NEW_YORK
from engine.live.account import account_refresh
from engine.live.bot_view import bot_view
from engine.live.cash import cash_book_all, cash_collect
from engine.live.fills import fills_collect
from engine.live.overview import summary
from engine.live.testing import START, BotMaker, change_indicators, step, sweep, tick
from engine.live.tests.test_today import prices_arrive
from marketdata.calendar import session_after, session_today
from marketdata.clock import market_clock, market_now
from marketdata.selectors import last_prices
from positions.equity import equity_mark
from positions.models import BotResult, CashEntry, EquityMark, Position, ShareChange
from positions.selectors import unrealized
from simulator.testing import SimulatorProcess
from trades.account_cash import TRANSFERS
from trades.account_equity import account_curve, account_mark
from trades.analytics import analytics
from trades.models import AccountCash, CashPart, Execution, ForeignFill, Trade

FIRST = int(os.environ.get("BOOKS_FROM", "0"))
COUNT = int(os.environ.get("BOOKS", "1"))
SEEDS = range(FIRST, FIRST + COUNT)
SYMBOLS = ("TSLA", "KO", "SPLT", "AMD")
DAYS = 6 if COUNT > 1 else 5
NOTHING, CENT = Decimal(0), Decimal("0.01")


@pytest.fixture(scope="module")
def exchange_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatorProcess]:
    """Unlike that of the other tests one that fills orders in parts."""
    with SimulatorProcess("--at", START, "--seed", "7", "--partial-fills", "0.3", "--frozen") as process:
        yield process


@pytest.fixture
def exchange(exchange_process: SimulatorProcess, settings: Any, seed: int) -> SimulatorProcess:
    exchange_process.set_faults()
    exchange_process.reset(at=START, seed=seed)
    settings.SIMULATOR_URL = exchange_process.url
    market_clock.forget()
    return exchange_process


class Person:
    """Does this and that at the broker, as the seed says."""

    def __init__(self, exchange: SimulatorProcess, chance: random.Random) -> None:
        self.exchange, self.chance = exchange, chance
        self.brought = NOTHING

    def acts(self) -> None:
        for action, often in ((self.trades, 0.5), (self.moves_money, 0.15), (self.declares, 0.2)):
            if self.chance.random() < often:
                action()

    def trades(self) -> None:
        symbol = self.chance.choice(SYMBOLS)
        held = shares_by_hand().get(symbol, NOTHING)
        sells = held >= 1 and self.chance.random() < 0.5
        quantity = Decimal(self.chance.randint(1, int(held))) if sells else Decimal(self.chance.randint(1, 9))
        side = "sell" if sells else "buy"
        order = {"symbol": symbol, "qty": str(quantity), "side": side, "type": "market", "time_in_force": "day"}
        self.exchange.request("POST", "/v2/orders", order)

    def moves_money(self) -> None:
        amount = self.chance.choice(("5000", "-3000.55", "0.01"))
        self.cash("CSD" if Decimal(amount) > 0 else "CSW", amount)
        self.brought += Decimal(amount)

    def declares(self) -> None:
        ex = session_after(market_now())
        paid = session_after(ex.open) if self.chance.random() < 0.5 else ex
        rate = Decimal(self.chance.randint(1, 3000)) / 1000
        body = {"symbol": self.chance.choice(SYMBOLS), "rate": str(rate), "ex_date": ex.day.isoformat()}
        self.exchange.request("POST", "/sim/dividends", body | {"payable_date": paid.day.isoformat()})

    def halves(self, symbol: str) -> None:
        day = session_after(market_now()).day.isoformat()
        self.exchange.control("POST", "/sim/splits", {"symbol": symbol, "old_rate": 2, "new_rate": 1, "date": day})

    def fees(self, day: date) -> None:
        """As the broker books them in the night."""
        for kind in self.chance.sample(("TAF", "REG", "CAT", ""), self.chance.randint(0, 4)):
            cents = self.chance.randint(1, 99)
            self.cash("FEE", f"-0.{cents:02d}", sub_kind=kind, date=day.isoformat())
        if self.chance.random() < 0.3:
            self.cash("INT", "0.37")

    def cash(self, kind: str, amount: str, **more: str) -> None:
        self.exchange.control("POST", "/sim/cash", {"kind": kind, "amount": amount, **more})


def shares_by_hand() -> dict[str, Decimal]:
    held: dict[str, Decimal] = {}
    for fill in ForeignFill.objects.all():
        held[fill.symbol] = held.get(fill.symbol, NOTHING) + (fill.quantity if fill.side == "buy" else -fill.quantity)
    return held


def to(exchange: SimulatorProcess, moment: datetime) -> None:
    step(exchange, max(0.0, (moment - market_now()).total_seconds()))


def look() -> None:
    """Everything the broker tells by now is taken over."""
    for _ in range(2):
        assert account_refresh()
        sweep()
    fills_collect()
    cash_collect(broker_connect())
    cash_book_all(broker_connect())
    prices_arrive(*SYMBOLS)
    assert account_refresh()


def note() -> None:
    equity_mark(market_now())
    account_mark(market_now())


# --- what must be true ------------------------------------------------------------------------------------------------


def the_day_adds_up(exchange: SimulatorProcess, bots: list[Bot]) -> dict[int, Decimal]:
    """By bot, its day."""
    day = summary()
    account = exchange.ask("GET", "/v2/account")
    since = datetime.combine(market_now().astimezone(NEW_YORK).date() - timedelta(days=1), time(16), NEW_YORK)
    moved = sum(_transfers(since), NOTHING)
    parts = {name: Decimal(part) for name, part in day["day_parts"].items()}
    assert sum(parts.values()) == Decimal(day["day_pnl"])
    if market_now().astimezone(NEW_YORK).weekday():
        # On a Monday the last close is of three days before.
        assert Decimal(day["day_pnl"]) == Decimal(account["equity"]) - Decimal(account["last_equity"]) - moved
    days = {bot.pk: Decimal(bot_view(bot)["today"]["pnl"]) for bot in bots}
    assert parts["bots"] == sum(days.values())
    waiting = AccountCash.objects.filter(attributed_at=None).exclude(kind__in=TRANSFERS)
    assert parts["unattributed"] == sum(waiting.values_list("amount", flat=True), NOTHING), (market_now(), parts)
    return days


def _transfers(since: datetime) -> Any:
    return AccountCash.objects.filter(kind__in=TRANSFERS, at__gt=since).values_list("amount", flat=True)


def _results(fills: QuerySet[Execution]) -> list[Decimal]:
    return [fill.profit_loss for fill in fills if fill.profit_loss is not None]


def the_books_are_of_their_trades(bots: list[Bot]) -> None:
    prices = last_prices(SYMBOLS)
    for bot in bots:
        fills = _results(Execution.objects.filter(trade__bot=bot))
        earned = CashPart.objects.filter(bot=bot).values_list("amount", flat=True)
        given_up = ShareChange.objects.filter(position__bot=bot).values_list("cost", flat=True)
        realized = sum(fills, NOTHING) + sum(earned, NOTHING) - sum(given_up, NOTHING)
        books = BotResult.objects.filter(bot=bot).first()
        assert realized == (books.realized_pnl if books else 0)
        positions = Position.objects.filter(bot=bot)
        assert realized == sum((position.realized_pnl for position in positions), NOTHING)
        closed = [position for position in positions if not position.is_open]
        if books:
            won = sum(position.realized_pnl > 0 for position in closed)
            assert (books.closed_positions, books.won_positions) == (len(closed), won)
        held = [position for position in positions if position.is_open]
        value = sum((position.quantity * prices[position.symbol][0] for position in held), NOTHING)
        cash = sum(CashEntry.objects.filter(bot=bot).values_list("amount", flat=True), NOTHING)
        result = realized + sum((unrealized(position, prices) for position in held), NOTHING)
        # The average cost is kept to a millionth.
        assert abs(cash + value - result) < CENT
        for trade in Trade.objects.filter(bot=bot, type="sell", booked_quantity__gt=0):
            assert trade.profit_loss == sum(_results(trade.executions.all()), NOTHING) - trade.commission
        newest = EquityMark.objects.filter(bot=bot).order_by("-at").first()
        assert newest is None or newest.result == result


def the_account_is_what_all_have(exchange: SimulatorProcess, brought: Decimal) -> None:
    """To the last millionth: what bots and people have made, and money that is nobody's, is all the account has."""
    prices = last_prices(SYMBOLS)
    bots = sum(CashEntry.objects.values_list("amount", flat=True), NOTHING)
    bots += sum((row.quantity * prices[row.symbol][0] for row in Position.objects.held()), NOTHING)
    hand = sum(
        (
            (-1 if fill.side == "buy" else 1) * fill.quantity * fill.price
            for fill in ForeignFill.objects.filter(price__gt=0)
        ),
        NOTHING,
    )
    hand += sum((quantity * prices[symbol][0] for symbol, quantity in shares_by_hand().items()), NOTHING)
    nobody = sum(CashPart.objects.filter(bot=None).values_list("amount", flat=True), NOTHING)
    waiting = AccountCash.objects.filter(attributed_at=None).exclude(kind__in=TRANSFERS)
    nobody += sum(waiting.values_list("amount", flat=True), NOTHING)
    told = exchange.ask("GET", "/v2/account/activities?category=non_trade_activity&page_size=100&direction=asc")
    assert AccountCash.objects.count() == sum(Decimal(row["net_amount"]) != 0 for row in told)
    assert Decimal(exchange.ask("GET", "/v2/account")["equity"]) - 100_000 - brought == bots + hand + nobody


def the_curves_are_of_their_days(
    bots: list[Bot], closes: dict[date, dict[int, Decimal]], accounts: dict[date, Decimal]
) -> None:
    whole = analytics(range="ALL", now=market_now())
    rows = {date.fromisoformat(row["date"]): row for row in whole["equity"]}
    for day, days in closes.items():
        if day in rows:
            assert abs(Decimal(rows[day]["pnl"]) - sum(days.values())) < CENT, day
        else:
            assert not any(days.values())
    assert sum(Decimal(row["pnl"]) for row in whole["equity"]) == Decimal(whole["metrics"]["total_pnl"])
    assert sum(Decimal(row["pnl"]) for row in whole["bots"]) == Decimal(whole["metrics"]["total_pnl"])
    assert sum(Decimal(row["pnl"]) for row in whole["symbols"]) == Decimal(whole["metrics"]["total_pnl"])
    for bot in bots:
        one = analytics(range="ALL", bots=[bot.pk], now=market_now())
        for row in one["equity"]:
            day = date.fromisoformat(row["date"])
            if day in closes:
                assert abs(Decimal(row["pnl"]) - closes[day][bot.pk]) < CENT, (bot, day)
    curve = {date.fromisoformat(row["date"]): row for row in account_curve(range="ALL", now=market_now())["equity"]}
    for day, gained in accounts.items():
        assert Decimal(curve[day]["pnl"]) == gained, day


@pytest.mark.parametrize("seed", SEEDS)
def test_the_parts_are_the_whole(bot_running: BotMaker, trading: SimulatorProcess, seed: int) -> None:
    chance = random.Random(seed)
    risk = {"stop_loss": 0.02, "take_profit": 0.04, "max_position_size": 0.3, "max_daily_loss": 1}
    bots = [
        bot_running(
            symbols=sorted(chance.sample(SYMBOLS, 3)), capital=chance.randint(5_000, 20_000), risk_management=risk
        )
        for _ in range(3)
    ]
    person = Person(trading, chance)
    closes: dict[date, dict[int, Decimal]] = {}
    accounts: dict[date, Decimal] = {}
    before = Decimal(100_000)
    halved = dict(zip(("KO", "AMD"), chance.sample(range(1, DAYS - 2), 2), strict=True))
    for number in range(DAYS):
        session = session_today(market_now())
        assert session is not None
        for minute in (2, chance.randint(20, 180), chance.randint(181, 360)):
            to(trading, session.open + timedelta(minutes=minute))
            # A split is known before anything is traded.
            look()
            trading.set_faults({"effect": "late_activities", "rate": chance.choice((0, 0.4)), "delay": 100})
            for bot in bots:
                change_indicators(bot, **chance.choice(({"BUY": {}}, {"SELL": {}}, {"BUY": {}})))
            tick(*bots)
            person.acts()
            step(trading, 130)
            look()
            # What was listed late is known by now.
            trading.set_faults()
            look()
            the_day_adds_up(trading, bots)
            note()
            the_books_are_of_their_trades(bots)
            the_account_is_what_all_have(trading, person.brought)
        to(trading, session.close)
        look()
        note()
        closes[session.day] = {bot.pk: Decimal(bot_view(bot)["today"]["pnl"]) for bot in bots}
        worth = Decimal(trading.ask("GET", "/v2/account")["last_equity"]) - person.brought
        accounts[session.day] = worth - before
        before = worth
        for symbol in (symbol for symbol, day in halved.items() if day == number):
            person.halves(symbol)
        to(trading, session.close + timedelta(hours=2))
        person.fees(session.day)
        step(trading, 130)
        look()
        following = session_after(market_now())
        to(trading, following.open - timedelta(hours=1))
        look()
        the_day_adds_up(trading, bots)
        the_account_is_what_all_have(trading, person.brought)
        to(trading, following.open + timedelta(minutes=1))
    look()
    note()
    the_curves_are_of_their_days(bots, closes, accounts)
    assert not AccountCash.objects.filter(attributed_at=None).exclude(kind__in=TRANSFERS).exists()
    # There was something to add up.
    assert CashPart.objects.filter(bot__isnull=False, cash__kind="FEE").exists()
    assert ShareChange.objects.exists()
    assert Trade.objects.filter(booked_quantity__gt=0, state="filled").count() > 3 * DAYS
