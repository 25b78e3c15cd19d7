"""A position ends for one of five causes, each on its trade; the day's loss ends entries until the next session."""

from typing import Any

import pytest

from bots.models import Bot
from engine.live.account import account_refresh
from engine.live.fills import fills_collect
from engine.live.reconcile import recover, recovery_required
from engine.live.testing import BotMaker, change_indicators, step, sweep, tick
from engine.models import Decision
from marketdata.calendar import session_after
from marketdata.clock import market_clock, market_now
from positions.models import Position
from simulator.testing import SimulatorProcess
from trades.models import Trade

MINUTES = 180
WIDE = {"stop_loss": 0.5, "take_profit": None}


def bought(bot: Bot) -> None:
    assert tick(bot) == 1
    fills_collect()
    assert Position.objects.held().filter(bot=bot).count() == 1


def until_closed(bot: Bot, exchange: SimulatorProcess) -> Trade:
    """Go on minute by minute until the position is closed; the sale that did it."""
    change_indicators(bot, RSI={"oversold": 1, "overbought": 99})
    for _ in range(MINUTES):
        step(exchange)
        tick(bot)
        sweep()
        if not Position.objects.held().exists():
            return Trade.objects.get(bot=bot, type="sell", status="filled")
    raise AssertionError("it is still held")


@pytest.mark.parametrize(
    ("cause", "risk", "role"),
    [
        ("stop", {"stop_loss": 0.001}, "stop"),
        ("target", {"stop_loss": 0.5, "take_profit": 0.001}, "target"),
        ("trailing_stop", WIDE | {"trailing_stop": 0.001}, "exit"),
    ],
)
def test_a_price_ends_it(
    bot_running: BotMaker, trading: SimulatorProcess, cause: str, risk: dict[str, Any], role: str
) -> None:
    bot = bot_running(risk_management=risk)
    bought(bot)

    sale = until_closed(bot, trading)

    assert (sale.cause, sale.role) == (cause, role)
    assert Trade.objects.get(bot=bot, type="buy").cause == "signal"


def test_a_signal_ends_it(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    bot = bot_running(risk_management=WIDE)
    bought(bot)
    change_indicators(bot, SELL={})
    step(trading)
    tick(bot)

    sale = Trade.objects.get(bot=bot, role="exit")
    assert (sale.cause, sale.reason) == ("signal", "Sell: SELL sells.")


def test_the_window_s_end_ends_it(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    bot = bot_running(risk_management=WIDE, close_at_window_end=True, end_hour=9, end_minute=35)
    bought(bot)
    step(trading, 240)
    tick(bot)

    assert Trade.objects.get(bot=bot, role="exit").cause == "window_end"


def test_the_day_s_loss_ends_entries_across_a_restart_until_the_next_session(
    bot_running: BotMaker, trading: SimulatorProcess
) -> None:
    risk = {"stop_loss": 0.003, "max_position_size": 1, "max_daily_loss": 0.001}
    bot = bot_running(risk_management=risk)
    bought(bot)
    assert until_closed(bot, trading).profit_loss < -10
    change_indicators(bot, BUY={})
    step(trading)

    assert tick(bot) == 0
    last = Decision.objects.filter(bot=bot).latest("id")
    assert (last.action, last.reason) == ("refused", "daily_loss")
    assert "the day's loss of $" in last.sentence

    # A process that starts anew knows nothing but the rows.
    market_clock.forget()
    recovery_required()
    assert recover()
    step(trading)
    assert tick(bot) == 0

    opens = session_after(market_now()).open
    step(trading, (opens - market_now()).total_seconds() + 60)
    assert account_refresh()
    sweep()
    assert tick(bot) == 1
