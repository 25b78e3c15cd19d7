"""Live in lockstep against the backtest: random bots on a random market decide and fill alike, alone or together.

`make parity` is the long form, of 500; RANDOM_BOTS_FROM=17 RANDOM_BOTS=1 runs bot 17 alone.
"""

import os
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from bots.models import Bot
from conftest import everything_forget
from engine.backtest.parity import parity_check
from engine.backtest.recording import recording_of
from engine.models import Decision
from marketdata.calendar import sessions_between
from trades.models import Execution
from tradingbot.tests.conftest import ExchangeBegins
from tradingbot.tests.random_bots.bots import random_config
from tradingbot.tests.random_bots.live import bots_begin, live_until
from tradingbot.tests.random_bots.market import market_write

BOTS = int(os.environ.get("RANDOM_BOTS", "10"))
FIRST = int(os.environ.get("RANDOM_BOTS_FROM", "0"))
TOGETHER = 50
DAY = 86_400
HOURS = 3 if BOTS >= 500 else 1
# Two weeks for the indicators, then the end of a session and the beginning of the next.
SESSIONS = sessions_between(date(2026, 5, 11), date(2026, 5, 29))
TRADED = SESSIONS[-2:]
BEGINS, ENDS = TRADED[0].close - timedelta(hours=HOURS), TRADED[1].open + timedelta(hours=HOURS)
Begin = Callable[[int], None]


@pytest.fixture
def market_begins(exchange_begins: ExchangeBegins, tmp_path: Path) -> Callable[[int], None]:
    """Opens an exchange over a random market."""

    def begin(seed: int) -> None:
        folder = tmp_path / f"market-{seed}"
        if not folder.exists():
            market_write(folder, SESSIONS, seed)
        exchange_begins(BEGINS - timedelta(minutes=1), folder)

    return begin


def traded(configs: list[dict[str, Any]]) -> list[Bot]:
    bots = bots_begin(configs)
    live_until(ENDS)
    return bots


def decided(bot: Bot) -> list[tuple[object, ...]]:
    rows = Decision.objects.filter(bot=bot).order_by("symbol", "id")
    fields = ("symbol", "action", "reason", "sentence", "votes", "values", "count", "first_at", "last_at", "bar_end")
    return list(rows.values_list(*fields))


def filled(bot: Bot) -> list[tuple[object, ...]]:
    fills = Execution.objects.filter(trade__bot=bot).order_by("at", "trade__symbol", "trade__role")
    return list(fills.values_list("trade__symbol", "trade__role", "quantity", "price", "at", "profit_loss"))


@pytest.mark.parametrize("seed", range(FIRST, FIRST + BOTS, TOGETHER))
def test_live_and_backtest_agree(market_begins: Begin, seed: int) -> None:
    market_begins(seed)
    seeds = range(seed, min(seed + TOGETHER, FIRST + BOTS))
    bots = traded([random_config(number) for number in seeds])
    wrong, fills = list[str](), 0
    for number, bot in zip(seeds, bots, strict=True):
        if bot.trading_frequency == DAY and not decided(bot):
            # Its window did not begin in these hours.
            continue
        found = parity_check(recording_of(bot, TRADED[0].day, TRADED[-1].day))
        fills += found.fills
        if not found.holds:
            wrong += [f"{number}: {difference}" for difference in found.differences]
    assert not wrong, "\n".join(wrong)
    assert fills > len(bots) / 2 or len(bots) < 10


@pytest.mark.parametrize("seed", range(FIRST, FIRST + BOTS, 7 * TOGETHER))
def test_a_bot_beside_others_does_what_it_does_alone(market_begins: Begin, seed: int) -> None:
    configs = [random_config(number) for number in range(seed, seed + 2)]
    with transaction.atomic():
        market_begins(seed)
        together = traded(configs)
        beside = [(decided(bot), filled(bot)) for bot in together]
        transaction.set_rollback(True)
    chosen = max(range(len(configs)), key=lambda number: len(beside[number][1]))
    assert len(beside[chosen][1]) > 2

    everything_forget()
    market_begins(seed)
    alone = traded([configs[chosen]])[0]
    assert (decided(alone), filled(alone)) == beside[chosen]
