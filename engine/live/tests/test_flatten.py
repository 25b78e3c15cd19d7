"""Close everything: entries are halted, whatever is held is sold, and people see when nothing is left."""

from typing import Any

import pytest
from django.core.management import call_command

from engine.live import flatten
from engine.live.fills import fills_collect
from engine.live.testing import BotMaker, step, sweep, tick
from engine.models import Halt
from engine.services import halt_clear, halt_set
from marketdata.clock import market_clock, real_now
from notifications.models import Alert
from positions.models import Position
from simulator.testing import SimulatorProcess
from trades.models import Trade
from web.testing import client_of, problem


def close_everything(bot: Any = None) -> Halt:
    return halt_set(bot=bot, reason="enough", set_by="ann", close_positions=True)


def told(words: str) -> int:
    return Alert.objects.filter(words=words).count()


def test_everything_is_sold_of_all_bots_and_it_is_told_once(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    first, second = bot_running(), bot_running(symbols=["MSFT"])
    tick(first, second)
    fills_collect()
    assert Position.objects.held().count() == 2
    halt = close_everything()
    for _ in range(3):
        sweep()
    assert not Position.objects.held().exists()
    assert trading.ledger()["positions"] == []
    assert trading.ask("GET", "/v2/orders?status=open&nested=false") == []
    assert set(Trade.objects.filter(role="exit").values_list("reason", flat=True)) == {"closed by ann"}
    halt.refresh_from_db()
    assert (halt.cleared_at, halt.flat_at is not None) == (None, True)
    assert told("All bots halted by ann, and everything is sold: enough") == 1
    assert told("All bots: everything is sold; entries stay halted") == 1
    step(trading)
    assert tick(first, second) == 0, "nothing is bought while it stands"


def test_what_an_order_under_way_buys_after_it_is_sold_too(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    bot = bot_running()
    tick(bot)
    halt = close_everything()
    assert not Position.objects.exists(), "the fill is not booked yet"
    flatten.halts_close()
    halt.refresh_from_db()
    assert halt.flat_at is None, "an entry may still fill"
    for _ in range(4):
        sweep()
    assert Trade.objects.get(role="entry").booked_quantity > 0
    assert not Position.objects.held().exists()
    assert trading.ledger()["positions"] == []


def test_of_one_bot_the_others_stay(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    first, second = bot_running(), bot_running(symbols=["MSFT"])
    tick(first, second)
    fills_collect()
    close_everything(first)
    for _ in range(3):
        sweep()
    assert list(Position.objects.held().values_list("bot", flat=True)) == [second.pk]
    assert told("Bot 1: everything is sold; entries stay halted") == 1


def test_a_halt_that_is_lifted_sells_nothing_more(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    bot = bot_running()
    tick(bot)
    fills_collect()
    halt = close_everything()
    halt_clear(halt=halt, cleared_by="ann", now=real_now())
    sweep()
    assert Position.objects.held().count() == 1


def test_an_ordinary_halt_sells_nothing(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    tick(bot_running())
    fills_collect()
    halt_set(bot=None, reason="enough", set_by="ann")
    sweep()
    assert Position.objects.held().count() == 1


def test_it_is_asked_for_and_followed_over_the_api(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    tick(bot_running())
    fills_collect()
    trader = client_of("trader")
    wanted = {"bot": None, "reason": "enough", "close_positions": True}
    answer = trader.post("/api/halts", wanted, format="json")
    body = answer.json()
    assert (answer.status_code, body["close_positions"], body["positions_left"], body["flat_at"]) == (
        201,
        True,
        1,
        None,
    )
    assert Trade.objects.filter(role="exit").count() == 1, "it begins at once"
    for _ in range(3):
        sweep()
    [halt] = trader.get("/api/halts").json()["results"]
    assert (halt["positions_left"], halt["flat_at"] is not None) == (0, True)
    problem(client_of("viewer").post("/api/halts", wanted, format="json"), 403)
    hostile: tuple[Any, ...] = ("yes", 1, None, [])
    for wrong in hostile:
        body = problem(trader.post("/api/halts", wanted | {"close_positions": wrong}, format="json"), 400)
        assert [error["field"] for error in body["errors"]] == ["close_positions"]


def test_the_command_follows_it_until_nothing_is_left(
    bot_running: BotMaker, trading: SimulatorProcess, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    tick(bot_running())
    fills_collect()
    monkeypatch.setattr("engine.management.commands.halt.sleep", lambda _: sweep())
    call_command("halt", "--close", "--reason", "enough")
    out = capsys.readouterr().out
    assert "all bots: no entries until manage.py halt --clear" in out
    assert "1 position left: AAPL of Bot 1" in out
    assert out.rstrip().endswith("everything is sold")


def test_it_stands_although_the_broker_does_not_answer(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    tick(bot_running())
    fills_collect()
    market_clock.forget()
    trading.set_faults({"method": "GET", "path": "/sim/clock", "effect": "status", "status": 503, "count": 50})
    wanted = {"bot": None, "reason": "enough", "close_positions": True}
    answer = client_of("trader").post("/api/halts", wanted, format="json")
    assert (answer.status_code, answer.json()["positions_left"]) == (201, 1)
    trading.set_faults()
    for _ in range(3):
        sweep()
    assert not Position.objects.held().exists()
