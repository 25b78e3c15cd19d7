"""What the broker sends and nobody can read stops nothing else, is kept, and is told once."""

import json
import logging
from decimal import Decimal
from typing import Any

import pytest

from engine.brokers.connect import broker_connect
from engine.brokers.unread import Rows, UnreadRow
from engine.live import unread as unread_module
from engine.live.compare import shares_compare
from engine.live.fills import fills_collect
from engine.live.orders import order_refresh
from engine.live.reconcile import recover, recovery_required
from engine.live.testing import BotMaker, step, sweep, tick
from engine.live.unread import order_sizes_settled
from engine.models import BrokerAccount, Difference
from engine.models import UnreadRow as Kept
from engine.selectors import trading_is_ready
from engine.services import broker_account
from marketdata.models import Symbol
from marketdata.services import symbols_store
from notifications.models import Alert
from positions.models import Position
from simulator.testing import SimulatorProcess
from trades.booking import NotOrdered
from trades.models import Execution, ForeignFill, Trade

FILLS = "/v2/account/activities/FILL"
FOREIGN: dict[str, Any] = {
    "id": "20260602093100000::77777777-0000-0000-0000-000000000000",
    "activity_type": "FILL",
    "transaction_time": "2026-06-02T13:31:00Z",
    "type": "fill",
    "price": "1.25",
    "qty": "2",
    "side": "sell",
    "symbol": "XYZ",
    "leaves_qty": "0",
    "order_id": "00000000-1111-0000-0000-000000000000",
    "cum_qty": "2",
    "order_status": "filled",
}


@pytest.fixture(autouse=True)
def _nothing_noted() -> None:
    unread_module.unread_forget()


def inserted(path: str, row: Any, count: int = 1000) -> dict[str, Any]:
    return {"method": "GET", "path": path, "effect": "alter", "insert": row, "count": count}


def altered(path: str, field: str, value: Any, count: int = 1000, **more: Any) -> dict[str, Any]:
    return {"method": "GET", "path": path, "effect": "alter", "field": field, "value": value, "count": count} | more


def without(row: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}


BAD_ROWS: list[dict[str, Any]] = [
    FOREIGN | {"price": "-0.35"},
    FOREIGN | {"price": "0"},
    FOREIGN | {"price": None},
    FOREIGN | {"qty": "0"},
    FOREIGN | {"qty": None},
    FOREIGN | {"side": "exercised"},
    FOREIGN | {"transaction_time": "2026-06-02T13:31:00"},
    without(FOREIGN, "symbol"),
    without(FOREIGN, "order_id"),
    without(FOREIGN, "price", "id"),
    {"id": None},
]


@pytest.mark.parametrize("row", BAD_ROWS, ids=lambda row: json.dumps(row)[-60:])
def test_a_fill_nobody_can_read_holds_up_no_other(
    bot_running: BotMaker, trading: SimulatorProcess, row: dict[str, Any]
) -> None:
    bot = bot_running()
    trading.set_faults(inserted(FILLS, row))
    tick(bot)
    sweep()
    assert Position.objects.held().get().quantity == Trade.objects.get(role="entry").quantity
    [kept] = Kept.objects.all()
    assert (kept.kind, json.loads(kept.raw)) == ("fill", row)
    sweep()
    [alert] = Alert.objects.filter(words__contains="cannot be read")
    assert (alert.level, alert.symbol) == ("warning", row.get("symbol"))
    assert broker_account().fills_booked_until is not None


def test_a_sale_short_exempt_is_a_sale(trading: SimulatorProcess) -> None:
    trading.set_faults(inserted(FILLS, FOREIGN | {"side": "sell_short_exempt"}))
    fills_collect()
    assert ForeignFill.objects.get().side == "sell"
    assert not Kept.objects.exists()


def test_a_fill_of_ours_that_cannot_be_read_is_told_as_an_error_and_booked_when_it_can(
    bot_running: BotMaker, trading: SimulatorProcess
) -> None:
    bot, other = bot_running(), bot_running(symbols=["MSFT"])
    trading.set_faults(altered(FILLS, "price", "-0.35", where={"symbol": "AAPL"}))
    tick(bot, other)
    sweep()
    assert [position.symbol for position in Position.objects.held()] == ["MSFT"]
    [alert] = Alert.objects.filter(words__contains="cannot be read")
    assert (alert.level, alert.symbol) == ("error", "AAPL")
    # The shares are at the broker and in nobody's books: until they are, the symbol only reduces.
    assert set(Difference.objects.filter(resolved_at=None).values_list("symbol", flat=True)) == {"AAPL"}
    trading.set_faults()
    sweep()
    assert {position.symbol for position in Position.objects.held()} == {"AAPL", "MSFT"}
    assert not Difference.objects.filter(resolved_at=None).exists()


