"""From a tick to a booked fill, whatever happens on the way."""

from decimal import Decimal
from typing import Any

import pytest

from bots.models import Bot
from engine.brokers.connect import broker_adapter
from engine.core.failpoints import failpoints_install
from engine.core.types import OrderIntent, Role, Side
from engine.live import orders
from engine.live.fills import fills_collect
from engine.live.orders import order_resolve
from engine.live.reconcile import reconcile, recover, recovery_required
from engine.live.testing import BotMaker, change_indicators, step, sweep, tick
from engine.models import Decision, Difference
from engine.services import difference_note
from events.models import Event
from marketdata.clock import real_now
from positions.models import CashEntry, Position, Reservation
from simulator.testing import SimulatorProcess
from trades.models import Execution, ForeignFill, Trade
from trades.services import trade_create


def orders_at(exchange: SimulatorProcess, role: str = "") -> list[dict[str, Any]]:
    """Our own orders at the exchange, without legs."""
    return [order for order in exchange.ledger()["orders"] if role in order["client_order_id"]]


def test_a_tick_becomes_an_order_a_fill_and_a_position(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    bot = bot_running()

    assert tick(bot) == 1
    assert fills_collect() == 1

    [order] = orders_at(trading)
    trade = Trade.objects.get(role="entry")
    assert order["client_order_id"] == trade.client_order_id
    assert (trade.state, trade.status) == ("filled", "filled")
    assert trade.price == Decimal(order["filled_avg_price"])
    assert trade.quantity == trade.booked_quantity == trade.filled_quantity
    assert trade.quantity == 1000 // trade.decision_price
    assert trade.slippage == trade.price - trade.decision_price
    assert trade.indicators_snapshot.keys() == {"BUY"}

    position = Position.objects.get()
    assert (position.quantity, position.entry_price) == (trade.quantity, trade.price)
    assert position.stop_loss_price == trade.stop_price
    assert position.take_profit_price == trade.limit_price
    assert CashEntry.objects.get().amount == -trade.quantity * trade.price
    assert not Reservation.objects.exists()
    kinds = list(Event.objects.order_by("id").values_list("type", flat=True))
    assert kinds[-2:] == ["trade_executed", "position_updated"]


def test_legs_rest_at_the_exchange_under_rows_of_their_own(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    tick(bot_running())
    fills_collect()

    legs = {leg["id"]: leg for leg in orders_at(trading)[0]["legs"]}
    rows = Trade.objects.filter(parent__role="entry")
    assert {row.order_id for row in rows} == set(legs)
    stop, target = rows.get(role="stop"), rows.get(role="target")
    assert Decimal(legs[stop.order_id]["stop_price"]) == stop.stop_price
    assert Decimal(legs[target.order_id]["limit_price"]) == target.limit_price
    assert not Trade.objects.shown().filter(parent__isnull=False).exists()


def test_the_same_tick_twice_is_one_order(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    bot = bot_running()
    assert tick(bot) == 1
    assert tick(bot) == 0
    assert len(orders_at(trading)) == 1


def test_a_bot_that_holds_does_not_buy_again(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    bot = bot_running()
    tick(bot)
    fills_collect()
    step(trading)
    assert tick(bot) == 0
    assert len(orders_at(trading)) == 1


UNKNOWN = [
    {"when": "before", "effect": "status", "status": 504},
    {"when": "after", "effect": "status", "status": 504},
    {"when": "before", "effect": "status", "status": 500},
    {"when": "after", "effect": "status", "status": 503},
    {"when": "before", "effect": "drop"},
    {"when": "after", "effect": "drop"},
    {"when": "after", "effect": "html"},
]


@pytest.mark.parametrize("fault", UNKNOWN, ids=lambda fault: f"{fault['effect']}-{fault['when']}")
def test_an_unknown_outcome_ends_as_exactly_one_order(
    bot_running: BotMaker, trading: SimulatorProcess, fault: dict[str, Any]
) -> None:
    bot = bot_running()
    trading.set_faults({"method": "POST", "path": "/v2/orders", "count": 1} | fault)

    tick(bot)
    order_resolve(Trade.objects.get(role="entry"))
    fills_collect()

    assert len(orders_at(trading)) == 1
    assert Trade.objects.get(role="entry").state == "filled"
    assert Position.objects.get().quantity == Decimal(trading.ledger()["positions"][0]["qty"])


def test_a_refusal_ends_the_order_and_frees_the_money(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    trading.set_faults({"method": "POST", "path": "/v2/orders", "when": "before", "effect": "status", "status": 403})
    tick(bot_running())

    trade = Trade.objects.get(role="entry")
    assert (trade.state, trade.status) == ("rejected", "failed")
    assert not Reservation.objects.exists()
    assert orders_at(trading) == []
    assert Event.objects.filter(type="alert_raised").count() == 1
    assert not Trade.objects.working().exists()


def test_a_refusal_after_an_unknown_attempt_is_not_believed(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    """The first request took effect, its answer was lost; the 4xx on the second says nothing about the first."""
    lost = {"method": "POST", "path": "/v2/orders", "when": "after", "effect": "drop"}
    blind = {"method": "GET", "path": "/v2/orders*", "when": "before", "effect": "status", "status": 404}
    no = {"method": "POST", "path": "/v2/orders", "when": "before", "effect": "status", "status": 403}
    trading.set_faults(lost, blind, no)
    tick(bot_running())
    order_resolve(Trade.objects.get(role="entry"))
    fills_collect()

    assert len(orders_at(trading)) == 1
    assert Trade.objects.get(role="entry").state == "filled"


def test_a_rate_limit_sends_the_same_id_again(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    trading.set_faults({"method": "POST", "path": "/v2/orders", "when": "before", "effect": "status", "status": 429})
    tick(bot_running())
    trade = Trade.objects.get(role="entry")
    assert (trade.state, trade.attempts) == ("created", 0)

    # The broker's minute is over.
    broker_adapter().forget()
    orders.order_send(trade)
    assert [order["client_order_id"] for order in orders_at(trading)] == [trade.client_order_id]


def _tick_and_book(bot: Bot) -> None:
    tick(bot)
    fills_collect()


class Killed(BaseException):
    """The process is gone."""


FAILPOINTS = ["tick:before-commit", "tick:decided", "order:before-claim", "order:claimed", "order:answered"]
FAILPOINTS += ["order:recorded", "fill:booked"]


@pytest.mark.parametrize("point", FAILPOINTS)
@pytest.mark.django_db(transaction=True)
def test_killed_anywhere_there_is_one_order_and_its_fill_is_booked_once(
    bot_running: BotMaker, trading: SimulatorProcess, point: str
) -> None:
    bot = bot_running()

    def kill(name: str) -> None:
        if name == point:
            raise Killed

    failpoints_install(kill)
    with pytest.raises(Killed):
        _tick_and_book(bot)
    failpoints_install(None)

    recovery_required()
    assert recover()
    if point == "tick:before-commit":
        # Nothing was committed: the tick is taken again.
        assert not Trade.objects.exists()
        assert tick(bot) == 1
    for trade in Trade.objects.filter(role="entry", state="created"):
        orders.order_send(trade)
    fills_collect()

    [order] = orders_at(trading)
    assert Execution.objects.count() == 1
    assert Position.objects.get().quantity == Decimal(order["filled_qty"])
    assert Trade.objects.get(role="entry").state == "filled"


def test_an_exit_cancels_the_legs_and_then_sells(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    bot = bot_running()
    tick(bot)
    fills_collect()
    change_indicators(bot, SELL={})
    step(trading)

    assert tick(bot) == 1
    fills_collect()

    position = Position.objects.get()
    assert (position.is_open, position.quantity) == (False, 0)
    assert trading.ledger()["positions"] == []
    entry, sold = Trade.objects.get(role="entry"), Trade.objects.get(role="exit")
    assert sold.state == "filled"
    assert sold.profit_loss == (sold.price - entry.price) * entry.quantity == position.realized_pnl
    assert set(Trade.objects.resting().values_list("state", flat=True)) == {"canceled"}


def test_a_stop_filled_at_the_exchange_closes_the_position(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    tick(bot_running(risk_management={"stop_loss": 0.001, "take_profit": 5}))
    fills_collect()
    for _ in range(200):
        step(trading)
        if fills_collect():
            break
    sweep()

    position = Position.objects.get()
    stop = Trade.objects.get(role="stop")
    assert not position.is_open
    assert stop.state == "filled"
    assert stop.price <= stop.stop_price
    assert position.realized_pnl == stop.profit_loss < 0
    assert Trade.objects.get(role="target").state == "canceled"
    assert Trade.objects.shown().count() == 2


def test_a_stop_cancelled_by_hand_is_placed_again(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    tick(bot_running())
    fills_collect()
    leg = Trade.objects.get(role="stop")
    assert trading.request("DELETE", f"/v2/orders/{leg.order_id}")[0] == 204

    assert recover()

    legs = trading.ask("GET", "/v2/orders?status=open&nested=false")
    resting = [order for order in legs if order["type"] == "stop"]
    assert [Decimal(order["stop_price"]) for order in resting] == [leg.stop_price]
    assert Decimal(resting[0]["qty"]) == Position.objects.get().quantity


def test_shares_bought_by_hand_are_nobodys(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    tick(bot_running())
    order = {"symbol": "MSFT", "qty": "3", "side": "buy", "type": "market", "time_in_force": "day"}
    assert trading.request("POST", "/v2/orders", order)[0] == 200

    assert recover()

    assert [(fill.symbol, fill.quantity) for fill in ForeignFill.objects.all()] == [("MSFT", 3)]
    assert list(Position.objects.values_list("symbol", flat=True)) == ["AAPL"]
    assert not Difference.objects.exists()


def test_a_difference_is_shown_and_the_symbol_only_reduces(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    difference_note(symbol="AAPL", ours=Decimal(5), unassigned=Decimal(0), brokers=Decimal(3), now=real_now())
    bot = bot_running()
    assert tick(bot) == 0
    assert Decision.objects.get().reason == "reducing"
    assert orders_at(trading) == []

    assert recover()
    assert Difference.objects.get().resolved_at is not None


def test_an_entry_back_from_the_dead_beside_a_newer_one_is_cancelled_and_booked(
    bot_running: BotMaker, trading: SimulatorProcess
) -> None:
    """Thought absent, it was at the exchange all along; meanwhile the bot has entered again."""
    bot = bot_running()
    tick(bot)
    first = Trade.objects.get(role="entry")
    Trade.objects.filter(pk=first.pk).update(state="absent", order_id=None, filled_quantity=0)
    Trade.objects.filter(parent=first).update(state="unsent", order_id=None)
    step(trading)
    newer = trade_create(
        bot=bot,
        version=bot.versions.get(),
        intent=OrderIntent("AAPL", Side.BUY, Role.ENTRY, Decimal(1), first.decision_price or Decimal(1)),
        client_order_id=f"{first.client_order_id}-newer",
        at=first.timestamp,
        reason="a test",
    )

    assert recover()

    first.refresh_from_db()
    newer.refresh_from_db()
    assert (first.state, first.revived) == ("filled", True)
    assert newer.state == "created"
    assert Position.objects.get().quantity == first.quantity
    assert Execution.objects.get().trade == first
    messages = [event.payload["message"] for event in Event.objects.filter(type="alert_raised")]
    assert any("thought dead" in message for message in messages)


def test_a_working_order_back_from_the_dead_is_cancelled(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    bot = bot_running()
    _tick_and_book(bot)
    entry = Trade.objects.get(role="entry")
    # A limit that never fills, under our mark: what a late landing looks like.
    late = {"symbol": "AAPL", "qty": "1", "side": "buy", "type": "limit", "limit_price": "1", "time_in_force": "day"}
    coid = f"{entry.client_order_id}9"
    status, order = trading.request("POST", "/v2/orders", late | {"client_order_id": coid})
    assert status == 200, order
    dead = trade_create(
        bot=bot,
        version=bot.versions.get(),
        intent=OrderIntent("AAPL", Side.BUY, Role.ENTRY, Decimal(1), Decimal(1)),
        client_order_id=coid,
        at=entry.timestamp,
        reason="a test",
    )
    Trade.objects.filter(pk=dead.pk).update(state="absent", sent_at=real_now())

    assert recover()
    dead.refresh_from_db()
    assert (dead.state, dead.revived) == ("open", True)
    sweep()

    dead.refresh_from_db()
    assert dead.state == "canceled"
    assert trading.ask("GET", f"/v2/orders/{order['id']}")["status"] == "canceled"


def test_an_order_somebody_is_sending_is_left_to_its_sender(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    lost = {"method": "POST", "path": "/v2/orders", "when": "before", "effect": "drop"}
    blind = {"method": "GET", "path": "/v2/orders*", "when": "before", "effect": "status", "status": 503}
    trading.set_faults(lost, blind)
    tick(bot_running())
    entry = Trade.objects.filter(role="entry")
    entry.update(state="submitting", sent_at=real_now())

    assert reconcile()
    assert (entry.get().state, entry.get().not_found) == ("submitting", 0)

    # At the start nobody is sending any more.
    assert recover()
    assert entry.get().state == "filled"
    assert len(orders_at(trading)) == 1
