"""Beat for bots: every grid time is sent once, in market time."""

from datetime import UTC, datetime
from typing import Any

import pytest
from celery import current_app
from django.db import OperationalError
from django_celery_beat.models import PeriodicTask

from bots.models import Bot
from bots.schedule import schedule_set
from bots.services import bot_status_set
from bots.tests.factories import BotFactory
from engine import scheduler as scheduling
from engine.live.testing import step
from engine.models import Lease
from engine.scheduler import BotScheduler
from marketdata.clock import market_clock, real_now
from simulator.testing import SimulatorProcess

pytestmark = pytest.mark.django_db


class Post:
    """Where messages go; it keeps them."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Any]] = []
        self.expiries: list[float] = []

    def send_task(self, name: str, args: Any = None, **options: Any) -> None:
        self.sent.append((name, args))
        self.expiries.append(options["expires"])

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


def expiries(beat: Beat) -> list[float]:
    """Of the messages of one look, after how many seconds nobody wants them."""
    assert beat.look()
    expiries, beat.post.expiries = beat.post.expiries, []
    return expiries


def test_a_message_is_dropped_when_its_ticks_are_over(running: SimulatorProcess) -> None:
    bot_with(frequency=10)
    beat = Beat()
    assert expiries(beat) == [pytest.approx(10, abs=1)]
    bot_with(frequency=45)
    step(running, 10)
    # At 09:31:10 the longer one's next tick is that of 09:31:30.
    assert expiries(beat) == [pytest.approx(20, abs=1)]
    bot_with(frequency=3600)
    step(running, 10)
    assert expiries(beat) == [60]
    Bot.objects.filter(trading_frequency__gt=10).update(trading_frequency=10)
    running.set_clock(speed=1000)
    market_clock.refresh()
    assert expiries(beat) == [1]


# A look closes connections that are too old, which inside the transaction of a test would be that of the test.
@pytest.mark.django_db(transaction=True)
def test_of_two_beats_one_stands_by_until_the_lease_of_the_other_is_over(
    running: SimulatorProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduling, "KEEP_EVERY", 0)
    bot, first, second = bot_with(), Beat(), Beat()
    first._me, second._me = "one:1", "other:1"

    def look(*beats: Beat) -> list[list[Any]]:
        """What each of them sends when they look one after the other."""
        for beat in beats:
            beat._bots_read = -1e9
            assert beat.tick() <= scheduling.LONGEST_SLEEP
        return [beat.post.ticks() for beat in beats]

    assert look(first, second) == [[[due(bot, "09:31")]], []]
    step(running, 60)
    assert look(second, first) == [[], [[due(bot, "09:32")]]]
    # The first dies without a word.
    Lease.objects.filter(name="beat").update(expires_at=real_now())
    step(running, 60)
    assert look(second, first) == [[[due(bot, "09:33")]], []]
    # The second ends as it should.
    second.close()
    step(running, 60)
    assert look(first) == [[[due(bot, "09:34")]]]


@pytest.mark.django_db(transaction=True)
def test_without_a_database_it_goes_on_and_says_so_in_one_line(
    running: SimulatorProcess, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(*args: Any, **options: Any) -> bool:
        raise OperationalError("the server closed the connection")

    bot, beat = bot_with(), Beat()
    with monkeypatch.context() as broken:
        broken.setattr(scheduling, "lease_take", away)
        assert beat.tick() == scheduling.KEEP_EVERY
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert beat.post.ticks() == []
    beat.tick()
    assert beat.post.ticks() == [[due(bot, "09:31")]]
