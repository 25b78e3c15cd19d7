"""Which bars a tick waits for, and what it does when history is missing."""

from datetime import timedelta
from typing import Any

import pytest

from bots.models import Bot
from engine.brokers.alpaca.broker import AlpacaBroker
from engine.brokers.values import BarRequest, RawBar
from engine.live import bars
from engine.live.fills import fills_collect
from engine.live.testing import START, BotMaker, step, tick
from engine.models import Decision
from marketdata.calendar import session_today
from marketdata.clock import market_clock, market_now
from marketdata.models import Coverage
from positions.models import Position
from simulator.testing import SimulatorProcess
from trades.models import Trade


def test_a_bot_on_daily_bars_enters(
    bot_running: BotMaker, trading: SimulatorProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It looks at yesterday's bar and waits for no minute of today."""
    monkeypatch.setattr(bars, "WAIT_AT_MOST", 0.0)
    bot = bot_running(timeframe="1Day")

    assert tick(bot) == 1
    fills_collect()

    decision = Decision.objects.get()
    session = session_today(market_now())
    assert session is not None
    assert decision.bar_end is not None
    assert decision.bar_end < session.open
    assert Position.objects.get().symbol == "AAPL"


def test_daily_bars_of_the_day_before_yesterday_are_too_old(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    bot = bot_running(timeframe="1Day")
    tick(bot)
    coverage = Coverage.objects.get(timeframe="1Day")
    Coverage.objects.filter(pk=coverage.pk).update(until=coverage.until - timedelta(days=1))
    trading.set_faults({"method": "GET", "path": "/v2/stocks/bars", "when": "before", "effect": "status", "count": 9})
    other = bot_running(timeframe="1Day", name="Later")

    assert tick(other) == 0

    decision = Decision.objects.get(bot=other)
    assert (decision.action, decision.reason) == ("refused", "fresh")


def test_a_bot_that_looks_further_back_than_the_others_gets_its_history(
    bot_running: BotMaker, trading: SimulatorProcess
) -> None:
    """Three sessions of minutes are there for the first bot; a moving average of 60 hours needs ten."""
    tick(bot_running(indicators={"SELL": {}}))
    assert Coverage.objects.get().symbol == "AAPL"
    deep = bot_running(timeframe="1Hour", indicators={"SMA": {"period": 60}})
    trading.step_to(START.replace("09:31", "10:31") + "-04:00")
    market_clock.refresh()

    tick(deep)

    decision = Decision.objects.get(bot=deep)
    assert "warming up" not in decision.sentence
    assert decision.values["SMA"]["sma"] > 0


def test_what_goes_wrong_with_one_bot_stays_with_it(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    broken, sound = bot_running(), bot_running()
    # No form makes such a bot; a restored backup might.
    Bot.objects.filter(pk=broken.pk).update(indicators={"RSI": {"period": -1}})
    broken.refresh_from_db()
    due = [(broken.pk, market_now()), (sound.pk, market_now())]
    from engine.live.tick import ticks_run

    assert ticks_run(due) == 1

    broken.refresh_from_db()
    assert (broken.status, broken.skipped_ticks) == ("error", 1)
    assert "period" in broken.status_reason
    assert Trade.objects.get(role="entry").bot == sound
    step(trading)
    assert tick(sound) == 0


@pytest.mark.parametrize(
    ("timeframe", "indicators", "expected"),
    [
        # Every twentieth minute prints: what nine sessions have is less than the 320 bars of an EMA of 20.
        ("1Min", {"EMA": {"period": 20}}, "EMA begins on"),
        ("1Min", {"SMA": {"period": 500}}, "SMA is warming up"),
    ],
)
def test_where_older_bars_are_not_to_be_had_a_memory_begins_with_the_first(
    bot_running: BotMaker,
    trading: SimulatorProcess,
    monkeypatch: pytest.MonkeyPatch,
    timeframe: str,
    indicators: dict[str, Any],
    expected: str,
) -> None:
    every_bar = AlpacaBroker.bars

    def thin(self: AlpacaBroker, request: BarRequest) -> dict[str, list[RawBar]]:
        found = every_bar(self, request)
        return {name: [bar for bar in bars if bar.start.minute % 20 == 10] for name, bars in found.items()}

    monkeypatch.setattr(AlpacaBroker, "bars", thin)
    bot = bot_running(timeframe=timeframe, indicators=indicators)
    tick(bot)

    decision = Decision.objects.get(bot=bot)
    assert expected in decision.sentence
    assert ("with the first bar known" in decision.sentence) is expected.startswith("EMA")
