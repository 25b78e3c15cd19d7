"""Unusual trading is told once; usual trading is not."""

from datetime import timedelta
from decimal import Decimal

from bots.models import Bot
from engine.live.fills import fills_collect
from engine.live.testing import BotMaker, tick
from engine.live.unusual import MANY_ORDERS, MANY_REFUSED, WITHIN, unusual_trading_tell
from engine.models import BrokerAccount
from events.models import Event
from marketdata.clock import market_clock, market_now
from positions.models import CashEntry
from simulator.testing import SimulatorProcess
from trades.models import Trade


def alerts() -> list[str]:
    rows = Event.objects.filter(type="alert_raised", payload__level="warning").order_by("id")
    return [row.payload["message"] for row in rows]


def orders(bot: Bot, count: int, state: str = "filled", minutes_ago: int = 1) -> None:
    for number in range(count):
        Trade.objects.create(
            bot=bot,
            symbol="AAPL",
            type="buy",
            role="entry",
            quantity=1,
            state=state,
            attempts=1,
            timestamp=market_now() - timedelta(minutes=minutes_ago),
            client_order_id=f"{state}-{minutes_ago}-{number}",
        )


def test_usual_trading_is_no_news(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    bot = bot_running()
    tick(bot)
    fills_collect()
    orders(bot, MANY_ORDERS - 2)
    orders(bot, MANY_REFUSED - 1, "rejected", minutes_ago=2 + WITHIN.seconds // 60)
    unusual_trading_tell()
    assert alerts() == []


def test_many_orders_are_told_once(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    bot = bot_running(name="Runaway")
    orders(bot, MANY_ORDERS)
    unusual_trading_tell()
    unusual_trading_tell()
    assert alerts() == ["Runaway: 30 orders within 10 minutes"]


def test_many_refusals_are_told(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    orders(bot_running(name="Unlucky"), MANY_REFUSED, "rejected")
    unusual_trading_tell()
    assert alerts() == ["Unlucky: 5 orders refused within 10 minutes"]


def test_a_loss_near_the_limit_and_one_at_it_are_told_once_each(
    bot_running: BotMaker, trading: SimulatorProcess
) -> None:
    bot = bot_running(name="Loser")
    for fee, loss in enumerate((700, 150, 50, 100, 200)):
        CashEntry.objects.create(bot=bot, activity_id=f"fee {fee}", amount=-loss, at=market_now())
        unusual_trading_tell()
    assert alerts() == [
        "Loser: lost $850.00 today, near its limit of $1000.00",
        "Loser: lost $1000.00 today, its limit is $1000.00: no entries until the next session",
    ]


def test_a_large_loss_of_the_account_is_told(trading: SimulatorProcess) -> None:
    BrokerAccount.objects.update(equity=Decimal(94_000), last_equity=Decimal(100_000))
    unusual_trading_tell()
    unusual_trading_tell()
    assert alerts() == ["the account lost $6000.00 today (6.0%)"]


def test_a_window_that_lies_behind_an_early_close_is_told_once(
    bot_running: BotMaker, trading: SimulatorProcess
) -> None:
    bot_running(name="Late", start_hour=15, start_minute=30, end_hour=15, end_minute=45)
    bot_running(name="Early", end_hour=12)
    trading.reset(at="2026-11-27T10:00")
    market_clock.forget()
    unusual_trading_tell()
    unusual_trading_tell()
    assert alerts() == [
        "Late: the market closes at 13:00 New York time on 2026-11-27, before its window begins. "
        "It looks once, at 12:59: it may sell then, and buys nothing"
    ]
