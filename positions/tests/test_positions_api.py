"""Positions over HTTP, and closing them once."""

from decimal import Decimal
from typing import Any

import pytest
from rest_framework.test import APIClient

from bots.models import Bot
from engine.live.exits import exit_advance, exits_waiting
from engine.live.fills import fills_collect
from engine.live.testing import BotMaker, step, tick
from marketdata.prices import price_board
from positions.models import Position
from positions.tests.factories import PositionFactory
from simulator.testing import SimulatorProcess
from trades.models import Trade
from trades.tests.factories import AT, ExecutionFactory, TradeFactory
from web.testing import client_of, problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def viewer() -> APIClient:
    return client_of("viewer")


def closed_position(**values: Any) -> Position:
    facts = {"quantity": Decimal(0), "is_open": False, "closed_at": AT, "realized_pnl": Decimal("12.5")}
    position: Position = PositionFactory.create(**facts | values)
    return position


def test_a_position_is_answered_as_the_contract_says_at_the_newest_price(viewer: APIClient) -> None:
    position = PositionFactory.create()
    price_board.note("AAPL", Decimal("103.5"), AT)
    price_board.publish()
    body = viewer.get("/api/positions").json()
    detail = viewer.get(f"/api/positions/{position.pk}").json()
    assert detail.pop("trades") == []
    assert (body["count"], body["results"]) == (1, [detail])
    [row] = body["results"]
    assert row == {
        "id": position.pk,
        "bot": position.bot_id,
        "bot_name": position.bot.name,
        "symbol": "AAPL",
        "quantity": "10",
        "entry_price": "100",
        "current_price": "103.5",
        "price_at": "2026-06-02T14:00:00+00:00",
        "cost": "1000",
        "market_value": "1035",
        "stop_loss_price": "98",
        "take_profit_price": None,
        "wanted_stop_price": None,
        "wanted_target_price": None,
        "unrealized_pnl": "35",
        "unrealized_pnl_pct": "0.035",
        "realized_pnl": "0",
        "opened_at": "2026-06-02T14:00:00+00:00",
        "closed_at": None,
        "is_open": True,
        "protection": "unprotected",
        "closing": False,
        "version": 1,
    }


def test_without_a_price_there_is_no_value(viewer: APIClient) -> None:
    position = PositionFactory.create()
    row = viewer.get(f"/api/positions/{position.pk}").json()
    unknown = ("current_price", "price_at", "market_value", "unrealized_pnl", "unrealized_pnl_pct")
    assert [row[key] for key in unknown] == [None] * 5


def test_a_closed_position_keeps_its_result(viewer: APIClient) -> None:
    row = viewer.get(f"/api/positions/{closed_position().pk}").json()
    facts = ("is_open", "protection", "closing", "realized_pnl", "unrealized_pnl", "quantity")
    assert [row[key] for key in facts] == [False, "closed", False, "12.5", None, "0"]


@pytest.mark.parametrize(
    ("status", "covered", "price", "expected"),
    [
        ("running", 10, 98, "protected"),
        ("stopped", 10, 98, "unmanaged"),
        ("running", 9, 98, "unprotected"),
        ("running", 10, 392, "unprotected"),
        ("running", 0, 98, "unprotected"),
    ],
)
def test_protection_is_a_stop_for_all_shares_at_the_position_s_price(
    viewer: APIClient, status: str, covered: int, price: int, expected: str
) -> None:
    position = PositionFactory.create(bot__status=status)
    if covered:
        TradeFactory.create(
            bot=position.bot,
            role="stop",
            stop_price=Decimal(price),
            type="sell",
            quantity=covered,
            filled_quantity=0,
            booked_quantity=0,
            state="open",
        )
    assert viewer.get(f"/api/positions/{position.pk}").json()["protection"] == expected


