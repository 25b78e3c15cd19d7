"""The broker's moods: keys refused for seconds, an account that may not trade, a repeated post, hours that change."""

from datetime import timedelta
from typing import Any

import pytest

from bots.models import Bot
from engine.brokers.connect import broker_connect
from engine.brokers.values import MarketHours
from engine.live.account import account_refresh
from engine.live.closing import position_close_request
from engine.live.compare import shares_compare
from engine.live.fills import fills_collect
from engine.live.lifecycle import bot_pause, bot_start
from engine.live.protection import exit_go_on
from engine.live.testing import BotMaker, change_indicators, step, sweep, tick
from engine.live.watch import status_now
from engine.models import BrokerAccount, Difference, Lease
from engine.selectors import symbols_reduced, trading_is_ready
from engine.services import broker_account
from marketdata.calendar import session_on, session_today
from marketdata.clock import market_clock, market_now, real_now
from marketdata.hours import calendar_read, clock_compare
from marketdata.models import MarketDay
from notifications.models import Alert
from positions.models import Position
from simulator.testing import SimulatorProcess
from trades.models import Trade

NO_KEYS: dict[str, Any] = {"method": "*", "path": "/v2/*", "effect": "status", "status": 401, "count": 1000}
FORBIDDEN = NO_KEYS | {"status": 403, "body": {"message": "forbidden."}}


def looked() -> None:
    """A sweep to which the account is not fresh."""
    BrokerAccount.objects.update(read_at=None)
    sweep()


def statuses() -> dict[str, str]:
    return dict(Bot.objects.values_list("name", "status"))


@pytest.mark.parametrize("mood", [NO_KEYS, FORBIDDEN], ids=["401", "403 of the account"])
def test_keys_refused_for_seconds_leave_every_bot_what_it_was(
    bot_running: BotMaker, trading: SimulatorProcess, mood: dict[str, Any]
) -> None:
    running, paused = bot_running(), bot_running(symbols=["MSFT"])
    bot_pause(bot=paused)
    before = statuses()
    trading.set_faults(mood)
    looked()
    assert statuses() == before
    assert not trading_is_ready(broker_account())
    assert status_now()["error"].startswith("the broker refused the API keys")
    assert tick(running) == 0
    [alert] = Alert.objects.filter(kind="account")
    assert alert.ended_at is None
    trading.set_faults()
    looked()
    assert statuses() == before
    assert trading_is_ready(broker_account())
    alert.refresh_from_db()
    assert alert.end_words == "the broker takes orders of this account again"
    assert tick(running) == 1


def test_keys_refused_for_one_order_send_it_again_under_its_id(
    bot_running: BotMaker, trading: SimulatorProcess
) -> None:
    bot = bot_running()
    trading.set_faults(NO_KEYS | {"method": "POST", "path": "/v2/orders", "count": 1})
    tick(bot)
    trade = Trade.objects.get(role="entry")
    assert (trade.state, trade.attempts) == ("created", 0)
    assert Bot.objects.get().status == "running"
    Trade.objects.update(send_after=None)
    looked()
    Trade.objects.filter(role="entry").update(created_at=trade.created_at - timedelta(seconds=5))
    sweep()
    assert Trade.objects.get(role="entry").state == "filled"
    assert trading.state()["orders"] == 3


