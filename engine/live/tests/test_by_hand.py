"""What a person does at the broker beside the bots: it is seen, and no bot sells what is not its own."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DataError
from django.test import Client

from engine.brokers.connect import broker_connect
from engine.brokers.values import Fill
from engine.core.types import Role
from engine.live import compare, protection, refusals
from engine.live.exit_attempts import exits_tell
from engine.live.exits import exit_advance, exits_waiting
from engine.live.fills import fills_collect
from engine.live.lifecycle import bot_stop
from engine.live.protection import position_protect
from engine.live.reconcile import reconcile, recover
from engine.live.testing import BotMaker, change_indicators, step, sweep, tick
from engine.models import Difference
from engine.services import difference_note
from marketdata.clock import market_now, real_now
from notifications.models import Alert
from positions.models import Position
from positions.services import NotHeld
from simulator.testing import SimulatorProcess
from trades.by_hand import fill_book_foreign, sale_by_hand_assign
from trades.models import ForeignFill, Trade


def sell_by_hand(exchange: SimulatorProcess, symbol: str, quantity: Decimal) -> None:
    """As a person would: cancel what rests in the symbol, then sell at the market."""
    for order in exchange.ask("GET", "/v2/orders?status=open&nested=false"):
        exchange.request("DELETE", f"/v2/orders/{order['id']}")
    order = {"symbol": symbol, "qty": str(quantity), "side": "sell", "type": "market", "time_in_force": "day"}
    status, answer = exchange.request("POST", "/v2/orders", order)
    assert status == 200, answer


def sold(exchange: SimulatorProcess) -> Decimal:
    """Shares sold so far, by whomever."""
    return sum(
        (Decimal(order["filled_qty"]) for order in exchange.ledger()["orders"] if order["side"] == "sell"), Decimal(0)
    )


@pytest.fixture
def holding(bot_running: BotMaker, trading: SimulatorProcess) -> Position:
    tick(bot_running())
    fills_collect()
    return Position.objects.get()


def test_shares_a_bot_counts_on_and_a_person_sold_are_a_difference(
    holding: Position, trading: SimulatorProcess
) -> None:
    """10 - 10 = 0 adds up, but the bot's shares are gone all the same."""
    sell_by_hand(trading, "AAPL", holding.quantity)

    assert reconcile()

    difference = Difference.objects.get(resolved_at=None)
    assert (difference.symbol, difference.ours, difference.unassigned, difference.brokers) == (
        "AAPL",
        holding.quantity,
        -holding.quantity,
        0,
    )
    assert Trade.objects.filter(role="stop").count() == 1, "a stop for shares that are gone"


def test_an_exit_for_shares_that_are_gone_waits_and_people_are_told_once(
    holding: Position, trading: SimulatorProcess
) -> None:
    sell_by_hand(trading, "AAPL", holding.quantity)
    change_indicators(holding.bot, SELL={})
    step(trading)

    assert tick(holding.bot) == 1
    exit_ = Trade.objects.get(role="exit")
    for _ in range(3):
        exit_advance(exit_)

    exit_.refresh_from_db()
    assert (exit_.state, exit_.attempts) == ("created", 0)
    assert exit_.error == "the broker has no free shares of AAPL"
    assert exits_waiting() == [], "it is not asked for again at once"
    assert sold(trading) == holding.quantity, "what the person sold, and nothing more"
    for _ in range(2):
        exits_tell(real_now() + timedelta(seconds=6))
    [alert] = Alert.objects.filter(kind="exit")
    assert "cannot get out of AAPL: the broker has no free shares of AAPL" in alert.words


def test_another_bots_shares_are_not_sold_for_those_that_are_gone(
    bot_running: BotMaker, trading: SimulatorProcess
) -> None:
    first, second = bot_running(), bot_running()
    tick(first, second)
    fills_collect()
    quantity = Position.objects.get(bot=first).quantity
    legs = Trade.objects.filter(bot=first, parent__isnull=False)
    for leg in legs:
        trading.request("DELETE", f"/v2/orders/{leg.order_id}")
    order = {"symbol": "AAPL", "qty": str(quantity), "side": "sell", "type": "market", "time_in_force": "day"}
    assert trading.request("POST", "/v2/orders", order)[0] == 200

    bot_stop(bot=first, close_positions=True, by="test")
    sweep()
    step(trading)
    sweep()

    assert Trade.objects.get(bot=first, role="exit").state == "created"
    assert sold(trading) == quantity
    [left] = trading.ledger()["positions"]
    assert Decimal(left["qty"]) == Position.objects.get(bot=second).quantity