def test_filters(viewer: APIClient) -> None:
    held, other = PositionFactory.create(), PositionFactory.create(symbol="MSFT")
    closed = closed_position(bot=held.bot)

    def ids(query: str) -> set[int]:
        return {row["id"] for row in viewer.get(f"/api/positions?{query}").json()["results"]}

    assert ids("") == {held.pk, other.pk, closed.pk}
    assert ids("is_open=true") == {held.pk, other.pk}
    assert ids("is_open=false") == {closed.pk}
    assert ids(f"bot={held.bot_id}") == {held.pk, closed.pk}
    assert ids("symbol=msft") == {other.pk}
    assert ids(f"bot={held.bot_id}&is_open=true") == {held.pk}


@pytest.fixture
def holding(bot_running: BotMaker, trading: SimulatorProcess) -> Bot:
    bot = bot_running()
    tick(bot)
    fills_collect()
    return bot


def close(client: APIClient, position: Position, key: str = "") -> Any:
    headers = {"Idempotency-Key": key} if key else None
    return client.post(f"/api/positions/{position.pk}/close", headers=headers)


def finish(trading: SimulatorProcess) -> None:
    for trade in exits_waiting():
        exit_advance(trade)
    fills_collect()


def test_a_held_position_is_protected_until_it_is_closed_by_hand(holding: Bot, trading: SimulatorProcess) -> None:
    trader, position = client_of("trader"), Position.objects.get()
    path = f"/api/positions/{position.pk}"
    assert trader.get(path).json()["protection"] == "protected"

    answer = close(trader, position, "one")
    assert (answer.status_code, answer.json()["closing"]) == (202, True)
    finish(trading)

    after = trader.get(path).json()
    assert (after["is_open"], after["closing"], after["protection"]) == (False, False, "closed")
    assert trading.ledger()["positions"] == []
    exit = Trade.objects.get(role="exit")
    assert (exit.state, exit.quantity) == ("filled", position.quantity)
    assert Decimal(after["realized_pnl"]) == exit.profit_loss


@pytest.mark.parametrize("keys", [("one", "one", "one"), ("one", "two", "three"), ("", "", "")])
def test_however_often_it_is_asked_for_there_is_one_exit(
    holding: Bot, trading: SimulatorProcess, keys: tuple[str, ...]
) -> None:
    trader, position = client_of("trader"), Position.objects.get()
    assert [close(trader, position, key).status_code for key in keys] == [202, 202, 202]
    assert Trade.objects.filter(role="exit").count() == 1
    finish(trading)
    sells = [order for order in trading.ledger()["orders"] if order["side"] == "sell" and order["status"] == "filled"]
    assert [Decimal(order["qty"]) for order in sells] == [position.quantity]


def test_the_same_key_again_after_the_sale_is_no_new_sale_and_another_key_is_too_late(
    holding: Bot, trading: SimulatorProcess
) -> None:
    trader, position = client_of("trader"), Position.objects.get()
    close(trader, position, "one")
    finish(trading)
    again = close(trader, position, "one")
    assert (again.status_code, again.json()["is_open"]) == (202, False)
    assert "closed already" in problem(close(trader, position, "two"), 409)["detail"]
    problem(close(trader, position), 409)
    assert Trade.objects.filter(role="exit").count() == 1


def test_an_old_key_does_not_close_the_next_position(holding: Bot, trading: SimulatorProcess) -> None:
    trader, first = client_of("trader"), Position.objects.get()
    close(trader, first, "one")
    finish(trading)
    step(trading)
    tick(holding)
    fills_collect()
    second = Position.objects.held().get()
    # A key names a request, and closing another position is another request.
    assert close(trader, second, "one").json()["closing"] is True
    assert Trade.objects.filter(role="exit").count() == 2


def test_a_key_of_somebody_else_is_another_key(holding: Bot, trading: SimulatorProcess) -> None:
    position = Position.objects.get()
    close(client_of("trader"), position, "one")
    finish(trading)
    problem(close(client_of("trader"), position, "one"), 409)


