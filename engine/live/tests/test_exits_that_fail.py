"""An exit that does not get through, or that the broker refuses: never naked for long, never short, never forgotten."""

from datetime import timedelta
from typing import Any

import pytest

from bots.models import Bot
from engine.brokers.connect import broker_connect
from engine.core.failpoints import failpoints_install
from engine.live import exit_attempts
from engine.live.closing import position_close_request
from engine.live.exit_attempts import pause
from engine.live.fills import fills_collect
from engine.live.lifecycle import bot_stop
from engine.live.protection import exit_go_on
from engine.live.testing import BotMaker, change_indicators, step, sweep, tick
from engine.services import halt_set
from marketdata.clock import market_now, real_now
from notifications.models import Alert
from positions.models import Position
from simulator.testing import SimulatorProcess
from trades.models import Trade
from trades.selectors import position_protection

SALE = {"method": "POST", "path": "/v2/orders", "effect": "status", "status": 503, "count": 3}


@pytest.fixture
def held(bot_running: BotMaker) -> Position:
    """10 AAPL or so with stop and target at the broker."""
    tick(bot_running())
    fills_collect()
    return Position.objects.held().get()


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes so many real seconds pass for whoever asks for the time."""
    passed, start = [0.0], real_now()

    def now() -> Any:
        # As slow as this machine may be: only what the test waits passes.
        return start + timedelta(seconds=passed[0])

    for module in ("exit_attempts", "exits", "protection", "placing", "levels", "orders", "sweep", "reconcile"):
        monkeypatch.setattr(f"engine.live.{module}.real_now", now)

    def wait(seconds: float) -> None:
        passed[0] += seconds

    return wait


def resting(exchange: SimulatorProcess) -> list[tuple[str, str]]:
    """(type, shares) of the open sales at the broker, legs too."""
    rows = exchange.ask("GET", "/v2/orders?status=open&nested=false")
    return sorted((row["type"], row["qty"]) for row in rows if row["side"] == "sell")


def close(position: Position, by: str = "ann") -> Trade:
    return position_close_request(position=position, by=by, now=market_now())


def test_three_quick_503s_leave_the_shares_without_a_stop_for_seconds_only(
    held: Position, trading: SimulatorProcess, later: Any
) -> None:
    trade = close(held)
    trading.set_faults(SALE | {"count": 3})
    exit_go_on(trade, broker_connect())
    assert (Trade.objects.get(pk=trade.pk).attempts, resting(trading)) == (1, [])
    later(1.5)
    sweep()
    assert Trade.objects.get(pk=trade.pk).attempts == 2
    later(1)
    sweep()
    assert Trade.objects.get(pk=trade.pk).attempts == 2, "the pauses grow"
    # It could not be sold within four seconds: stop and target are back, and the sale is still wanted.
    later(3)
    shares = f"{held.quantity.normalize():f}"
    sweep()
    assert resting(trading) == [("limit", shares), ("stop", shares)]
    trade.refresh_from_db()
    assert (trade.state, trade.unprotected_at) == ("unknown", None)
    assert position_protection(held) == "protected"
    [alert] = Alert.objects.filter(kind="exit")
    assert (alert.ended_at, alert.symbol) == (None, "AAPL")
    trading.set_faults()
    later(5)
    sweep()
    sweep()
    assert Trade.objects.get(pk=trade.pk).state == "filled"
    assert not Position.objects.held().exists()
    assert resting(trading) == []
    assert trading.ledger()["positions"] == []
    alert.refresh_from_db()
    assert alert.end_words == "the sale of AAPL is at the broker"
    assert Alert.objects.filter(kind="exit").count() == 1


def test_a_sale_that_fills_between_the_question_and_the_stop_makes_no_short_position(
    held: Position, trading: SimulatorProcess, later: Any
) -> None:
    """On an account that allows shorting, where a stop without shares behind it would open a short."""
    settings = {"max_margin_multiplier": "2", "no_shorting": False}
    assert trading.request("PATCH", "/v2/account/configurations", settings)[0] == 200
    trade = close(held)
    trading.set_faults(SALE | {"count": 1})
    exit_go_on(trade, broker_connect())
    order = {"symbol": "AAPL", "qty": str(int(held.quantity)), "side": "sell", "type": "market"}
    landed: list[int] = []

    def land(name: str) -> None:
        # The first request was not lost, only slow: it lands just when nobody looks.
        if name == "order:claimed" and not landed:
            body = order | {"time_in_force": "day", "client_order_id": trade.client_order_id}
            landed.append(trading.request("POST", "/v2/orders", body)[0])

    # The sale is not sent again before the stop.
    Trade.objects.filter(pk=trade.pk).update(sent_at=real_now() + timedelta(seconds=60))
    later(5)
    failpoints_install(land)
    position = Position.objects.held().get()
    assert exit_attempts.is_on(Trade.objects.get(pk=trade.pk), real_now() + timedelta(seconds=5)) is False
    from engine.live.protection import position_protect

    position_protect(position, broker_connect())
    failpoints_install(None)
    assert landed == [200]
    assert resting(trading) == []
    sweep()
    assert trading.ledger()["positions"] == []
    assert not Position.objects.held().exists()
    assert Trade.objects.get(pk=trade.pk).state == "filled"


def refusal(**more: Any) -> dict[str, Any]:
    body = {"code": 40310100, "message": "trade denied due to pattern day trading protection"}
    return SALE | {"status": 403, "body": body, "count": 1} | more


def test_a_refused_exit_is_not_met_by_taking_protection_off_again_and_again(
    held: Position, trading: SimulatorProcess, later: Any
) -> None:
    bot = held.bot
    change_indicators(bot, SELL={})
    step(trading)
    trading.set_faults(refusal())
    assert tick(bot) == 1
    shares = f"{held.quantity.normalize():f}"
    both = [("limit", shares), ("stop", shares)]
    assert resting(trading) == both, "stop and target are back at once"
    sent = trading.state()["orders"]
    for _ in range(4):
        step(trading)
        assert tick(bot) == 0
        sweep()
    assert trading.state()["orders"] == sent
    [alert] = Alert.objects.filter(kind="exit")
    assert "pattern day trading" in alert.words
    exit_ = Trade.objects.get(role="exit")
    assert (exit_.state, exit_.refusals, exit_.attempts) == ("created", 1, 0)
    later(60)
    sweep()
    sweep()
    assert not Position.objects.held().exists()
    assert Alert.objects.get(kind="exit").ended_at is not None
    assert Trade.objects.filter(role="exit").count() == 1


def test_a_stock_that_cannot_be_traded_keeps_its_protection_while_that_lasts(
    held: Position, trading: SimulatorProcess, later: Any
) -> None:
    before = resting(trading)
    trade = close(held)
    trading.control("POST", "/sim/restrictions", {"untradable": ["AAPL"]})
    exit_go_on(trade, broker_connect())
    orders = trading.state()["orders"]
    for _ in range(3):
        later(700)
        sweep()
    assert [kind for kind, _ in resting(trading)] == ["limit", "stop"] or resting(trading) == []
    after_first = trading.state()["orders"]
    assert after_first - orders <= 2
    assert before
    trading.control("POST", "/sim/restrictions", {})
    later(700)
    sweep()
    sweep()
    assert not Position.objects.held().exists()


def test_a_close_request_survives_a_rejection_at_the_broker(
    held: Position, trading: SimulatorProcess, later: Any
) -> None:
    trade = close(held, by="ann")
    trading.set_faults({"effect": "reject", "symbol": "AAPL", "count": 1})
    exit_go_on(trade, broker_connect())
    later(3)
    sweep()
    again = Trade.objects.filter(role="exit").order_by("-id").first()
    assert again is not None
    assert (again.pk != trade.pk, again.state, again.reason) == (True, "created", "closed by ann")
    assert [kind for kind, _ in resting(trading)] == ["limit", "stop"]
    later(60)
    sweep()
    sweep()
    assert not Position.objects.held().exists()
    assert trading.ledger()["positions"] == []


def test_stop_and_close_goes_on_when_the_first_sale_is_refused(
    held: Position, trading: SimulatorProcess, later: Any
) -> None:
    trading.set_faults(refusal())
    bot_stop(bot=held.bot, close_positions=True, by="ann")
    sweep()
    assert Trade.objects.filter(role="exit").count() == 1
    assert position_protection(Position.objects.held().get()) == "unmanaged"
    later(60)
    sweep()
    sweep()
    assert not Position.objects.held().exists()
    assert Bot.objects.get().closing_for == ""


def test_legs_in_the_middle_of_being_cancelled_are_shown_told_and_asked_for_politely(
    held: Position, trading: SimulatorProcess, later: Any
) -> None:
    trading.set_faults({"effect": "slow_cancel", "symbol": "AAPL", "delay": 120, "count": 2})
    trade = close(held)
    exit_go_on(trade, broker_connect())
    assert position_protection(held) == "cancelling"
    asked = dict(Trade.objects.exclude(cancel_asked_at=None).values_list("role", "cancel_asked_at"))
    assert set(asked) == {"stop", "target"}
    sweep()
    assert dict(Trade.objects.exclude(cancel_asked_at=None).values_list("role", "cancel_asked_at")) == asked
    assert not Alert.objects.filter(kind="cancellation").exists()
    later(31)
    sweep()
    [alert] = Alert.objects.filter(kind="cancellation")
    assert (alert.level, alert.ended_at) == ("warning", None)
    assert trading.ledger()["positions"] != []
    step(trading, 121)
    sweep()
    sweep()
    assert not Position.objects.held().exists()
    assert Alert.objects.get(kind="cancellation").ended_at is not None


def test_a_halt_cancels_resting_entries(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    bot, other = bot_running(), bot_running(symbols=["MSFT"])
    for symbol in ("AAPL", "MSFT"):
        trading.control("POST", "/sim/halts", {"symbol": symbol, "halted": True})
    step(trading)
    tick(bot, other)
    assert set(Trade.objects.filter(role="entry").values_list("state", flat=True)) == {"open"}
    halt_set(bot=bot, reason="enough", set_by="ann")
    sweep()
    states = dict(Trade.objects.filter(role="entry").values_list("symbol", "state"))
    assert states == {"AAPL": "canceled", "MSFT": "open"}


def test_what_is_left_of_a_partly_filled_target_gets_a_stop_when_the_stop_vanishes(
    held: Position, trading: SimulatorProcess
) -> None:
    target = Trade.objects.get(role="target")
    Trade.objects.filter(pk=target.pk).update(state="partial", filled_quantity=3, booked_quantity=3)
    Trade.objects.filter(role="stop").update(state="canceled")
    Position.objects.filter(pk=held.pk).update(quantity=held.quantity - 3)
    sell = {"symbol": "AAPL", "qty": "3", "side": "sell", "type": "market", "time_in_force": "day"}
    trading.request("DELETE", f"/v2/orders/{target.order_id}")
    assert trading.request("POST", "/v2/orders", sell)[0] == 200
    sweep()
    left = f"{(held.quantity - 3).normalize():f}"
    assert resting(trading) == [("limit", left), ("stop", left)]


def test_a_stop_of_a_pair_covers_what_its_target_has_not_sold(held: Position, trading: SimulatorProcess) -> None:
    Trade.objects.filter(role="target").update(state="partial", filled_quantity=3, booked_quantity=3)
    Position.objects.filter(pk=held.pk).update(quantity=held.quantity - 3)
    held.refresh_from_db()
    assert position_protection(held) == "protected"
    orders = trading.state()["orders"]
    from engine.live.protection import position_protect

    assert not position_protect(held, broker_connect())
    assert trading.state()["orders"] == orders


@pytest.mark.parametrize("number", range(1, 12))
def test_pauses_grow_to_a_limit_and_repeat_exactly(number: int) -> None:
    first, most = timedelta(seconds=1), timedelta(seconds=30)
    length = pause(first, most, number, "abc")
    exact = min(2 ** (number - 1), 30)
    assert 0.75 * exact <= length.total_seconds() <= 1.25 * exact
    assert length == pause(first, most, number, "abc")
    assert length != pause(first, most, number, "abd")
