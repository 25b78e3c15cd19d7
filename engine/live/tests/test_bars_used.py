"""A bar acts once; an order that was never sent, or refused for a reason that passes, leaves it to the next tick."""

from typing import Any

import pytest

from bots.models import Bot
from engine.core.refusals import REFUSED_AT_MOST
from engine.live.account import account_refresh
from engine.live.fills import fills_collect
from engine.live.orders import order_send
from engine.live.testing import BotMaker, step, tick
from engine.models import Decision
from engine.services import halt_set, halts_clear
from marketdata.calendar import session_after
from marketdata.clock import market_now, real_now
from simulator.testing import SimulatorProcess
from trades.models import Trade

MOVED = "stop_loss.stop_price must be <= base_price - 0.01"
POOR = "insufficient buying power"
DAY_TRADER = "trade denied due to pattern day trading protection"


def refusing(message: str, count: int) -> dict[str, Any]:
    body = {"code": 42210000, "message": message}
    return {"method": "POST", "path": "/v2/orders", "effect": "status", "status": 422, "body": body, "count": count}


@pytest.fixture(params=["1Hour", "1Day"])
def bot(bot_running: BotMaker, trading: SimulatorProcess, request: pytest.FixtureRequest) -> Bot:
    """A bot at a tick at which a bar of an hour, or of a day, votes to buy."""
    found = bot_running(timeframe=request.param)
    opens = session_after(market_now()).open
    step(trading, (opens - market_now()).total_seconds() + 3600)
    assert account_refresh()
    return found


def next_tick(bot: Bot, exchange: SimulatorProcess) -> str:
    """What the entry of the next tick has become, or why there was none."""
    step(exchange)
    if tick(bot):
        fills_collect()
        return Trade.objects.filter(bot=bot, role="entry").latest("id").state
    return Decision.objects.filter(bot=bot).latest("id").reason


def test_an_entry_that_was_never_sent(bot: Bot, trading: SimulatorProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("engine.live.tick._send", lambda trade: None)
        assert tick(bot) == 1
    halt_set(bot=None, reason="a test", set_by="test")
    order_send(Trade.objects.get(role="entry"))
    assert halts_clear(bot=None, cleared_by="test", now=real_now()) == 1

    assert next_tick(bot, trading) == "filled"
    assert list(Trade.objects.filter(role="entry").order_by("id").values_list("state", flat=True)) == [
        "unsent",
        "filled",
    ]


@pytest.mark.parametrize("message", [MOVED, POOR])
def test_a_refusal_that_passes(bot: Bot, trading: SimulatorProcess, message: str) -> None:
    trading.set_faults(refusing(message, count=2))
    assert tick(bot) == 1
    assert [next_tick(bot, trading) for _ in range(3)] == ["rejected", "filled", "bar_already_acted_on"]


def test_a_refusal_that_lasts_uses_the_bar_up(bot: Bot, trading: SimulatorProcess) -> None:
    trading.set_faults(refusing(DAY_TRADER, count=1))
    assert tick(bot) == 1
    assert next_tick(bot, trading) == "bar_already_acted_on"
    assert Trade.objects.filter(role="entry").count() == 1


def test_refusals_end_after_some(bot: Bot, trading: SimulatorProcess) -> None:
    trading.set_faults(refusing(POOR, count=100))
    assert tick(bot) == 1
    states = [next_tick(bot, trading) for _ in range(REFUSED_AT_MOST)]
    assert states == ["rejected"] * (REFUSED_AT_MOST - 1) + ["bar_already_acted_on"]