def test_a_key_longer_than_sixty_four_characters_closes_nothing(holding: Bot) -> None:
    trader, position = client_of("trader"), Position.objects.get()
    problem(close(trader, position, "x" * 65), 400)
    assert not Trade.objects.filter(role="exit").exists()
    assert close(trader, position, "x" * 64).status_code == 202


def test_a_closed_position_is_not_closed_again(trading: SimulatorProcess) -> None:
    problem(close(client_of("trader"), closed_position(), "one"), 409)
    assert not Trade.objects.exists()


ORDERINGS = {
    "opened_at": "abcd",
    "-opened_at": "dcba",
    "symbol": "dabc",
    "quantity": "dabc",
    "-quantity": "cbad",
    "cost": "dbac",
    "-cost": "cabd",
    "realized_pnl": "abcd",
    "-realized_pnl": "dcba",
    # Only one of them was ever closed: the others have no such time, and come last in both directions.
    "closed_at": "dabc",
    "-closed_at": "dcba",
    # c has no price; d is closed.
    "unrealized_pnl": "bacd",
    "-unrealized_pnl": "abcd",
}


@pytest.fixture
def various() -> dict[str, int]:
    later = AT.replace(hour=15)
    rows = {
        "a": PositionFactory.create(symbol="AAPL", quantity=10, entry_price=100, opened_at=AT),
        "b": PositionFactory.create(symbol="BAC", quantity=20, entry_price=30, opened_at=AT.replace(minute=1)),
        "c": PositionFactory.create(symbol="CSCO", quantity=30, entry_price=50, opened_at=AT.replace(minute=2)),
        "d": closed_position(symbol="AA", opened_at=AT.replace(minute=3), closed_at=later),
    }
    for symbol, price in (("AAPL", "103"), ("BAC", "29")):
        price_board.note(symbol, Decimal(price), AT)
    price_board.publish()
    return {name: row.pk for name, row in rows.items()}


@pytest.mark.parametrize(("ordering", "expected"), ORDERINGS.items())
@pytest.mark.parametrize("size", [1, 3, 200])
def test_every_order_walks_every_position_once(
    viewer: APIClient, various: dict[str, int], ordering: str, expected: str, size: int
) -> None:
    seen: list[int] = []
    url: Any = f"/api/positions?ordering={ordering}&page_size={size}"
    while url:
        body = viewer.get(url).json()
        assert body["count"] == 4
        seen += [row["id"] for row in body["results"]]
        url = body["next"]
    assert seen == [various[name] for name in expected]


def test_the_summary_adds_up_what_is_held_and_what_was_realised_today(
    viewer: APIClient, various: dict[str, int]
) -> None:
    held = Position.objects.get(pk=various["a"])
    stop = {"role": "stop", "type": "sell", "filled_quantity": 0, "booked_quantity": 0, "state": "open"}
    stop |= {"stop_price": Decimal(98)}
    TradeFactory.create(bot=held.bot, symbol="AAPL", quantity=10, **stop)
    for day, profit in ((2, "7.5"), (1, "100")):
        sale = TradeFactory.create(bot=held.bot, type="sell", role="exit")
        ExecutionFactory.create(trade=sale, at=AT.replace(day=day), profit_loss=Decimal(profit))
    # No clock answers here: now is the newest fill, on 2 June.
    assert viewer.get("/api/positions/summary").json() == {
        "open_positions": 3,
        "market_value": "3110",
        "cost": "3100",
        "unrealized_pnl": "10",
        "unrealized_pnl_pct": "0.003226",
        "realized_today": "7.5",
        "unprotected": 2,
    }
    part = viewer.get(f"/api/positions/summary?bot={held.bot_id}&symbol=aapl").json()
    assert (part["open_positions"], part["cost"], part["unprotected"]) == (1, "1000", 0)
    nothing = viewer.get("/api/positions/summary?symbol=ZZZ").json()
    assert (nothing["open_positions"], nothing["cost"], nothing["unrealized_pnl_pct"]) == (0, "0", None)


