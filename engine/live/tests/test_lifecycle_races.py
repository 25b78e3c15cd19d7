"""Starting, stopping and editing while something else is under way."""

from decimal import Decimal

import pytest
from django_celery_beat.models import PeriodicTask

from bots.models import Bot
from bots.schedule import schedule_enable
from bots.services import bot_update
from engine.live.bot_state import account_state, bot_state_read
from engine.live.bot_view import bot_view
from engine.live.fills import fills_collect
from engine.live.lifecycle import bot_pause, bot_start, bot_stop, idle_bots_rest, running_bots_tick
from engine.live.testing import BotMaker, step, sweep, tick
from engine.services import broker_account
from marketdata.clock import market_now
from marketdata.selectors import last_prices
from positions.models import Position
from simulator.testing import SimulatorProcess
from trades.models import Trade


def test_stop_and_close_also_sells_what_is_booked_only_afterwards(
    bot_running: BotMaker, trading: SimulatorProcess
) -> None:
    bot = bot_running()
    tick(bot)
    assert not Position.objects.exists(), "the entry has filled at the exchange, but is not booked yet"

    bot_stop(bot=bot, close_positions=True, by="ada")
    for _ in range(3):
        sweep()

    assert not Position.objects.held().exists()
    assert trading.ledger()["positions"] == []
    assert Trade.objects.get(role="exit").reason == "closed by ada"
    bot.refresh_from_db()
    assert bot.closing_for == "", "nothing is left to sell"


def test_a_sale_that_is_refused_is_not_asked_for_every_second(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    bot = bot_running()
    tick(bot)
    fills_collect()
    no = {"method": "POST", "path": "/v2/orders", "when": "before", "effect": "status", "status": 403, "count": 1}
    trading.set_faults(no)
    bot_stop(bot=bot, close_positions=True, by="ada")
    for _ in range(4):
        sweep()

    exit_ = Trade.objects.get(role="exit")
    assert (exit_.state, exit_.refusals) == ("created", 1)
    assert Trade.objects.filter(role="stop", state="open").count() == 1, "it is protected meanwhile"

    Trade.objects.filter(role="exit").update(send_after=None)
    for _ in range(2):
        sweep()
    assert not Position.objects.held().exists()
    assert trading.ledger()["positions"] == []


def test_a_start_takes_stop_and_close_back(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    bot = bot_running()
    tick(bot)
    bot_stop(bot=bot, close_positions=True, by="ada")
    bot_start(bot=bot)
    for _ in range(2):
        sweep()
    assert Position.objects.get().is_open
    assert not Trade.objects.filter(role="exit").exists()


def test_stopping_alone_sells_nothing(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    bot = bot_running()
    tick(bot)
    bot_stop(bot=bot)
    for _ in range(2):
        sweep()
    assert Position.objects.get().is_open


@pytest.mark.parametrize("capital", [5_000, 50_000])
def test_an_edit_of_the_capital_is_no_gain_and_no_loss(
    bot_running: BotMaker, trading: SimulatorProcess, capital: int
) -> None:
    bot = bot_running(risk_management={"stop_loss": 0.02})
    tick(bot)
    fills_collect()
    step(trading)
    tick(bot)
    before = bot_view(bot)["today"]["pnl"]

    bot_update(bot=bot, data=bot.config().model_dump(mode="json") | {"capital": capital}, seen_version=1)

    assert bot_view(bot)["today"]["pnl"] == before
    now = market_now()
    prices = last_prices(["AAPL"])
    state = account_state(bot, bot_state_read(bot, prices, now), broker_account())
    assert state.day_loss == -Decimal(before)


def test_a_bot_started_while_it_was_put_to_rest_is_ticked(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    """Whoever puts idle bots to rest has read "paused"; then a person starts the bot."""
    bot = bot_pause(bot=bot_running())
    read = Bot.objects.filter(pk=bot.pk, status="paused")
    bot_start(bot=bot)

    schedule_enable(read, enabled=False)

    bot.refresh_from_db()
    assert bot.periodic_task is not None
    assert bot.periodic_task.enabled


@pytest.mark.parametrize("mend", [running_bots_tick, lambda: bot_start(bot=Bot.objects.get())])
def test_a_running_bot_whose_row_was_switched_off_is_ticked_again(
    bot_running: BotMaker, trading: SimulatorProcess, mend: object
) -> None:
    bot_running()
    PeriodicTask.objects.update(enabled=False)
    assert callable(mend)
    mend()
    assert Bot.objects.ticking().count() == 1


def test_idle_bots_rest_and_exposed_ones_do_not(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    idle, exposed = bot_running(symbols=["MSFT"], indicators={"SELL": {}}), bot_running()
    tick(idle, exposed)
    fills_collect()
    bot_pause(bot=idle)
    bot_pause(bot=exposed)
    PeriodicTask.objects.update(enabled=True)

    idle_bots_rest()

    assert list(Bot.objects.ticking()) == [exposed]
