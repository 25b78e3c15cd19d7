"""The sweeper forgets decisions of long ago, of which 100 bots make tens of thousands a day."""

from datetime import timedelta
from typing import Any

import pytest

from engine.live.testing import BotMaker, sweep
from engine.models import Decision
from marketdata.clock import market_now
from simulator.testing import SimulatorProcess


@pytest.mark.parametrize(
    ("days", "left"), [pytest.param(30, [29, 0], id="as long as set"), pytest.param(0, [31, 29, 0], id="0 is for ever")]
)
def test_decisions_are_kept_as_long_as_set(
    bot_running: BotMaker, trading: SimulatorProcess, settings: Any, days: int, left: list[int]
) -> None:
    settings.DECISION_DAYS = days
    bot, now = bot_running(), market_now()
    version = bot.versions.get(number=1)
    for age in (31, 29, 0):
        at = now - timedelta(days=age)
        Decision.objects.create(
            bot=bot, version=version, symbol="AAPL", action="hold", reason=f"{age}", first_at=at, last_at=at
        )

    sweep()

    kept = Decision.objects.filter(bot=bot, sentence="").order_by("id").values_list("reason", flat=True)
    assert [int(reason) for reason in kept] == left
