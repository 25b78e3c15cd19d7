"""Live in lockstep against the backtest: random bots on a random market decide and fill alike, alone or together.

`make parity` is the long form, of 500; RANDOM_BOTS_FROM=17 RANDOM_BOTS=1 runs bot 17 alone.
"""

import os
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from bots.models import Bot
from engine.backtest.parity import parity_check
from engine.live.testing import everything_forget
from engine.models import Decision
from marketdata.calendar import sessions_between
from research.recordings import recording_of
from trades.models import Execution, Trade
from tradingbot.tests.random_bots.bots import random_config
from tradingbot.tests.random_bots.live import ExchangeBegins, bots_begin, live_until
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
GAVE_WAY = "it gave way to a sale"
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


class Compared:
    """What live and backtest did otherwise, by bot; which gave way to another one's sale; how many fills agreed."""

    def __init__(self) -> None:
        self.wrong: dict[int, list[str]] = {}
        self.gave_way: set[int] = set()
        self.fills = 0


def compared(market_begins: Begin, seed: int, numbers: Sequence[int]) -> Compared:
    result = Compared()
    everything_forget()
    with transaction.atomic():
        market_begins(seed)
        bots = traded([random_config(number) for number in numbers])
        for number, bot in zip(numbers, bots, strict=True):
            if bot.trading_frequency == DAY and not decided(bot):
                # Its window did not begin in these hours.
                continue
            found = parity_check(recording_of(bot, TRADED[0].day, TRADED[-1].day))
            result.fills += found.fills
            if not found.holds:
                result.wrong[number] = found.differences
            if Trade.objects.filter(bot=bot, error__startswith=GAVE_WAY).exists():
                result.gave_way.add(number)
        transaction.set_rollback(True)
    return result


@pytest.mark.parametrize("seed", range(FIRST, FIRST + BOTS, TOGETHER))
def test_live_and_backtest_agree(market_begins: Begin, seed: int) -> None:
    """A backtest knows one bot: whose entry gave way to another bot's sale agrees where it is alone on the account."""
    numbers = range(seed, min(seed + TOGETHER, FIRST + BOTS))
    together = compared(market_begins, seed, numbers)
    wrong = dict(together.wrong)
    for number in together.gave_way & set(wrong):
        del wrong[number]
        wrong |= compared(market_begins, seed, [number]).wrong
    assert not wrong, "\n".join(f"{number}: {difference}" for number in wrong for difference in wrong[number])
    assert together.fills > len(numbers) / 2 or len(numbers) < 10


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
