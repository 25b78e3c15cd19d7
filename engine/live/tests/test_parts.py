"""A person sells a part of a position: the rest stays held, and its stop rests before the sale is sent."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from bots.services import NotAllowed
from engine.brokers.connect import broker_connect
from engine.core.failpoints import failpoints_install
from engine.live.closing import position_close_request
from engine.live.fills import fills_collect
from engine.live.levels import levels_move_request
from engine.live.lifecycle import bot_stop
from engine.live.protection import exit_go_on
from engine.live.testing import BotMaker, step, sweep, tick
from engine.live.tests.test_exits_that_fail import later
from engine.live.tests.test_splits import holding, to_the_split
from marketdata.clock import market_now
from notifications.models import Alert
from positions.models import Position
from positions.wanted import Levels
from simulator.testing import SimulatorProcess
from trades.models import Trade
from trades.selectors import position_protection

__all__ = ["holding", "later"]

SALE = {"method": "POST", "path": "/v2/orders", "effect": "status", "status": 503}


@pytest.fixture(params=[None, 0.05], ids=["a stop alone", "stop and target"])
def held(request: pytest.FixtureRequest, bot_running: BotMaker) -> Position:
    tick(bot_running(capital=30_000, risk_management={"stop_loss": 0.02, "take_profit": request.param}))
    fills_collect()
    sweep()
    return Position.objects.held().get()


def resting(exchange: SimulatorProcess) -> list[tuple[str, str]]:
    """(type, shares) of the open sales at the broker, legs too."""
    rows = exchange.ask("GET", "/v2/orders?status=open&nested=false")
    return sorted((row["type"], row["qty"]) for row in rows if row["side"] == "sell")


def cover(position: Position, shares: Decimal | int) -> list[tuple[str, str]]:
    """What rests for so many shares of it."""
    kinds = ["stop"] if position.take_profit_price is None else ["limit", "stop"]
    return [(kind, f"{Decimal(shares).normalize():f}") for kind in kinds]


def part(position: Position, quantity: int | str, **more: Any) -> Trade:
    return position_close_request(position=position, by="ann", now=market_now(), quantity=Decimal(quantity), **more)


def whole(position: Position) -> Trade:
    return position_close_request(position=position, by="bob", now=market_now())


def go_on(trade: Trade) -> None:
    exit_go_on(trade, broker_connect())
    fills_collect()


def the_sale_fails(exchange: SimulatorProcess, **fault: Any) -> None:
    """The stop of the rest gets through; what is sent after it does not."""

    def arm(name: str) -> None:
        if name == "exit:rest-covered":
            exchange.set_faults({"method": "POST", "path": "/v2/orders", "effect": "status", "status": 503} | fault)
            failpoints_install(None)

    failpoints_install(arm)


def test_a_part_is_sold_and_the_rest_keeps_stop_and_target(held: Position, trading: SimulatorProcess) -> None:
    before, stop = held.quantity, held.stop_loss_price
    trade = part(held, 4)
    go_on(trade)
    sweep()

    trade.refresh_from_db()
    assert (trade.state, trade.booked_quantity, trade.is_part) == ("filled", 4, True)
    assert trade.reason == f"4 of {before.normalize():f} shares closed by ann"
    held.refresh_from_db()
    assert (held.is_open, held.quantity, held.stop_loss_price) == (True, before - 4, stop)
    assert resting(trading) == cover(held, before - 4)
    assert position_protection(held) == "protected"
    assert trading.ledger()["positions"][0]["qty"] == f"{(before - 4).normalize():f}"
    orders = trading.state()["orders"]
    sweep()
    assert trading.state()["orders"] == orders, "nothing more is to be done"
    assert not Alert.objects.filter(level__in=["warning", "error"]).exists()


def test_the_rest_is_covered_before_the_sale_is_sent(held: Position, trading: SimulatorProcess) -> None:
    found: list[Any] = []
    trade = part(held, 4)

    def look(name: str) -> None:
        if name == "order:claimed" and Trade.objects.get(pk=trade.pk).state == "submitting":
            found.append(resting(trading))

    failpoints_install(look)
    go_on(trade)
    failpoints_install(None)
    assert found == [cover(held, held.quantity - 4)]


def test_a_part_that_is_not_answered_is_tried_again_with_everything_protected_meanwhile(
    held: Position, trading: SimulatorProcess, later: Any
) -> None:
    before = held.quantity
    trade = part(held, 4)
    the_sale_fails(trading)
    exit_go_on(trade, broker_connect())
    trade.refresh_from_db()
    assert (trade.state, resting(trading)) == ("unknown", cover(held, before - 4))
    trading.set_faults(SALE | {"count": 20})
    later(5)
    sweep()
    trading.set_faults()
    later(2)
    sweep()
    for _ in range(4):
        later(31)
        sweep()
    trade.refresh_from_db()
    assert (trade.state, trade.booked_quantity) == ("filled", 4)
    held.refresh_from_db()
    assert (held.quantity, resting(trading)) == (before - 4, cover(held, before - 4))
    assert Trade.objects.filter(role="exit").count() == 1


def test_all_shares_are_protected_while_a_refused_part_waits(
    held: Position, trading: SimulatorProcess, later: Any
) -> None:
    before = held.quantity
    trade = part(held, 4)
    body = {"code": 40310100, "message": "not now"}
    the_sale_fails(trading, status=403, body=body)
    exit_go_on(trade, broker_connect())
    sweep()
    assert resting(trading) == cover(held, before), "the stop of all of them is back"
    later(60)
    sweep()
    sweep()
    trade.refresh_from_db()
    held.refresh_from_db()
    assert (trade.state, held.quantity, resting(trading)) == ("filled", before - 4, cover(held, before - 4))


def test_a_part_rejected_at_the_broker_is_followed_by_another_of_as_many(
    held: Position, trading: SimulatorProcess, later: Any
) -> None:
    before = held.quantity
    first = part(held, 4)
    the_sale_fails(trading, effect="reject", symbol="AAPL")
    exit_go_on(first, broker_connect())
    for _ in range(4):
        later(60)
        sweep()
    held.refresh_from_db()
    assert (held.quantity, resting(trading)) == (before - 4, cover(held, before - 4))
    exits = Trade.objects.filter(role="exit").order_by("pk")
    assert [(trade.is_part, trade.quantity) for trade in exits if trade.booked_quantity] == [(True, 4)]


def test_the_whole_asked_for_while_a_part_is_sold_follows_it(held: Position, trading: SimulatorProcess) -> None:
    before, trade = held.quantity, part(held, 4)
    assert whole(held) == trade
    assert Position.objects.get().closing_for == "bob"
    go_on(trade)
    with pytest.raises(NotAllowed, match="are being sold for bob already"):
        part(held, 1)
    sweep()
    sweep()
    assert not Position.objects.held().exists()
    assert (trading.ledger()["positions"], resting(trading)) == ([], [])
    sold = Trade.objects.filter(role="exit").order_by("pk").values_list("booked_quantity", "reason")
    assert list(sold) == [(4, trade.reason), (before - 4, "closed by bob")]


def test_stop_and_close_while_a_part_is_sold_sells_everything(held: Position, trading: SimulatorProcess) -> None:
    trade = part(held, 4)
    bot_stop(bot=held.bot, close_positions=True, by="bob")
    go_on(trade)
    for _ in range(3):
        sweep()
    assert not Position.objects.held().exists()
    assert trading.ledger()["positions"] == []


def test_a_part_beside_a_sale_that_is_under_way_is_not_allowed(held: Position, trading: SimulatorProcess) -> None:
    first = part(held, 4, request_key="1:1:key")
    assert part(held, 4, request_key="1:1:key") == first, "the same request"
    with pytest.raises(NotAllowed, match="a sale of AAPL is under way already"):
        part(held, 3, request_key="1:1:other")
    assert Trade.objects.filter(role="exit").count() == 1


@pytest.mark.parametrize(
    ("left", "why"), [(0, "are held: sell fewer"), (-1, "are held: sell fewer"), ("0.5", "leaves 0.5 of a share")]
)
def test_a_part_leaves_at_least_a_share_that_a_stop_can_protect(
    held: Position, trading: SimulatorProcess, left: int | str, why: str
) -> None:
    with pytest.raises(NotAllowed, match=why):
        part(held, str(held.quantity - Decimal(left)))
    assert not Trade.objects.filter(role="exit").exists()


def test_a_stop_that_fills_before_the_part_is_sold_leaves_nothing_to_sell_twice(
    held: Position, trading: SimulatorProcess
) -> None:
    """The price falls through the stop while the sale waits: never short, whatever comes first."""
    trade = part(held, 4)
    leg = Trade.objects.get(role="stop")
    price = f"{(held.current_price or held.entry_price) * 2:.2f}"
    status, answer = trading.request("PATCH", f"/v2/orders/{leg.order_id}", {"stop_price": price})
    assert status in (200, 422), answer
    step(trading)
    for _ in range(4):
        go_on(trade)
        sweep()
        step(trading)
    sold = sum(row.booked_quantity for row in Trade.objects.filter(type="sell"))
    positions = trading.ledger()["positions"]
    left = sum(Decimal(row["qty"]) for row in positions)
    assert left >= 0
    assert sold + left == Trade.objects.get(role="entry").booked_quantity


def test_killed_between_the_stop_of_the_rest_and_the_sale(held: Position, trading: SimulatorProcess) -> None:
    class Killed(BaseException):
        pass

    def kill(name: str) -> None:
        if name == "exit:rest-covered":
            raise Killed

    before, trade = held.quantity, part(held, 4)
    failpoints_install(kill)
    with pytest.raises(Killed):
        go_on(trade)
    failpoints_install(None)
    sweep()
    sweep()
    held.refresh_from_db()
    assert (held.quantity, resting(trading)) == (before - 4, cover(held, before - 4))
    assert Trade.objects.filter(role="exit").count() == 1


def test_a_part_of_shares_that_were_split_meanwhile_is_given_up_and_told(
    holding: Callable[..., Position], trading: SimulatorProcess
) -> None:
    position = holding()
    trade = part(position, 1)
    to_the_split(trading)
    for _ in range(3):
        sweep()
    trade.refresh_from_db()
    assert trade.state == "unsent"
    assert Position.objects.get().quantity == position.quantity * 4
    told = "Bot 1: 1 shares of SPLT were not sold: the stock was split meanwhile; ask again"
    assert Alert.objects.filter(words=told).count() == 1


def test_a_level_that_is_wanted_is_one_of_the_new_shares_after_a_split(
    holding: Callable[..., Position], trading: SimulatorProcess
) -> None:
    position = holding()
    levels = Levels((position.stop_loss_price or Decimal(0)) + 4, None)
    levels_move_request(position=position, levels=levels, by="ann")
    to_the_split(trading)
    Trade.objects.resting().working().update(state="canceled")  # as the stream tells
    for _ in range(3):
        sweep()
    after = Position.objects.get()
    assert (after.wanted_stop_price, after.stop_loss_price) == (None, (levels.stop or Decimal(0)) / 4)