def test_a_fill_from_the_future_hides_no_fill_before_it(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    trading.set_faults(inserted(FILLS, FOREIGN | {"transaction_time": "2199-01-01T00:00:00Z"}))
    sweep()
    assert broker_account().fills_booked_until is None
    step(trading)
    bot = bot_running()
    tick(bot)
    sweep()
    assert Position.objects.held().count() == 1
    assert Alert.objects.filter(kind="fill not booked", ended_at=None).count() == 1


def test_more_filled_than_was_ordered_is_not_booked(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    bot = bot_running()
    trading.set_faults(altered(FILLS, "qty", "5000"))
    tick(bot)
    fills_collect()
    assert not Execution.objects.exists()
    trading.set_faults()
    fills_collect()
    assert Position.objects.held().get().quantity == Trade.objects.get(role="entry").quantity
    [alert] = Alert.objects.filter(kind="fill not booked")
    assert alert.ended_at is not None


def test_an_order_of_more_shares_than_were_ordered_is_told_until_it_is_over(
    bot_running: BotMaker, trading: SimulatorProcess
) -> None:
    bot = bot_running()
    trading.set_faults(altered("/v2/orders*", "qty", "5000"))
    tick(bot)
    entry = Trade.objects.get(role="entry")
    for _ in range(2):
        with pytest.raises(NotOrdered, match="the broker tells of 5000"):
            order_refresh(entry, broker_connect())
        order_sizes_settled()
    [alert] = Alert.objects.filter(kind="order size")
    assert (alert.key, alert.ended_at) == (entry.client_order_id, None)
    trading.set_faults()
    order_refresh(entry, broker_connect())
    fills_collect()
    assert Position.objects.held().get().quantity == entry.quantity
    order_sizes_settled()
    alert.refresh_from_db()
    assert alert.ended_at is not None


def test_an_order_of_several_legs_of_a_persons_own_stops_no_comparison(trading: SimulatorProcess) -> None:
    """The broker's description: symbol is there for all order classes except mleg."""
    mleg = {"id": "33333333-0000-0000-0000-000000000000", "order_class": "mleg", "status": "filled", "qty": "1"}
    trading.set_faults(
        inserted("/v2/orders", mleg | {"filled_qty": "1", "limit_price": "-0.35", "legs": [{"ratio_qty": "1"}]})
    )
    recovery_required()
    assert recover()
    assert trading_is_ready(broker_account())


@pytest.mark.parametrize("row", [{"id": None}, {"status": "new"}, None, 7, []], ids=str)
def test_an_order_nobody_can_read_stops_no_comparison(trading: SimulatorProcess, row: Any) -> None:
    trading.set_faults(inserted("/v2/orders", row) if isinstance(row, dict) else altered("/v2/orders", "id", row))
    if not isinstance(row, dict):
        order = {"symbol": "KO", "qty": "1", "side": "buy", "type": "market", "time_in_force": "day"}
        trading.request("POST", "/v2/orders", order)
    recovery_required()
    assert recover()
    assert Kept.objects.filter(kind="order").count() == 1


def test_a_position_nobody_can_read_leaves_its_symbol_as_it_was(
    bot_running: BotMaker, trading: SimulatorProcess
) -> None:
    tick(bot_running(), bot_running(symbols=["MSFT"]))
    fills_collect()
    trading.set_faults(altered("/v2/positions", "qty", "many", where={"symbol": "AAPL"}))
    shares_compare(broker_connect())
    assert not Difference.objects.exists()
    # Which one it is about is not said: of those that are missing nothing is known.
    trading.set_faults(altered("/v2/positions", "symbol", None, where={"symbol": "AAPL"}))
    shares_compare(broker_connect())
    assert not Difference.objects.exists()
    trading.set_faults(altered("/v2/positions", "qty", "1", where={"symbol": "MSFT"}))
    shares_compare(broker_connect())
    assert Difference.objects.get().symbol == "MSFT"


def test_an_asset_nobody_can_read_makes_no_other_untradable(trading: SimulatorProcess) -> None:
    before = set(Symbol.objects.filter(tradable=True).values_list("symbol", flat=True))
    assert "AAPL" in before
    trading.set_faults(altered("/v2/assets", "symbol", None, where={"symbol": "AAPL"}))
    symbols_store(broker_connect().assets())
    assert set(Symbol.objects.filter(tradable=True).values_list("symbol", flat=True)) == before
    symbols_store(Rows([], [UnreadRow("asset", "x", "why", "{}", symbol="AAPL")]))
    assert set(Symbol.objects.filter(tradable=True).values_list("symbol", flat=True)) == {"AAPL"}


def test_a_sum_of_the_account_nobody_can_read_is_no_reason_to_stop(trading: SimulatorProcess) -> None:
    trading.set_faults(altered("/v2/account", "equity", None), altered("/v2/account", "cash", "NaN"))
    BrokerAccount.objects.update(read_at=None)
    sweep()
    account = broker_account()
    assert trading_is_ready(account)
    assert (account.equity, account.buying_power) == (None, Decimal(100_000))
    assert Alert.objects.filter(words__contains="account equity is not a number").count() == 1


def test_a_target_that_is_called_something_else_is_not_taken_for_the_stop(
    bot_running: BotMaker, trading: SimulatorProcess
) -> None:
    bot = bot_running()
    trading.set_faults(altered("*", "type", "sideways", where={"type": "limit"}, method="*"))
    tick(bot)
    sweep()
    assert Trade.objects.get(role="stop", parent__isnull=False).state == "open"
    assert Trade.objects.get(role="target").state == "created"
    trading.set_faults()
    sweep()
    assert set(Trade.objects.resting().values_list("role", "state")) == {("stop", "open"), ("target", "open")}
    assert Trade.objects.filter(role="stop").count() == 1


def test_a_listener_that_fails_is_no_trouble_of_who_asked(
    trading: SimulatorProcess, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(row: UnreadRow) -> None:
        raise RuntimeError("nobody keeps it")

    monkeypatch.setattr("engine.brokers.unread._listeners", [fail])
    trading.set_faults(inserted(FILLS, {"id": None}))
    assert broker_connect().fills_since(None) == []
    assert [record.levelno for record in caplog.records if "was not told" in record.message] == [logging.ERROR]
