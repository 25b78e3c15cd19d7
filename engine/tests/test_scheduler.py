"""Beat for bots: every grid time is sent once, in market time."""

from datetime import UTC, datetime
from typing import Any

import pytest
from celery import current_app
from django_celery_beat.models import PeriodicTask

from bots.models import Bot
from bots.schedule import schedule_set
from bots.services import bot_status_set
from bots.tests.factories import BotFactory
from conftest import step
from engine import scheduler as scheduling
from engine.scheduler import BotScheduler
from marketdata.clock import market_clock
from simulator.testing import SimulatorProcess

pytestmark = pytest.mark.django_db


class Post:
    """Where messages go; it keeps them."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Any]] = []

    def send_task(self, name: str, args: Any = None, **options: Any) -> None:
        self.sent.append((name, args))

    def ticks(self) -> list[list[Any]]:
        """What was sent since the last look: one entry a message, each of [bot, grid time]."""
        sent, self.sent = self.sent, []
        return [args[0] for name, args in sent if name == "engine.tasks.tick_bots"]


class Beat(BotScheduler):
    """The scheduler with a post of its own, reading the bots at every look."""

    def __init__(self) -> None:
        super().__init__(app=current_app, lazy=True)
        self.post = self.app = Post()

    def look(self) -> list[list[Any]]:
        self._bots_read = -1e9
        self._read_bots()
        self._send_due()
        return self.post.ticks()


@pytest.fixture
def running(exchange: SimulatorProcess) -> SimulatorProcess:
    """The exchange at 09:31, its clock running."""
    exchange.set_clock(frozen=False, speed=1)
    market_clock.refresh()
    return exchange


def bot_with(symbol: str = "AAPL", frequency: int = 60, **changes: Any) -> Bot:
    bot: Bot = BotFactory.create(symbols=[symbol], trading_frequency=frequency, **changes)
    return bot_status_set(bot=bot, status="running", ticking=True)


def due(bot: Bot, clock: str) -> list[Any]:
    hour, minute = map(int, clock.split(":"))
    return [bot.pk, datetime(2026, 6, 2, hour + 4, minute, tzinfo=UTC).isoformat()]


def test_a_grid_time_is_sent_once(running: SimulatorProcess) -> None:
    bot, beat = bot_with(), Beat()
    assert beat.look() == [[due(bot, "09:31")]]
    assert beat.look() == []
    step(running, 60)
    assert beat.look() == [[due(bot, "09:32")]]
    assert beat.look() == []


def test_grid_times_that_passed_unseen_are_not_made_up_for(running: SimulatorProcess) -> None:
    bot, beat = bot_with(), Beat()
    beat.look()
    step(running, 600)
    assert beat.look() == [[due(bot, "09:41")]]


def test_bots_due_together_are_one_message_sorted_by_symbol(running: SimulatorProcess) -> None:
    msft, aapl, googl, other = (bot_with(symbol) for symbol in ("MSFT", "AAPL", "GOOGL", "AAPL"))
    expected = [due(bot, "09:31") for bot in (aapl, other, googl, msft)]
    assert Beat().look() == [expected]


def test_a_message_holds_a_bounded_number_of_bots(running: SimulatorProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduling, "BATCH", 2)
    bots = [bot_with() for _ in range(5)]
    assert Beat().look() == [[due(bot, "09:31") for bot in bots[start : start + 2]] for start in (0, 2, 4)]


def test_every_bot_has_its_own_grid(running: SimulatorProcess) -> None:
    minute, five = bot_with(frequency=60), bot_with(frequency=300)
    beat = Beat()
    # The tick of 09:30 is still the current one of the bot that looks every five minutes.
    assert beat.look() == [[due(minute, "09:31"), due(five, "09:30")]]
    step(running, 60)
    assert beat.look() == [[due(minute, "09:32")]]
    step(running, 180)
    assert beat.look() == [[due(minute, "09:35"), due(five, "09:35")]]


def test_a_clock_that_stands_sends_nothing(exchange: SimulatorProcess) -> None:
    bot_with()
    beat = Beat()
    assert beat.look() == []
    step(exchange, 120)
    assert beat.look() == []


def test_nothing_is_sent_while_the_market_is_closed(running: SimulatorProcess) -> None:
    bot, beat = bot_with(), Beat()
    running.step_to("2026-06-02T19:59:30Z")
    market_clock.refresh()
    assert beat.look() == [[due(bot, "15:59")]]
    step(running, 3600)
    assert beat.look() == []


def test_nothing_is_sent_while_the_broker_is_away() -> None:
    bot_with()
    beat = Beat()
    assert beat.look() == []
    assert beat._seconds_to_next() == scheduling.LONGEST_SLEEP


def test_after_a_restart_a_tick_that_was_taken_is_not_sent_again(running: SimulatorProcess) -> None:
    bot = bot_with()
    Bot.objects.update(last_tick=datetime(2026, 6, 2, 13, 31, tzinfo=UTC))
    assert Beat().look() == []
    step(running, 60)
    assert Beat().look() == [[due(bot, "09:32")]]


def test_a_bot_that_is_stopped_or_archived_is_not_sent(running: SimulatorProcess) -> None:
    bot, beat = bot_with(), Beat()
    beat.look()
    step(running, 60)
    schedule_set(bot, enabled=False)
    assert beat.look() == []
    schedule_set(bot, enabled=True)
    Bot.objects.update(archived_at=datetime.now(UTC))
    assert beat.look() == []


def test_an_edit_acts_at_the_next_look(running: SimulatorProcess) -> None:
    bot, beat = bot_with(), Beat()
    beat.look()
    Bot.objects.update(trading_frequency=300)
    step(running, 60)
    assert beat.look() == []
    step(running, 180)
    assert beat.look() == [[due(bot, "09:35")]]


def test_it_sleeps_until_the_next_grid_time(running: SimulatorProcess) -> None:
    bot_with(frequency=3600)
    beat = Beat()
    beat.look()
    running.step_to("2026-06-02T14:29:50Z")
    market_clock.refresh()
    beat.look()
    assert 8 < beat._seconds_to_next() <= 10
    running.set_clock(speed=10)
    market_clock.refresh()
    assert 0.8 < beat._seconds_to_next() <= 1


def test_the_stock_scheduler_never_sees_the_bots(running: SimulatorProcess) -> None:
    bot = bot_with()
    other = PeriodicTask.objects.create(
        name="something else", task="x", interval=PeriodicTask.objects.get(name=f"bot:{bot.pk}").interval
    )
    assert list(Beat().enabled_models_qs()) == [other]


def test_the_admin_shows_when_each_row_ran(running: SimulatorProcess) -> None:
    bot, beat = bot_with(), Beat()
    for _ in range(3):
        beat.look()
        step(running, 60)
    beat._store_runs()
    task = PeriodicTask.objects.get(name=f"bot:{bot.pk}")
    assert task.total_run_count == 3
    assert task.last_run_at is not None
    beat._store_runs()
    task.refresh_from_db()
    assert task.total_run_count == 3


# A look closes connections that are too old, which inside the transaction of a test would be that of the test.
@pytest.mark.django_db(transaction=True)
def test_the_sweeper_is_sent_once_a_second(running: SimulatorProcess) -> None:
    beat = Beat()
    for _ in range(3):
        assert beat.tick() <= scheduling.LONGEST_SLEEP
    assert [name for name, _ in beat.post.sent].count("engine.tasks.sweep") == 1
