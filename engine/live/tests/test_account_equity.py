"""The account's own equity is noted each minute; its course and drawdown are free of deposits and withdrawals."""

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from engine.brokers.connect import broker_connect
from engine.live.account import account_refresh
from engine.live.cash import cash_collect
from engine.live.fills import fills_collect
from engine.live.testing import BotMaker, step, tick
from engine.live.watch import watch
from engine.models import Lease
from marketdata.calendar import session_after
from marketdata.clock import market_now
from simulator.testing import SimulatorProcess
from trades.account_equity import account_curve, account_mark, account_marks_prune
from trades.figure_payloads import AccountEquity
from trades.models import AccountMark
from web.testing import client_of

RISK = {"stop_loss": 0.5, "take_profit": None, "max_position_size": 1}


def equity(exchange: SimulatorProcess) -> Decimal:
    return Decimal(exchange.ask("GET", "/v2/account")["equity"])


def look(exchange: SimulatorProcess, seconds: float = 60) -> Decimal:
    """Later: the account is read, and what it is worth noted."""
    step(exchange, seconds)
    assert account_refresh()
    account_mark(market_now())
    return equity(exchange)


def curve(range: str = "1M") -> AccountEquity:
    return account_curve(range=range, now=market_now())


@pytest.fixture
def holding(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    bot = bot_running(symbols=["TSLA"], risk_management=RISK)
    assert tick(bot) == 1
    fills_collect()


@pytest.mark.parametrize("moved", [{}, {5: 50_000}, {5: -30_000, 12: 700, 13: -700}], ids=["none", "in", "both"])
def test_the_course_is_that_of_every_minute_without_what_people_bring_and_take(
    holding: None, trading: SimulatorProcess, moved: dict[int, int]
) -> None:
    results, index, before, flows = [Decimal(0)], [Decimal(1)], Decimal(100_000), Decimal(0)
    for minute in range(25):
        flow = Decimal(moved.get(minute, 0))
        if flow:
            step(trading, 20)
            trading.control("POST", "/sim/cash", {"kind": "CSD" if flow > 0 else "CSW", "amount": str(flow)})
        now = look(trading, 40 if flow else 60)
        flows += flow
        results.append(now - 100_000 - flows)
        index.append(index[-1] * (now - flow) / before)
        before = now
    deepest = max(high - low for place, high in enumerate(results) for low in results[place:])
    part = max(1 - low / high for place, high in enumerate(index) for low in index[place:])
    assert deepest > 0

    body = curve()

    [day] = body["equity"]
    assert (Decimal(day["pnl"]), Decimal(day["drawdown"]), Decimal(day["equity"])) == (results[-1], deepest, before)
    metrics = body["metrics"]
    assert Decimal(metrics["pnl"]) == results[-1]
    assert Decimal(metrics["transfers"]) == flows
    assert Decimal(metrics["max_drawdown"]) == deepest
    assert abs(Decimal(metrics["max_drawdown_pct"]) - part) < Decimal("0.000001")
    assert abs(Decimal(metrics["return_pct"]) - (index[-1] - 1)) < Decimal("0.000001")


def test_a_deposit_that_is_told_late_makes_no_peak(holding: None, trading: SimulatorProcess) -> None:
    look(trading)
    trading.set_faults({"effect": "late_activities", "rate": 1, "delay": 100})
    step(trading, 20)
    trading.control("POST", "/sim/cash", {"kind": "CSD", "amount": "50000"})
    look(trading, 40)
    assert Decimal(curve()["metrics"]["pnl"]) > 40_000, "nobody knows yet what it was"
    step(trading, 100)
    assert cash_collect(broker_connect()) == 1
    trading.set_faults()
    now = look(trading)
    assert Decimal(curve()["metrics"]["pnl"]) == now - 150_000
    assert Decimal(curve()["metrics"]["max_drawdown"]) < 500


def test_days_begin_and_end_with_what_the_broker_says_of_the_close(holding: None, trading: SimulatorProcess) -> None:
    closes = [Decimal(100_000)]
    for day in (2, 3, 4):
        trading.step_to(f"2026-06-0{day}T15:59:30-04:00")
        step(trading, 0)
        look(trading, 0)
        trading.step_to(f"2026-06-0{day}T16:00:00-04:00")
        closes.append(Decimal(trading.ask("GET", "/v2/account")["last_equity"]))
        following = session_after(datetime.fromisoformat(f"2026-06-0{day}T16:00:00-04:00"))
        trading.step_to((following.open + timedelta(minutes=1)).isoformat())
        step(trading, 0)
        look(trading, 0)

    days = curve()["equity"]
    assert [row["date"] for row in days] == ["2026-06-02", "2026-06-03", "2026-06-04", "2026-06-05"]
    assert [Decimal(row["equity"]) for row in days] == [*closes[1:], equity(trading)]
    assert [Decimal(row["pnl"]) for row in days][:3] == [after - before for before, after in pairwise(closes)]
    assert Decimal(days[-1]["pnl"]) == equity(trading) - closes[-1]
    assert sum(Decimal(row["pnl"]) for row in days) == Decimal(days[-1]["cumulative"]) == equity(trading) - 100_000
    # A range that begins later begins with the close before it.
    AccountMark.objects.filter(at__lt=datetime.fromisoformat("2026-06-03T00:00:00-04:00")).exclude(
        at=AccountMark.objects.get(at=datetime.fromisoformat("2026-06-02T16:00:00-04:00")).at
    ).delete()
    assert [row["date"] for row in curve()["equity"]] == ["2026-06-03", "2026-06-04", "2026-06-05"]


def test_nothing_is_noted_twice_or_outside_the_session(holding: None, trading: SimulatorProcess) -> None:
    look(trading)
    count = AccountMark.objects.count()
    assert account_mark(market_now()) == 0
    trading.step_to("2026-06-02T18:00:00-04:00")
    step(trading, 0)
    assert account_refresh()
    assert account_mark(market_now()) == 0
    assert AccountMark.objects.count() == count == 2


def test_minutes_of_days_long_over_are_forgotten_but_their_extremes(trading: SimulatorProcess) -> None:
    now = market_now()
    for day in (0, 9):
        for place, value in enumerate((3, 8, 1, 5, 4)):
            at = now - timedelta(days=day) + timedelta(minutes=place)
            AccountMark.objects.create(at=at, as_of=at, equity=Decimal(value))

    assert account_marks_prune(now) == 2
    assert account_marks_prune(now) == 0

    kept = AccountMark.objects.filter(at__lt=now - timedelta(days=1)).order_by("at")
    assert list(kept.values_list("equity", flat=True)) == [8, 1, 4]
    assert AccountMark.objects.count() == 8


def test_whoever_keeps_the_page_up_to_date_notes_it(holding: None, trading: SimulatorProcess) -> None:
    step(trading)
    assert account_refresh()
    Lease.objects.all().delete()
    watch()
    assert AccountMark.objects.count() == 2


def test_the_page_gets_it(holding: None, trading: SimulatorProcess) -> None:
    viewer = client_of("viewer")
    assert viewer.get("/api/account/equity?range=1W").json() == {
        "range": "1W", "from": None, "to": "2026-06-02", "equity": [], "metrics": None
    }  # fmt: skip
    look(trading)
    body = viewer.get("/api/account/equity").json()
    assert (body["range"], body["from"], len(body["equity"])) == ("1M", "2026-06-02", 1)
    assert viewer.get("/api/account/equity?range=2W").status_code == 400
