"""What goes wrong with one thing stays with it: a bot, a fill, a symbol, a process. And what two do at once."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from bots.models import Bot
from bots.services import NotAllowed
from engine.brokers.connect import broker_connect
from engine.brokers.unread import Rows
from engine.brokers.values import Fill
from engine.core.failpoints import failpoints_install
from engine.live import fills as fills_module
from engine.live import protection
from engine.live import tick as tick_module
from engine.live.closing import position_close_request
from engine.live.exits import exit_advance
from engine.live.fills import fills_collect
from engine.live.lifecycle import bot_fail, bot_pause, bot_stop
from engine.live.orders import order_refresh
from engine.live.reconcile import recover, recovery_required
from engine.live.shares import _reserved
from engine.live.testing import BotMaker, change_indicators, step, sweep, tick
from engine.models import BrokerAccount, Decision, Difference
from engine.selectors import acted_on
from events.models import Event
from marketdata.clock import market_now, real_now
from positions.models import Position
from positions.services import position_sell
from simulator.testing import SimulatorProcess
from trades.models import Execution, ForeignFill, Trade
from tradingbot.runtime.prepare import history_read

REFUSED = {"method": "POST", "path": "/v2/orders", "when": "before", "effect": "status", "status": 403, "count": 99}


def failing(path: str, status: int) -> dict[str, Any]:
    return {"method": "GET", "path": path, "when": "before", "effect": "status", "status": status, "count": 1000}


def ended(bot: Bot, role: str, **changes: Any) -> Trade:
    """An order of a bot that the broker refused."""
    values: dict[str, Any] = {"symbol": "AAPL", "type": "sell", "quantity": 1, "state": "rejected", "status": "failed"}
    values |= {"timestamp": market_now(), "sent_at": real_now(), "attempts": 1, "client_order_id": f"an-old-{role}"}
    return Trade.objects.create(bot=bot, version=bot.versions.get(), role=role, **values | changes)


def cancel_all(exchange: SimulatorProcess) -> None:
    """Behind our back; then we have heard of it."""
    for order in exchange.ask("GET", "/v2/orders?status=open&nested=false"):
        exchange.request("DELETE", f"/v2/orders/{order['id']}")
    for leg in Trade.objects.resting().working():
        order_refresh(leg)


def test_one_unreadable_bot_leaves_nobody_without_a_stop(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    good = bot_running(symbols=["MSFT"])
    tick(good)
    fills_collect()
    step(trading)
    bad = bot_running(symbols=["AAPL"])
    tick(bad)
    fills_collect()
    assert Position.objects.held().count() == 2
    Bot.objects.filter(pk=bad.pk).update(signal_mode="gone")  # a configuration that cannot be read any more
    cancel_all(trading)
    for leg in Trade.objects.resting().working():
        order_refresh(leg)
    sweep()
    sweep()
    stops = set(Trade.objects.filter(role="stop", state="open").values_list("symbol", flat=True))
    assert stops == {"AAPL", "MSFT"}


def test_one_unreadable_bot_does_not_hold_up_the_recovery(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    bad = bot_running(symbols=["AAPL"])
    tick(bad)
    fills_collect()
    Bot.objects.filter(pk=bad.pk).update(signal_mode="gone")
    cancel_all(trading)
    recovery_required()
    assert recover()


def test_one_symbol_the_broker_cannot_tell_of_leaves_the_others_protected(
    bot_running: BotMaker, trading: SimulatorProcess
) -> None:
    good = bot_running(symbols=["MSFT"])
    tick(good)
    fills_collect()
    step(trading)
    other = bot_running(symbols=["AAPL"])
    tick(other)
    fills_collect()
    cancel_all(trading)
    for leg in Trade.objects.resting().working():
        order_refresh(leg)
    trading.set_faults(failing("/v2/positions/AAPL", 500))
    sweep()
    sweep()
    stops = set(Trade.objects.filter(role="stop", state="open").values_list("symbol", flat=True))
    assert stops == {"MSFT"}


def test_one_exit_that_cannot_go_does_not_hold_up_the_recovery(
    bot_running: BotMaker, trading: SimulatorProcess
) -> None:
    """It waits; the books were compared."""
    good = bot_running(symbols=["MSFT"])
    tick(good)
    fills_collect()
    trading.set_faults(failing("/v2/positions/MSFT", 500))
    bot_stop(bot=good, close_positions=True, by="x")
    recovery_required()
    assert recover()


def test_the_history_of_the_others_is_read(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    bot_running()
    change_indicators(bot_running(), GONE={})
    history_read()


def test_a_fill_by_hand_asks_for_no_entry_that_never_was_at_the_broker(
    bot_running: BotMaker, trading: SimulatorProcess, monkeypatch: Any
) -> None:
    bot = bot_running()
    trading.set_faults(REFUSED)
    for _ in range(12):
        tick(bot)
        step(trading)
    trading.set_faults()
    dead = Trade.objects.filter(role="entry", state="rejected").count()
    assert dead == 12
    order = {"symbol": "AAPL", "qty": "1", "side": "buy", "type": "market", "time_in_force": "day"}
    assert trading.request("POST", "/v2/orders", order)[0] == 200
    step(trading)
    broker = broker_connect()
    asked: list[str] = []
    real = type(broker).order_by_client_id

    def noted(self: Any, client_order_id: str) -> Any:
        asked.append(client_order_id)
        return real(self, client_order_id)

    monkeypatch.setattr(type(broker), "order_by_client_id", noted)
    fills_collect(broker)
    assert len(asked) == 0, f"{len(asked)} requests for one foreign fill"


def test_a_fill_that_cannot_be_asked_for_does_not_hold_up_the_next(
    bot_running: BotMaker, trading: SimulatorProcess
) -> None:
    """The rate limit is reached in the middle: nothing at all is booked, however often it is tried."""
    bot = bot_running()
    trading.set_faults(REFUSED)
    for _ in range(5):
        tick(bot)
        step(trading)
    trading.set_faults()
    order = {"symbol": "AAPL", "qty": "1", "side": "buy", "type": "market", "time_in_force": "day"}
    assert trading.request("POST", "/v2/orders", order)[0] == 200
    step(trading)
    assert tick(bot) == 1  # the bot buys; its fill comes after the foreign one
    step(trading)
    trading.set_faults(failing("/v2/orders:by_client_order_id", 429))
    fills_collect()
    assert Execution.objects.count() == 1, "the bot's own fill is not booked"


def test_a_large_fill_by_hand_is_kept_and_the_next_booked(
    bot_running: BotMaker, trading: SimulatorProcess, monkeypatch: Any
) -> None:
    bot = bot_running()
    tick(bot)
    broker = broker_connect()
    real = type(broker).fills_since
    number, earlier = Decimal(2_000_000), market_now() - timedelta(minutes=5)
    order_id = "0f0f0f0f-0000-4000-8000-000000000000"
    big = Fill("by-hand", order_id, "SHIBUSD", "buy", number, Decimal("0.00001"), number, earlier)

    def both(self: Any, after: Any) -> Any:
        return Rows([big, *real(self, after)])

    monkeypatch.setattr(type(broker), "fills_since", both)
    fills_collect()
    assert Execution.objects.count() == 1
    assert ForeignFill.objects.get().quantity == 2_000_000


def test_a_close_that_races_a_tick_is_no_error_of_the_bot(
    bot_running: BotMaker, trading: SimulatorProcess, monkeypatch: Any
) -> None:
    bot = bot_running()
    tick(bot)
    fills_collect()
    change_indicators(bot, SELL={})
    step(trading)
    real = tick_module.bot_state_read

    def read(*args: Any) -> Any:
        books = real(*args)
        # PostgreSQL, READ COMMITTED: a person's close is committed between the reading and the insert.
        position_close_request(position=Position.objects.get(), by="someone", now=market_now())
        return books

    monkeypatch.setattr(tick_module, "bot_state_read", read)
    tick(bot)
    bot.refresh_from_db()
    assert (bot.status, bot.status_reason) == ("running", "")


def test_a_bar_acts_once_however_often_another_symbol_sells(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    bot = bot_running(symbols=["AAPL", "MSFT"])
    version = bot.versions.get()
    now = market_now()

    def decided(symbol: str, action: str) -> None:
        what = {"symbol": symbol, "action": action, "reason": "x", "sentence": "x"}
        Decision.objects.create(bot=bot, version=version, bar_end=now, first_at=now, last_at=now, **what)

    decided("AAPL", "buy")
    for _ in range(8):
        decided("MSFT", "sell")  # trailing stop or window end, each time refused by the broker
    assert set(acted_on(bot)) == {"AAPL", "MSFT"}


def test_another_account_at_run_time_gets_no_orders_and_none_of_its_fills_are_kept(
    bot_running: BotMaker, trading: SimulatorProcess
) -> None:
    bot = bot_running()
    tick(bot)
    fills_collect()
    BrokerAccount.objects.filter(pk=1).update(account_number="ANOTHER", read_at=real_now() - timedelta(minutes=1))
    cancel_all(trading)
    for leg in Trade.objects.resting().working():
        order_refresh(leg)
    before = len(trading.ledger()["orders"])
    order = {"symbol": "MSFT", "qty": "1", "side": "buy", "type": "market", "time_in_force": "day"}
    assert trading.request("POST", "/v2/orders", order)[0] == 200
    sweep()
    sweep()
    assert BrokerAccount.objects.get().error
    assert len(trading.ledger()["orders"]) == before + 1, "an order was sent to the other account"


def test_a_bot_stopped_meanwhile_is_not_paused(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    bot = bot_running()
    tick(bot)
    fills_collect()
    seen_by_another = Bot.objects.get(pk=bot.pk)
    bot_stop(bot=bot, close_positions=True, by="someone")
    with pytest.raises(NotAllowed, match="is stopped meanwhile"):
        bot_pause(bot=seen_by_another)
    bot.refresh_from_db()
    assert bot.status == "stopped"


def test_a_bot_stopped_meanwhile_does_not_go_to_error(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    bot = bot_running()
    tick(bot)
    fills_collect()
    seen_by_tick = Bot.objects.get(pk=bot.pk)
    bot_stop(bot=bot, close_positions=True, by="someone")
    bot_fail(bot=seen_by_tick, reason="a tick failed")
    bot.refresh_from_db()
    assert bot.status == "stopped"


def test_stop_and_close_is_neither_lost_nor_remembered_too_long(
    bot_running: BotMaker, trading: SimulatorProcess
) -> None:
    bot = bot_running()
    tick(bot)  # filled at the exchange, not booked yet
    other = Bot.objects.get(pk=bot.pk)  # another person's page
    bot_stop(bot=bot, close_positions=True, by="ada")
    with pytest.raises(NotAllowed):
        bot_pause(bot=other)
    for _ in range(3):
        sweep()
    assert not Position.objects.held().exists()

    bot_stop(bot=bot, close_positions=True, by="ada")
    bot_stop(bot=bot)
    bot.refresh_from_db()
    assert bot.closing_for == "", "a later stop that keeps the shares sells none"


def test_a_tick_before_the_recovery_is_not_used_up(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    bot = bot_running()
    recovery_required()  # another worker has just started
    assert tick(bot) == 0
    assert recover()
    assert tick(bot) == 1, "same grid time, still current"


def test_the_windows_end_sells_also_when_a_bar_is_late(
    bot_running: BotMaker, trading: SimulatorProcess, monkeypatch: Any
) -> None:
    bot = bot_running(close_at_window_end=True, end_hour=16, end_minute=0)
    tick(bot)
    fills_collect()
    step(trading, (6 * 60 + 28) * 60)
    monkeypatch.setattr(tick_module, "bars_wait", lambda symbols, *_: set(symbols))
    tick(bot)
    assert Trade.objects.filter(role="exit").exists()


def test_a_sale_booked_by_another_process_meanwhile_is_no_error(
    bot_running: BotMaker, trading: SimulatorProcess, monkeypatch: Any
) -> None:
    bot = bot_running()
    tick(bot)
    fills_collect()
    change_indicators(bot, SELL={})
    step(trading)
    tick(bot)
    real = fills_module.fill_book

    def booked_meanwhile(fill: Any, prices: Any) -> Any:
        real(fill, prices)  # the other process commits between our look for the execution and for the position
        return position_sell(
            bot=bot, symbol=fill.symbol, quantity=fill.quantity, price=fill.price, at=fill.at,
            activity_id=fill.id, commission=Decimal(0),
        )  # fmt: skip

    monkeypatch.setattr(fills_module, "fill_book", booked_meanwhile)
    fills_collect()
    assert not [e for e in Event.objects.filter(type="alert_raised") if "cannot be booked" in e.payload["message"]]


def test_a_close_cancels_the_entry_that_still_fills(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    bot = bot_running()
    tick(bot)
    fills_collect()
    entry = Trade.objects.get(role="entry")
    # As if 4 shares had filled so far.
    Trade.objects.filter(pk=entry.pk).update(state="partial", filled_quantity=4, booked_quantity=4)
    Position.objects.update(quantity=4)
    trade = position_close_request(position=Position.objects.get(), by="x", now=market_now())
    exit_advance(trade)
    trade.refresh_from_db()
    entry.refresh_from_db()
    assert trade.state == "created" or entry.state not in ("open", "partial")


def test_refusals_of_an_earlier_position_do_not_delay_a_stop(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    bot = bot_running()
    for number in range(5):
        long_ago = {"timestamp": market_now() - timedelta(minutes=20), "sent_at": real_now() - timedelta(minutes=5)}
        ended(bot, "stop", client_order_id=f"old-{number}", **long_ago)
    tick(bot)
    fills_collect()
    cancel_all(trading)
    sweep()
    assert Trade.objects.filter(role="stop", state="open").exists()


def test_one_symbols_refusal_does_not_hold_up_the_sale_of_the_others(
    bot_running: BotMaker, trading: SimulatorProcess
) -> None:
    bot = bot_running(symbols=["MSFT"])
    tick(bot)
    bot_stop(bot=bot, close_positions=True, by="ada")
    ended(bot, "exit")
    for _ in range(3):
        sweep()
    assert not Position.objects.held().exists()


def test_an_order_under_way_keeps_no_other_symbol_from_being_compared(
    bot_running: BotMaker, trading: SimulatorProcess
) -> None:
    bot, other = bot_running(), bot_running(symbols=["MSFT"])
    # An entry whose answer was lost before the restart; it is too old to be posted again, and not found yet thrice.
    lost = {"type": "buy", "decision_price": 1, "state": "unknown", "status": "pending", "symbol": "MSFT"}
    ended(other, "entry", timestamp=market_now() - timedelta(minutes=20), **lost)
    # The broker has shares nobody knows of (a transfer, a split, a restored backup): in our books they are fewer.
    Position.objects.create(bot=other, symbol="AAPL", quantity=7, entry_price=100, opened_at=market_now())
    recovery_required()
    ready = recover()
    assert not ready or Difference.objects.filter(symbol="AAPL", resolved_at=None).exists()
    assert tick(bot) == 0


def test_half_a_share_sold_by_hand_leaves_the_rest_protected_once(
    bot_running: BotMaker, trading: SimulatorProcess
) -> None:
    bot = bot_running()
    tick(bot)
    fills_collect()
    for order in trading.ask("GET", "/v2/orders?status=open&nested=false"):
        trading.request("DELETE", f"/v2/orders/{order['id']}")
    for leg in Trade.objects.resting().working():
        order_refresh(leg)
    order = {"symbol": "AAPL", "qty": "0.5", "side": "sell", "type": "market", "time_in_force": "day"}
    assert trading.request("POST", "/v2/orders", order)[0] == 200
    step(trading)
    sweep()
    protection.forget()
    sweep()
    own = Trade.objects.get(role="stop", state="open")
    assert (own.state, own.quantity) == ("open", Position.objects.get().quantity - 1)


@pytest.mark.parametrize("how", ["exit", "stop"])
def test_the_shares_of_a_bot_that_is_selling_are_not_anothers(
    bot_running: BotMaker, trading: SimulatorProcess, how: str
) -> None:
    first, second = bot_running(), bot_running()
    tick(first, second)
    fills_collect()
    quantity = Position.objects.get(bot=first).quantity
    for leg in Trade.objects.filter(bot=first, parent__isnull=False):
        trading.request("DELETE", f"/v2/orders/{leg.order_id}")
        order_refresh(leg)
    order = {"symbol": "AAPL", "qty": str(quantity), "side": "sell", "type": "market", "time_in_force": "day"}
    assert trading.request("POST", "/v2/orders", order)[0] == 200
    sweep()
    if how == "exit":
        bot_stop(bot=first, close_positions=True, by="test")
        sweep()
        assert Trade.objects.get(bot=first, role="exit").state == "created"  # waits: its shares are gone
    bot_stop(bot=second, close_positions=True, by="test")
    other_thread: list[int] = []

    def at(name: str) -> None:
        if name == "order:before-claim" and not other_thread:
            other_thread.append(1)
            # the tick's thread is between cancelling its legs and selling; the sweeper passes by
            if how == "exit":
                exit_advance(Trade.objects.get(bot=first, role="exit"))
            else:
                protection.forget()
                protection.position_protect(Position.objects.get(bot=first), broker_connect())

    failpoints_install(at)
    exit_advance(Trade.objects.get(bot=second, role="exit"))
    failpoints_install(None)
    sweep()
    fills_collect()
    assert Position.objects.filter(bot=first, is_open=True, quantity=quantity).exists()
    assert not Position.objects.filter(bot=second, is_open=True).exists()


def test_a_pair_of_which_one_is_being_cancelled_may_reserve_nothing_any_more(
    bot_running: BotMaker, trading: SimulatorProcess
) -> None:
    bot = bot_running()
    tick(bot)
    fills_collect()
    assert _reserved(bot.pk, "AAPL") == Position.objects.get().quantity
    stop = Trade.objects.filter(role="stop")
    stop.update(cancel_requested_at=real_now())
    assert _reserved(bot.pk, "AAPL") == 0
    stop.update(cancel_requested_at=None, state="canceled")
    assert _reserved(bot.pk, "AAPL") == 0


@pytest.mark.parametrize("capital", [10_000, 4_000], ids=["of one size", "the second smaller"])
def test_two_bots_that_leave_a_symbol_at_one_tick_both_sell_all_they_hold(
    bot_running: BotMaker, trading: SimulatorProcess, capital: int
) -> None:
    """The legs of the one sold last still reserve its shares while the first sells: they are not reserved twice."""
    bots = [bot_running(), bot_running(capital=capital)]
    tick(*bots)
    fills_collect()
    held = dict(Position.objects.held().values_list("bot_id", "quantity"))
    for bot in bots:
        change_indicators(bot, SELL={})
    step(trading)

    assert tick(*bots) == 2

    exits = Trade.objects.filter(role="exit")
    assert dict(exits.values_list("bot_id", "quantity")) == held
    assert set(exits.values_list("error", flat=True)) == {""}
    fills_collect()
    assert not Position.objects.held().exists()
    assert trading.ledger()["positions"] == []
    assert not Event.objects.filter(type="alert_raised").exists()