def test_a_position_names_its_own_trades_and_not_those_of_the_one_before(viewer: APIClient) -> None:
    turn, end = AT.replace(minute=10), AT.replace(minute=20)
    old = closed_position(closed_at=turn)
    new = closed_position(bot=old.bot, opened_at=turn, closed_at=end)
    expected: dict[int, list[int]] = {old.pk: [], new.pk: []}
    for position, kind, at in (
        (old, "buy", AT),
        (old, "sell", AT.replace(minute=5)),
        (old, "sell", turn),
        (new, "buy", turn),
        (new, "sell", end),
    ):
        trade = TradeFactory.create(bot=old.bot, type=kind, role="entry" if kind == "buy" else "exit", timestamp=at)
        ExecutionFactory.create(trade=trade, at=at)
        expected[position.pk].append(trade.pk)
    ExecutionFactory.create(at=AT)
    for pk, trades in expected.items():
        assert [row["id"] for row in viewer.get(f"/api/positions/{pk}").json()["trades"]] == trades


def test_a_part_is_closed_and_the_rest_stays(holding: Bot, trading: SimulatorProcess) -> None:
    trader, position = client_of("trader"), Position.objects.get()
    path = f"/api/positions/{position.pk}"
    answer = trader.post(f"{path}/close", {"quantity": "2"}, format="json", headers={"Idempotency-Key": "one"})
    assert (answer.status_code, answer.json()["closing"]) == (202, True)
    again = trader.post(f"{path}/close", {"quantity": "2"}, format="json", headers={"Idempotency-Key": "one"})
    assert again.status_code == 202
    finish(trading)
    after = trader.get(path).json()
    assert (after["is_open"], Decimal(after["quantity"])) == (True, position.quantity - 2)
    assert Trade.objects.filter(role="exit").count() == 1


@pytest.mark.parametrize(
    ("body", "status", "word"),
    [
        ({"quantity": "0"}, 400, "whole number of shares"),
        ({"shares": "2"}, 400, "shares"),
        (["2"], 400, "must be a JSON object"),
        ({"quantity": "999999"}, 409, "sell fewer"),
    ],
)
def test_a_part_that_cannot_be_sells_nothing(
    holding: Bot, trading: SimulatorProcess, body: Any, status: int, word: str
) -> None:
    path = f"/api/positions/{Position.objects.get().pk}/close"
    assert word in str(problem(client_of("trader").post(path, body, format="json"), status))
    assert not Trade.objects.filter(role="exit").exists()


def test_a_stop_is_moved_on_request(holding: Bot, trading: SimulatorProcess) -> None:
    trader, position = client_of("trader"), Position.objects.get()
    path = f"/api/positions/{position.pk}/levels"
    assert position.stop_loss_price is not None
    wanted = f"{position.stop_loss_price + 1:.2f}"
    answer = trader.post(path, {"stop_loss_price": wanted}, format="json")
    assert (answer.status_code, answer.json()["wanted_stop_price"]) == (202, str(Decimal(wanted).normalize()))
    problem(client_of("viewer").post(path, {"stop_loss_price": wanted}, format="json"), 403)


@pytest.mark.parametrize(
    ("body", "status", "word"),
    [
        ({}, 400, "is required"),
        ({"stop_loss_price": "12.345"}, 400, "whole cents"),
        ({"stop": "12"}, 400, "stop"),
        ({"stop_loss_price": "99999"}, 409, "below"),
    ],
)
def test_a_level_that_cannot_be_moves_nothing(
    holding: Bot, trading: SimulatorProcess, body: Any, status: int, word: str
) -> None:
    position = Position.objects.get()
    path = f"/api/positions/{position.pk}/levels"
    assert word in str(problem(client_of("trader").post(path, body, format="json"), status))
    position.refresh_from_db()
    assert (position.wanted_stop_price, position.wanted_by) == (None, "")