def test_of_shares_partly_gone_the_rest_is_sold(holding: Position, trading: SimulatorProcess) -> None:
    sell_by_hand(trading, "AAPL", Decimal(2))
    bot_stop(bot=holding.bot, close_positions=True, by="test")
    sweep()
    fills_collect()

    exit_ = Trade.objects.get(role="exit")
    assert (exit_.state, exit_.filled_quantity) == ("filled", holding.quantity - 2)
    assert trading.ledger()["positions"] == []
    holding.refresh_from_db()
    assert holding.quantity == 2


def test_of_shares_partly_gone_the_rest_is_protected_once(holding: Position, trading: SimulatorProcess) -> None:
    sell_by_hand(trading, "AAPL", Decimal(2))
    assert recover()
    for _ in range(3):
        sweep()
        protection.forget()

    own = Trade.objects.get(role="stop", state="open")
    assert (own.state, own.quantity) == ("open", holding.quantity - 2)


REFUSED = {"method": "POST", "path": "/v2/orders", "when": "before", "effect": "status", "status": 403, "count": 9}


def stops_refused() -> int:
    return Trade.objects.filter(role="stop", parent=None, state="rejected").count()


def unprotect(position: Position, exchange: SimulatorProcess) -> Position:
    """Cancel the legs behind our back."""
    for leg in Trade.objects.resting().filter(bot=position.bot_id):
        exchange.request("DELETE", f"/v2/orders/{leg.order_id}")
    for leg in Trade.objects.resting().filter(bot=position.bot_id):
        from engine.live.orders import order_refresh

        order_refresh(leg)
    position.refresh_from_db()
    return position


def test_a_refused_stop_is_not_answered_by_a_sale_and_not_repeated_at_once(
    holding: Position, trading: SimulatorProcess
) -> None:
    """Refused for whatever reason while the price is above the stop: selling would be our loss, not our protection."""
    unprotect(holding, trading)
    trading.set_faults(REFUSED)
    for _ in range(3):
        position_protect(Position.objects.get(), broker_connect())
        Trade.objects.filter(state="rejected").update(sent_at=real_now())

    assert stops_refused() == 1
    assert not Trade.objects.filter(role="exit").exists()
    assert Position.objects.get().is_open

    Trade.objects.filter(state="rejected").update(sent_at=real_now() - refusals.TRY_AGAIN_AFTER[Role.STOP])
    position_protect(Position.objects.get(), broker_connect())
    assert stops_refused() == 2, "it is tried again a second later: the shares have no stop"

    Trade.objects.filter(state="rejected").update(sent_at=real_now() - refusals.TRY_AGAIN_AFTER[Role.STOP])
    position_protect(Position.objects.get(), broker_connect())
    assert stops_refused() == 2, "the second time it waits twice as long"

    trading.set_faults()
    Trade.objects.filter(state="rejected").update(sent_at=real_now() - timedelta(hours=1))
    assert position_protect(Position.objects.get(), broker_connect())
    assert Trade.objects.get(role="stop", state="open").quantity == holding.quantity


def test_a_stop_refused_because_the_price_is_through_it_is_answered_by_a_sale(
    holding: Position, trading: SimulatorProcess
) -> None:
    unprotect(holding, trading)
    step(trading)
    price = broker_connect().latest_prices(["AAPL"])["AAPL"][0]
    assert price != holding.entry_price
    Position.objects.update(stop_loss_price=price + 5)

    position_protect(Position.objects.get(), broker_connect())
    fills_collect()

    assert stops_refused() == 1
    sale = Trade.objects.get(role="exit")
    assert sale.state == "filled"
    assert sale.price is not None
    assert (sale.decision_price, sale.slippage) == (price, price - sale.price), "not the whole loss of the position"
    assert not Position.objects.held().exists()
    assert trading.ledger()["positions"] == []


