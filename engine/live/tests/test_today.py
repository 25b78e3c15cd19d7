"""A day is measured since the last close, as the broker measures it: the gap over night belongs to it."""

from decimal import Decimal
from typing import Any

import pytest

from bots.models import Bot
from engine.brokers.connect import broker_connect
from engine.live.account import account_refresh
from engine.live.bot_view import bot_view
from engine.live.fills import fills_collect
from engine.live.overview import summary
from engine.live.testing import BotMaker, change_indicators, step, sweep, tick
from engine.models import Decision
from marketdata.calendar import session_after
from marketdata.clock import market_clock, market_now
from marketdata.prices import price_board
from positions.models import Position
from simulator.testing import SimulatorProcess

# TSLA falls from 293.15 to 290.46 over the night before the session after the next.
WIDE = {"stop_loss": 0.5, "take_profit": None, "max_position_size": 0.9, "max_daily_loss": 0.005}
SMALL = {"max_position_size": 0.3, "max_daily_loss": 1}


def to_next_open(exchange: SimulatorProcess, after: float = 0) -> None:
    step(exchange, (session_after(market_now()).open - market_now()).total_seconds() + after)
    assert account_refresh()


def brokers_today(exchange: SimulatorProcess) -> Decimal:
    """What the account's positions gained since the last close, as the broker says."""
    return sum((Decimal(row["unrealized_intraday_pl"]) for row in exchange.ask("GET", "/v2/positions")), Decimal(0))


def accounts_today(exchange: SimulatorProcess) -> Decimal:
    account = exchange.ask("GET", "/v2/account")
    return Decimal(account["equity"]) - Decimal(account["last_equity"])


def prices_arrive(*symbols: str) -> None:
    """As the stream brings them."""
    for symbol, (price, at) in broker_connect().latest_prices(symbols).items():
        price_board.note(symbol, price, at)
    price_board.publish()


def today(bot: Bot) -> Decimal:
    return Decimal(bot_view(bot)["today"]["pnl"])


def holding_over_night(make: BotMaker, exchange: SimulatorProcess, **changes: Any) -> Bot:
    """A bot that holds TSLA, at the open at which it falls."""
    bot = make(symbols=["TSLA"], risk_management=WIDE, **changes)
    assert tick(bot) == 1
    fills_collect()
    to_next_open(exchange, 60)
    sweep()
    tick(bot)
    to_next_open(exchange, 60)
    sweep()
    return bot


def test_the_gap_over_night_ends_entries_of_the_day(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    bot = holding_over_night(bot_running, trading)
    lost = -brokers_today(trading)
    assert lost > 50
    change_indicators(bot, SELL={})
    assert tick(bot) == 1
    fills_collect()
    assert not Position.objects.held().exists()
    change_indicators(bot, BUY={})

    for _ in range(3):
        step(trading)
        assert account_refresh()
        assert tick(bot) == 0
        last = Decimal(0) - today(bot)
        decision = Decision.objects.filter(bot=bot).latest("id")
        assert (decision.action, decision.reason) == ("refused", "daily_loss")
        assert f"the day's loss of ${last:.2f} has reached the limit of $50.00" in decision.sentence

    # A process that starts anew finds the same in the rows.
    market_clock.forget()
    assert -today(bot) == last
    to_next_open(trading, 60)
    assert tick(bot) == 1


@pytest.mark.parametrize("hour", [9, 15])
def test_today_has_the_gap_before_the_first_tick(bot_running: BotMaker, trading: SimulatorProcess, hour: int) -> None:
    bot = holding_over_night(bot_running, trading)
    Bot.objects.filter(pk=bot.pk).update(start_hour=hour, start_minute=31, end_hour=15, end_minute=59)
    step(trading, 600)
    sweep()
    prices_arrive("TSLA")

    assert today(bot) == brokers_today(trading) == accounts_today(trading) != 0


def test_what_was_sold_and_bought_again_today_counts_once(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    bot = holding_over_night(bot_running, trading)
    Bot.objects.filter(pk=bot.pk).update(risk_management=WIDE | {"max_daily_loss": 1})
    for side in ("SELL", "BUY", "SELL"):
        change_indicators(bot, **{side: {}})
        assert tick(bot) == 1
        fills_collect()
        step(trading)
        sweep()
        prices_arrive("TSLA")
        assert today(bot) == accounts_today(trading)


def test_the_parts_add_up_to_the_account_over_a_gap(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    """Two bots that share a stock, and a person beside them: bought before the gap, some of it sold after it."""
    one, two = (bot_running(symbols=["TSLA", "MSFT"], risk_management=WIDE | SMALL) for _ in range(2))
    assert tick(one, two) == 4
    by_hand(trading, "buy", TSLA=5, KO=40)
    fills_collect()
    to_next_open(trading, 60)
    sweep()
    prices_arrive("TSLA", "MSFT", "KO")
    add_up(trading, one, two)

    by_hand(trading, "sell", TSLA=2, KO=40)
    change_indicators(one, SELL={})
    assert tick(one) == 2
    fills_collect()
    step(trading, 600)
    sweep()
    prices_arrive("TSLA", "MSFT", "KO")
    add_up(trading, one, two)


def test_what_is_not_booked_yet_has_a_row_of_its_own(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    bot = bot_running()
    tick(bot)
    step(trading, 600)
    assert account_refresh()
    prices_arrive("AAPL")

    day = summary()
    assert accounts_today(trading) != 0
    assert day["day_parts"] == {"bots": "0", "by_hand": "0", "unattributed": day["day_pnl"]}


def by_hand(exchange: SimulatorProcess, side: str, **shares: int) -> None:
    for symbol, qty in shares.items():
        body = {"symbol": symbol, "qty": qty, "side": side, "type": "market", "time_in_force": "day"}
        assert exchange.request("POST", "/v2/orders", body)[0] == 200


def add_up(exchange: SimulatorProcess, *bots: Bot) -> None:
    """The bots' days, the one of shares by hand and the rest are the account's; and the rest is nothing."""
    assert account_refresh()
    day = summary()
    assert Decimal(day["day_pnl"]) == accounts_today(exchange) != 0
    parts = {name: Decimal(part) for name, part in day["day_parts"].items()}
    assert parts["bots"] == sum(today(bot) for bot in bots) != 0
    assert parts["by_hand"] != 0
    assert parts["unattributed"] == 0
    assert sum(parts.values()) == Decimal(day["day_pnl"])


def test_a_day_without_trading_brings_nothing(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    bot = holding_over_night(bot_running, trading)
    saturday = "2026-06-06T12:00:00-04:00"
    trading.step_to(saturday)
    market_clock.refresh()
    sweep()
    prices_arrive("TSLA")

    assert today(bot) == 0
