"""Deposits and withdrawals are no profit and no loss; what is earned and paid without a trade is kept, each once."""

from decimal import Decimal

import pytest

from engine.live.account import account_refresh
from engine.live.fills import fills_collect
from engine.live.overview import summary
from engine.live.testing import BotMaker, step, sweep, tick
from engine.live.tests.test_today import prices_arrive
from engine.live.unusual import unusual_trading_tell
from events.models import Event
from marketdata.calendar import session_after
from marketdata.clock import market_now
from simulator.testing import SimulatorProcess
from trades.models import AccountCash


def moves(exchange: SimulatorProcess, kind: str, amount: int | str, **more: str) -> None:
    exchange.control("POST", "/sim/cash", {"kind": kind, "amount": str(amount), **more})
    assert account_refresh()


@pytest.mark.parametrize(("kind", "amount"), [("CSD", 50_000), ("CSW", -30_000), ("JNLC", 700)])
def test_what_people_bring_or_take_is_no_result(trading: SimulatorProcess, kind: str, amount: int) -> None:
    moves(trading, kind, amount)

    day = summary()
    assert Decimal(day["equity"]) == 100_000 + amount
    assert (day["day_pnl"], day["day_pnl_pct"]) == ("0", "0")
    assert day["day_parts"] == {"bots": "0", "by_hand": "0", "unattributed": "0"}
    unusual_trading_tell()
    assert not Event.objects.filter(type="alert_raised", payload__level="warning").exists()

    # Of the next day it is no part at all.
    step(trading, (session_after(market_now()).open - market_now()).total_seconds() + 60)
    assert account_refresh()
    assert summary()["day_pnl"] == "0"


def test_what_is_earned_and_paid_is_kept_once(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    bot = bot_running()
    tick(bot)
    fills_collect()
    moves(trading, "FEE", "-0.03", description="TAF fee for proceed of 4 shares")
    moves(trading, "DIV", "1.25", symbol="AAPL")
    moves(trading, "INT", "0.50")
    sweep()
    assert account_refresh()
    prices_arrive("AAPL")

    day = summary()
    assert day["day_parts"]["unattributed"] == "1.22", "whose the fee and the dividend are is not known yet"
    assert day["day_parts"]["by_hand"] == "0.5", "interest belongs to no bot"
    parts = (day["day_parts"][name] for name in ("bots", "by_hand", "unattributed"))
    assert sum(map(Decimal, parts), Decimal(0)) == Decimal(day["day_pnl"])
    rows = AccountCash.objects.order_by("pk").values_list("kind", "amount", "symbol")
    assert list(rows) == [
        ("FEE", Decimal("-0.03"), ""),
        ("DIV", Decimal("1.25"), "AAPL"),
        ("INT", Decimal("0.5"), ""),
    ]


def test_the_exchange_tells_it_by_kind_and_by_category(trading: SimulatorProcess) -> None:
    moves(trading, "CSD", 1000)
    [told] = trading.ask("GET", "/v2/account/activities?category=non_trade_activity")
    assert (told["activity_type"], told["net_amount"], told["status"]) == ("CSD", "1000", "executed")
    assert trading.ask("GET", "/v2/account/activities/CSD") == [told]
    assert trading.ask("GET", "/v2/account/activities/FEE") == []
    assert Decimal(trading.ask("GET", "/v2/account")["cash"]) == 101_000


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({"kind": "GIFT", "amount": "5"}, "kind must be one of CSD, CSW, JNLC, FEE, DIV, DIVNRA, INT, CIL"),
        ({"kind": "CSD", "amount": "much"}, "amount must be a number of dollars, negative where they go"),
        ({"kind": "DIV", "amount": "1", "symbol": "NOPE"}, 'asset "NOPE" not found'),
    ],
)
def test_what_cannot_be_is_said(exchange: SimulatorProcess, body: dict[str, str], wrong: str) -> None:
    status, answer = exchange.request("POST", "/sim/cash", body)
    assert (status, answer["message"]) == (422, wrong)
