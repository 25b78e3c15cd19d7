"""Who may go on when several processes want the same: one of them, on SQLite and on PostgreSQL."""

import threading
import time
from collections.abc import Callable
from functools import partial

import pytest
from django.db import connection, transaction

from bots.models import Bot
from bots.services import NotAllowed, bot_update
from engine.core.config_json import config_as_json
from engine.live import lifecycle
from engine.live import tick as tick_module
from engine.live.closing import position_close_request
from engine.live.fills import fills_collect
from engine.live.lifecycle import bot_delete, bot_is_exposed, bot_stop
from engine.live.placing import _stop_create
from engine.live.testing import BotMaker, tick
from engine.live.tick import _claim
from marketdata.clock import market_now
from positions.models import Position
from simulator.testing import SimulatorProcess
from trades.models import Role, Trade


def apart(work: Callable[[], object]) -> object:
    """The result of something done over a connection of its own."""
    found: list[object] = []

    def run() -> None:
        try:
            found.append(work())
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return found[0]


def wait_for_one_that_waits() -> None:
    """Until another connection stands at a lock, as PostgreSQL tells; whoever never does fails the test."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.01)
    raise AssertionError("nobody waits for a lock")


@pytest.mark.django_db(transaction=True)
def test_a_tick_is_claimed_once_by_two_that_begin_together(bot_running: BotMaker) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    bot, now = bot_running(), market_now()
    second: list[bool] = []
    with transaction.atomic():
        assert _claim(bot, now, late=False)
        other = threading.Thread(target=lambda: second.append(bool(apart(lambda: _claim(bot, now, late=False)))))
        other.start()
        wait_for_one_that_waits()
        assert second == []
    other.join()
    assert second == [False]


def test_a_tick_is_not_claimed_twice_nor_for_a_bot_that_was_stopped_or_edited(bot_running: BotMaker) -> None:
    bot, stopped, edited, now = bot_running(), bot_running(), bot_running(), market_now()
    bot_stop(bot=Bot.objects.get(pk=stopped.pk))
    bot_update(
        bot=Bot.objects.get(pk=edited.pk), data=config_as_json(edited.config()) | {"capital": 9_000}, seen_version=1
    )

    assert [_claim(one, now, late=False) for one in (bot, bot, stopped, edited)] == [True, False, False, False]


def test_a_bot_edited_while_its_tick_waits_for_bars_is_ticked_with_the_new_ones(
    bot_running: BotMaker, trading: SimulatorProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    bot, wait = bot_running(), tick_module.bars_wait

    def edit(*args: object) -> set[str]:
        late = wait(*args)
        data = config_as_json(bot.config()) | {"timeframe": "5Min"}
        bot_update(bot=Bot.objects.get(pk=bot.pk), data=data, seen_version=1)
        return late

    with monkeypatch.context() as patch:
        patch.setattr(tick_module, "bars_wait", edit)
        assert tick(bot) == 0
    bot.refresh_from_db()
    assert (bot.status, bot.last_tick) == ("running", None)

    tick(bot)
    bot.refresh_from_db()
    assert (bot.status, bot.last_tick) == ("running", market_now())


def test_a_bot_is_not_archived_while_a_tick_orders_for_it(
    bot_running: BotMaker, trading: SimulatorProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    bot, archive = bot_running(), lifecycle.bot_archive

    def after_a_tick(*, bot: Bot) -> None:
        tick(Bot.objects.get(pk=bot.pk))
        archive(bot=bot)

    monkeypatch.setattr(lifecycle, "bot_archive", after_a_tick)
    with pytest.raises(NotAllowed, match="still has an order under way"):
        bot_delete(bot=bot)
    assert (bot.archived_at, bot.status) == (None, "running")
    bot.refresh_from_db()
    assert (bot.archived_at, bot.status) == (None, "running")


def test_what_is_booked_between_two_looks_is_seen(
    bot_running: BotMaker, trading: SimulatorProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An entry is booked by another worker just as it is asked whether the bot has anything left to get out of."""
    bot = bot_running()
    tick(bot)
    assert not Position.objects.exists()
    asked: list[str] = []

    def between(name: str, question: Callable[..., object]) -> Callable[..., object]:
        def ask(rows: object) -> object:
            asked.append(name)
            if len(asked) == 2:
                fills_collect()
            return question(rows)

        return ask

    for rows, name in ((Position.objects.all(), "held"), (Trade.objects.all(), "unfinished")):
        monkeypatch.setattr(type(rows), name, between(name, getattr(type(rows), name)))

    assert bot_is_exposed(bot)


@pytest.mark.django_db(transaction=True)
def test_no_stop_is_placed_while_an_exit_is_being_decided(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    """The exit looked for stops to cancel before; a stop that comes then would sell the same shares."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    tick(bot_running())
    fills_collect()
    position = Position.objects.get()
    stops: list[object] = []
    with transaction.atomic():
        position_close_request(position=Position.objects.get(), by="ada", now=market_now())
        place = partial(_stop_create, position, position.quantity, Role.STOP, None)
        other = threading.Thread(target=lambda: stops.append(apart(place)))
        other.start()
        wait_for_one_that_waits()
        assert stops == []
    other.join()
    assert stops == [None]