def test_an_order_s_own_403_is_no_word_on_the_keys(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    body = {"code": 40310000, "message": "insufficient buying power"}
    fault = {"method": "POST", "path": "/v2/orders", "effect": "status", "status": 403, "body": body}
    trading.set_faults(fault)
    tick(bot_running())
    assert Trade.objects.get(role="entry").state == "rejected"
    assert trading_is_ready(broker_account())


def suspend(exchange: SimulatorProcess, suspended: bool) -> None:
    assert exchange.request("PATCH", "/v2/account/configurations", {"suspend_trade": suspended})[0] == 200


def test_an_account_that_is_suspended_sends_nothing_and_books_everything(
    bot_running: BotMaker, trading: SimulatorProcess
) -> None:
    bot = bot_running(risk_management={"stop_loss": 0.001, "take_profit": 5})
    tick(bot)
    fills_collect()
    suspend(trading, True)
    looked()
    assert "trade_suspended_by_user" in (status_now()["error"] or "")
    orders = trading.state()["orders"]
    for _ in range(200):
        step(trading)
        if trading.state()["fills"] > 1:
            break
    sweep()
    # Its stop has sold the shares there, and here they are gone, too.
    assert not Position.objects.held().exists()
    assert tick(bot_running(symbols=["MSFT"])) == 0
    sweep()
    assert trading.state()["orders"] == orders
    suspend(trading, False)
    looked()
    assert trading_is_ready(broker_account())
    assert Alert.objects.get(kind="account").ended_at is not None


def test_an_exit_of_a_suspended_account_keeps_its_protection_and_goes_on_later(
    bot_running: BotMaker, trading: SimulatorProcess
) -> None:
    tick(bot_running())
    fills_collect()
    suspend(trading, True)
    assert account_refresh()
    trade = position_close_request(position=Position.objects.get(), by="ann", now=market_now())
    exit_go_on(trade, broker_connect())
    assert {leg.state for leg in Trade.objects.resting()} == {"open"}
    suspend(trading, False)
    looked()
    sweep()
    assert not Position.objects.held().exists()


def test_an_entry_nobody_knows_of_blocks_neither_protection_nor_exit_of_what_is_held(
    bot_running: BotMaker, trading: SimulatorProcess
) -> None:
    """A repeated post was answered 422 and the id is not found: for two minutes it might still land."""
    bot = bot_running()
    tick(bot)
    fills_collect()
    step(trading)
    entry = Trade.objects.get(role="entry")
    lost = Trade.objects.create(
        bot=bot, version=bot.versions.get(), symbol="AAPL", type="buy", role="entry", quantity=1, state="unknown",
        client_order_id="lost-1", timestamp=market_now(), attempts=3, not_found=3, sent_at=entry.sent_at,
    )  # fmt: skip
    for order in trading.ask("GET", "/v2/orders?status=open&nested=false"):
        trading.request("DELETE", f"/v2/orders/{order['id']}")
    sweep()
    sweep()
    assert Trade.objects.filter(role="stop", state="open").count() == 1
    change_indicators(bot, SELL={})
    assert tick(bot) == 1
    sweep()
    assert not Position.objects.held().exists()
    lost.refresh_from_db()
    assert lost.state == "unknown"


def test_positions_that_lag_raise_no_alarm(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    trading.set_faults({"effect": "stale", "method": "GET", "path": "/v2/positions", "count": 3})
    broker_connect().positions()
    tick(bot_running())
    sweep()
    assert symbols_reduced() == {"AAPL"}
    sweep()
    sweep()
    assert symbols_reduced() == set()
    assert not Alert.objects.exists()


def test_a_difference_that_lasts_is_told_and_taken_back(
    bot_running: BotMaker, trading: SimulatorProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    tick(bot_running())
    fills_collect()
    qty = {"effect": "alter", "method": "GET", "path": "/v2/positions", "field": "qty", "value": "1", "count": 100}
    trading.set_faults(qty)
    shares_compare(broker_connect())
    assert (Difference.objects.get().told, symbols_reduced()) == (False, {"AAPL"})
    later = real_now() + timedelta(seconds=241)
    monkeypatch.setattr("engine.live.compare.real_now", lambda: later)
    shares_compare(broker_connect())
    shares_compare(broker_connect())
    [alert] = Alert.objects.filter(kind="difference")
    assert alert.words.endswith("the broker has 1; until that agrees the symbol is only reduced")
    trading.set_faults()
    shares_compare(broker_connect())
    alert.refresh_from_db()
    assert alert.end_words == "AAPL: the bots' shares and the broker's agree again"


def hours(exchange: SimulatorProcess, **body: Any) -> None:
    exchange.control("POST", "/sim/hours", body)


def test_a_day_of_mourning_is_closed_here_too(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    hours(trading, day="2026-06-03", closed=True)
    calendar_read(broker_connect(), market_now())
    assert session_on(market_now().date() + timedelta(days=1)) is None
    assert Alert.objects.get(kind="market hours").words == (
        "the broker says that the market is closed on 2026-06-03; usually it is open from 09:30 to 16:00 New York"
    )
    bot = bot_running()
    trading.step_to("2026-06-03T14:00:00Z")
    market_clock.refresh()
    assert session_today(market_now()) is None
    assert status_now()["is_open"] is False
    sweep()
    assert not Trade.objects.exists()
    trading.step_to("2026-06-04T14:00:00Z")
    market_clock.refresh()
    assert tick(bot) == 1


def test_the_broker_s_clock_is_believed_on_the_day_itself(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    hours(trading, day="2026-06-02", closed=True, announced=False)
    bot = bot_running()
    clock_compare(broker_connect().hours())
    assert session_today(market_now()) is None
    assert status_now()["is_open"] is False
    # What its calendar says of this day does not take that back.
    calendar_read(broker_connect(), market_now())
    assert session_today(market_now()) is None
    Lease.objects.all().delete()
    sweep()
    assert not Trade.objects.exists()
    assert bot.status == "running"


def test_a_late_open_and_an_early_close_are_taken_over(trading: SimulatorProcess) -> None:
    hours(trading, day="2026-06-02", open="11:00", close="13:00", announced=False)
    clock_compare(broker_connect().hours())
    session = session_today(market_now())
    assert session is not None
    assert session.open.isoformat() == "2026-06-02T15:00:00+00:00"
    trading.step_to("2026-06-02T15:00:30Z")
    market_clock.refresh()
    clock_compare(broker_connect().hours())
    session = session_today(market_now())
    assert session is not None
    assert session.contains(market_now())
    trading.step_to("2026-06-02T17:00:30Z")
    market_clock.refresh()
    clock_compare(broker_connect().hours())
    session = session_today(market_now())
    assert session is None or not session.contains(market_now())
    assert MarketDay.objects.count() == 1


def test_a_closed_market_that_opens_again_is_open_again(trading: SimulatorProcess) -> None:
    now = market_now()
    closed = MarketHours(now, False, now + timedelta(days=1), now + timedelta(days=1, hours=6))
    clock_compare(closed)
    assert session_today(now) is None
    opened = MarketHours(now + timedelta(minutes=9), True, now + timedelta(days=1), now + timedelta(hours=6))
    clock_compare(opened)
    session = session_today(now)
    assert session is not None
    assert session.contains(now + timedelta(minutes=10))


def test_a_started_bot_waits_while_the_keys_are_refused(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    bot = bot_running()
    trading.set_faults(NO_KEYS)
    looked()
    Bot.objects.filter(pk=bot.pk).update(status="stopped")
    bot.refresh_from_db()
    assert bot_start(bot=bot).status == "running"


def test_nothing_is_sold_at_the_window_s_end_while_nothing_prints(
    bot_running: BotMaker, trading: SimulatorProcess
) -> None:
    """All stocks are silent from before the open, and neither clock nor calendar says so."""
    bot = bot_running(close_at_window_end=True, end_hour=9, end_minute=45)
    tick(bot)
    fills_collect()
    trading.step_to("2026-06-02T19:50:00Z")
    for symbol in broker_connect().assets():
        trading.control("POST", "/sim/halts", {"symbol": symbol.symbol, "halted": True})
    Bot.objects.update(end_hour=9, end_minute=45)
    trading.step_to("2026-06-03T13:45:00Z")
    market_clock.refresh()
    Position.objects.update(opened_at=market_now() - timedelta(days=1))
    assert tick(bot) == 0
    assert Alert.objects.filter(kind="silent market").count() == 1
    assert {leg.state for leg in Trade.objects.resting()} == {"open"}
    trading.control("POST", "/sim/halts", {"symbol": "AAPL", "halted": False})
    trading.step_to("2026-06-03T13:50:00Z")
    market_clock.refresh()
    assert tick(bot) == 1
    sweep()
    assert not Position.objects.held().exists()
