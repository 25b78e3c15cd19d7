"""When a bot is ticked, what it may do then, and what keeps it from trading."""

from datetime import timedelta
from typing import Any

import pytest

from bots.models import Bot
from bots.services import bot_update
from engine.brokers.connect import broker_connect
from engine.live.account import account_refresh
from engine.live.closing import PositionClosed, position_close_request
from engine.live.exits import exit_advance
from engine.live.fills import fills_collect
from engine.live.lifecycle import bot_delete, bot_pause, bot_stop, idle_bots_rest
from engine.live.protection import position_protect
from engine.live.reconcile import recover, recovery_required
from engine.live.sweep import ticks_run_lost
from engine.live.testing import BotMaker, change_indicators, step, sweep, tick
from engine.live.tick import ticks_run
from engine.models import BrokerAccount, Decision, Tick
from engine.services import broker_account, halt_set, halts_clear
from events.models import Event
from marketdata.clock import market_clock, market_now, real_now
from positions.models import Position
from simulator.testing import SimulatorProcess
from trades.models import Trade


def test_a_late_tick_is_counted_and_not_made_up_for(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    bot = bot_running()
    missed = market_now()
    step(trading, 120)

    assert ticks_run([(bot.pk, missed)]) == 0

    bot.refresh_from_db()
    assert (bot.last_tick, bot.skipped_ticks) == (missed, 1)
    assert not Trade.objects.exists()


def test_an_idle_tick_leaves_no_row(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    bot = change_indicators(bot_running(), SELL={})
    assert tick(bot) == 0
    bot.refresh_from_db()
    assert bot.idle_ticks == 1
    assert not Tick.objects.exists()


def test_equal_decisions_are_counted_on_one_row(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    bot = change_indicators(bot_running(), SELL={})
    for _ in range(3):
        tick(bot)
        step(trading)
    row = Decision.objects.get()
    assert (row.count, row.reason) == (3, "sell_signal_without_position")
    assert row.last_at - row.first_at == timedelta(minutes=2)


def test_decisions_of_two_sessions_are_two_rows(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    bot = change_indicators(bot_running(), SELL={})
    tick(bot)
    trading.set_clock(step_to="2026-06-03T13:40:00Z")
    market_clock.forget()
    tick(bot)
    rows = Decision.objects.order_by("id")
    assert [(row.count, row.first_at.day, row.last_at.day) for row in rows] == [(1, 2, 2), (1, 3, 3)]


def test_nothing_is_traded_before_the_books_were_compared(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    bot = bot_running()
    recovery_required()
    assert tick(bot) == 0
    assert trading.ledger()["orders"] == []

    sweep()
    step(trading)
    assert tick(bot) == 1


@pytest.mark.parametrize("status", ["paused", "stopped", "error"])
def test_only_a_running_bot_enters(bot_running: BotMaker, trading: SimulatorProcess, status: str) -> None:
    bot = bot_running()
    Bot.objects.filter(pk=bot.pk).update(status=status)
    assert tick(bot) == 0
    assert not Trade.objects.exists()


def test_a_paused_bot_still_sells(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    bot = bot_running()
    tick(bot)
    fills_collect()
    bot_pause(bot=bot)
    change_indicators(bot, SELL={})
    step(trading)
    assert tick(bot) == 1
    fills_collect()
    assert not Position.objects.held().exists()

    idle_bots_rest()
    bot.refresh_from_db()
    assert bot.periodic_task is not None
    assert not bot.periodic_task.enabled


def test_outside_the_window_nothing_is_bought(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    bot = bot_running(start_hour=10, start_minute=0)
    assert tick(bot) == 0
    assert Decision.objects.get().reason == "outside_window"


def test_a_halt_stops_entries_and_lets_exits_pass(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    holding, waiting = bot_running(), bot_running()
    tick(holding)
    fills_collect()
    halt_set(bot=None, reason="a test", set_by="test")
    change_indicators(holding, SELL={})
    step(trading)

    assert tick(holding, waiting) == 1
    assert Trade.objects.get(role="exit").bot == holding
    assert Decision.objects.get(bot=waiting).reason == "halted"

    assert halts_clear(bot=None, cleared_by="test", now=real_now()) == 1
    step(trading)
    assert tick(waiting) == 1


def test_a_halt_between_decision_and_sending_holds_the_order_back(
    bot_running: BotMaker, trading: SimulatorProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.live.tick._send", lambda trade: None)
    tick(bot_running())
    halt_set(bot=None, reason="a test", set_by="test")
    from engine.live.orders import order_send

    trade = Trade.objects.get(role="entry")
    order_send(trade)

    trade.refresh_from_db()
    assert (trade.state, trade.status) == ("unsent", "cancelled")
    assert "halted" in trade.error
    assert trading.ledger()["orders"] == []


def test_stopping_cancels_what_was_not_sent(
    bot_running: BotMaker, trading: SimulatorProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.live.tick._send", lambda trade: None)
    bot = bot_running()
    tick(bot)
    bot_stop(bot=bot)
    assert Trade.objects.get(role="entry").state == "unsent"
    sweep()
    assert trading.ledger()["orders"] == []


def test_stop_and_close_sells_everything(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    bot = bot_running(symbols=["AAPL", "MSFT"])
    tick(bot)
    fills_collect()
    bot_stop(bot=bot, close_positions=True, by="test")
    sweep()
    fills_collect()
    assert not Position.objects.held().exists()
    assert trading.ledger()["positions"] == []


def test_closing_twice_is_one_sale(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    tick(bot_running())
    fills_collect()
    position = Position.objects.get()
    first = position_close_request(position=position, by="test", now=market_now(), request_key="1:key")
    assert position_close_request(position=position, by="test", now=market_now()) == first

    exit_advance(first)
    fills_collect()
    assert position_close_request(position=position, by="test", now=market_now(), request_key="1:key") == first
    with pytest.raises(PositionClosed):
        position_close_request(position=position, by="test", now=market_now(), request_key="1:other")
    sales = [order for order in trading.ledger()["orders"] if order["side"] == "sell" and order["status"] == "filled"]
    assert len(sales) == 1


def test_a_lost_tick_is_run_while_it_is_the_current_one(
    bot_running: BotMaker, trading: SimulatorProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    bot_running()
    assert ticks_run_lost(real_now()) == [], "a clock that stands is ticked by whoever steps it"
    trading.set_clock(frozen=False, speed=1)
    monkeypatch.setattr("engine.live.sweep.TICK_LOST_AFTER", -1.0)
    from marketdata.clock import market_clock

    market_clock.refresh()
    [lost] = ticks_run_lost(real_now())
    assert ticks_run([lost]) == 1
    assert ticks_run_lost(real_now()) == []
    trading.set_clock(frozen=True)


def test_refused_keys_are_told_without_the_secret_and_nothing_is_sent(
    bot_running: BotMaker, trading: SimulatorProcess, settings: Any
) -> None:
    bot = bot_running()
    settings.SIMULATOR_SECRET = "not the secret"

    assert not account_refresh()
    assert not account_refresh()

    bot.refresh_from_db()
    assert (bot.status, bot.status_reason) == ("running", "")
    error = broker_account().error
    assert "refused the API keys" in error
    assert "not the secret" not in error
    assert Event.objects.filter(type="alert_raised").count() == 1
    assert tick_is_idle(bot)


def tick_is_idle(bot: Bot) -> bool:
    return tick(bot) == 0 and not Trade.objects.exists()


def test_another_account_stops_trading(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    bot = bot_running()
    BrokerAccount.objects.update(account_number="PA-ANOTHER")
    assert not recover()
    assert "belongs to account PA-ANOTHER" in BrokerAccount.objects.get().error
    assert tick(bot) == 0
    assert trading.ledger()["orders"] == []


def test_two_bots_on_one_symbol_each_have_their_own_shares(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    small, large = bot_running(), bot_running(capital=50_000)
    tick(small, large)
    fills_collect()
    held = {position.bot_id: position.quantity for position in Position.objects.held()}
    assert held[large.pk] > held[small.pk] > 0
    assert [float(row["qty"]) for row in trading.ledger()["positions"]] == [float(sum(held.values()))]


def test_a_removed_symbol_keeps_its_exits(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    bot = bot_running()
    tick(bot)
    fills_collect()
    data = bot.config().model_dump(mode="json") | {"symbols": ["MSFT"], "indicators": {"SELL": {}}}
    bot_update(bot=bot, data=data, seen_version=1)
    step(trading)
    assert tick(bot) == 1
    fills_collect()
    assert not Position.objects.held().exists()


def test_a_bot_that_holds_is_not_archived(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    from bots.services import NotAllowed

    bot = bot_running()
    tick(bot)
    fills_collect()
    with pytest.raises(NotAllowed, match="still holds shares"):
        bot_delete(bot=bot)
    bot.refresh_from_db()
    assert bot.archived_at is None


def test_a_position_that_was_just_closed_gets_no_stop(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    """The sweeper has read the position, then it is sold: a stop now would sell somebody else's shares."""
    bot, neighbour = bot_running(), bot_running()
    tick(bot, neighbour)
    fills_collect()
    read_before = Position.objects.get(bot=bot)
    exit_advance(position_close_request(position=read_before, by="test", now=market_now()))
    fills_collect()

    assert not position_protect(read_before, broker_connect())

    resting = [leg for order in trading.ledger()["orders"] for leg in [order, *(order["legs"] or [])]]
    assert sum(leg["status"] == "new" and leg["type"] == "stop" for leg in resting) == 1
    assert not Trade.objects.filter(bot=bot, parent=None, role="stop").exists()


def test_a_stop_of_our_own_goes_when_the_shares_are_gone(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    tick(bot_running())
    fills_collect()
    for leg in Trade.objects.resting():
        trading.request("DELETE", f"/v2/orders/{leg.order_id}")
    assert recover()
    own = Trade.objects.get(role="stop", state="open")
    Position.objects.update(is_open=False, quantity=0)

    sweep()

    own.refresh_from_db()
    assert own.state == "canceled"