def test_a_target_left_alone_makes_room_for_a_stop(holding: Position, trading: SimulatorProcess) -> None:
    stop: Any = Trade.objects.get(role="stop")
    # The broker's pair lives and dies together; a lone target is what a row of ours can look like when a stop expired.
    Trade.objects.filter(pk=stop.pk).update(state="expired")

    assert position_protect(Position.objects.get(), broker_connect())

    own = Trade.objects.get(role="stop", state="open")
    assert (own.state, own.quantity) == ("open", holding.quantity)
    assert set(Trade.objects.filter(role="target").values_list("state", flat=True)) == {"canceled", "open"}


def test_a_sale_by_hand_booked_to_its_bot_ends_the_difference_and_the_waiting_exit(
    holding: Position, trading: SimulatorProcess, admin_client: Client
) -> None:
    sell_by_hand(trading, "AAPL", holding.quantity)
    bot_stop(bot=holding.bot, close_positions=True, by="test")
    sweep()
    assert reconcile()
    assert Difference.objects.filter(resolved_at=None).exists()
    fill = ForeignFill.objects.get()

    action = {"action": "assign", "_selected_action": [fill.pk]}
    assert admin_client.post("/admin/trades/foreignfill/", action).status_code == 302

    holding.refresh_from_db()
    assert (holding.is_open, holding.realized_pnl) == (False, (fill.price - holding.entry_price) * fill.quantity)
    assert not ForeignFill.objects.exists()
    Trade.objects.filter(state="created").update(send_after=None)
    assert reconcile()
    assert not Difference.objects.filter(resolved_at=None).exists()
    assert Trade.objects.get(client_order_id__contains="-x", role="exit").state == "unsent"
    assert sold(trading) == fill.quantity


def test_more_than_the_bot_holds_is_not_booked_to_it(holding: Position, trading: SimulatorProcess) -> None:
    sell_by_hand(trading, "AAPL", holding.quantity)
    fills_collect()
    Position.objects.update(quantity=1)
    with pytest.raises(NotHeld, match="holds 1"):
        sale_by_hand_assign(order_id=ForeignFill.objects.get().order_id, bot=holding.bot, by="test")
    assert ForeignFill.objects.count() == 1
    assert not Trade.objects.filter(role="exit").exists()


def test_an_option_that_a_person_trades_holds_up_nothing(holding: Position, trading: SimulatorProcess) -> None:
    """Its symbol has 21 characters; what is true of it stays with it."""
    option = "GOOGL271217C00190000"
    bought = Fill("20260602::o", "an order", option, "buy", Decimal(1), Decimal("3.5"), Decimal(1), market_now())
    assert fill_book_foreign(bought)
    difference_note(symbol=option, ours=Decimal(0), unassigned=Decimal(1), brokers=Decimal(2), now=real_now())
    for model in (ForeignFill, Difference):
        assert model.objects.get().symbol == option
        assert (model._meta.get_field("symbol").max_length or 0) >= 21, "SQLite does not look at the length"


def test_a_difference_that_cannot_be_noted_holds_up_no_other(
    holding: Position, trading: SimulatorProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    def note(*, symbol: str, **shares: Any) -> None:
        if symbol == "AAPL":
            raise DataError("value too long")
        difference_note(symbol=symbol, **shares)

    monkeypatch.setattr(compare, "difference_note", note)
    # Neither sale nor purchase is booked, so that both symbols differ.
    monkeypatch.setattr(compare, "fills_collect", lambda broker: 0)
    sell_by_hand(trading, "AAPL", Decimal(1))
    order = {"symbol": "MSFT", "qty": "1", "side": "buy", "type": "market", "time_in_force": "day"}
    assert trading.request("POST", "/v2/orders", order)[0] == 200

    compare.shares_compare(broker_connect())

    assert [row.symbol for row in Difference.objects.all()] == ["MSFT"]
