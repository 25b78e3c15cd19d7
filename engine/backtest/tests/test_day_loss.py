"""The day's loss of a backtest is measured since the last close: a gap over night belongs to it."""

from datetime import date
from typing import Any

import numpy as np
import pytest

from engine.backtest.history import History, history_make
from engine.backtest.run import backtest_run
from engine.backtest.tests.test_run import configured
from engine.core.types import Bars
from marketdata.calendar import sessions_between

FIRST, LAST = date(2019, 1, 8), date(2019, 1, 9)


def two_days(symbol: str, rise: int, gap: float = 0.0) -> Bars:
    """Minutes at 100 dollars; at minute `rise` of both days together they fall to 99, and stand at 101 from then on.

    gap: by how much of its price the second day is higher or lower
    """
    price = np.full(780, 100.0)
    price[rise:] = 101.0
    price[rise] = 99.0
    price[390:] = np.round(price[390:] * (1 + gap), 2)
    sessions = sessions_between(FIRST, LAST)
    start = np.concatenate(
        [int(session.open.timestamp()) + 60 * np.arange(390, dtype=np.int64) for session in sessions]
    )
    day = np.repeat([session.day.toordinal() for session in sessions], 390)
    return Bars(symbol, "1Min", start, start + 60, day, price, price, price, price, np.full(780, 1000.0))


def history(gap: float) -> History:
    # AAA is bought on the first day and held, BBB wants to be bought on the second one.
    bars = [two_days("AAA", 200, gap), two_days("BBB", 590)]
    return history_make({one.symbol: one for one in bars}, sessions_between(FIRST, LAST))


@pytest.mark.parametrize("every_tick", [False, True])
@pytest.mark.parametrize(
    ("gap", "limit", "refused"),
    [
        pytest.param(-0.03, 0.01, 1, id="the gap alone reaches the limit"),
        pytest.param(-0.03, 0.02, 0, id="it does not"),
        pytest.param(0.03, 0.01, 0, id="a gain"),
    ],
)
def test_a_gap_over_night_counts(gap: float, limit: float, refused: int, every_tick: bool) -> None:
    risk: dict[str, Any] = {"stop_loss": 0.5, "take_profit": None, "max_daily_loss": limit, "max_position_size": 0.5}
    config = configured(["AAA", "BBB"], risk, end_hour=15, end_minute=59)
    result = backtest_run(config, history(gap), every_tick=every_tick)

    assert result.decisions.get(("refused", "daily_loss"), 0) == refused
    assert [trip.symbol for trip in result.trips].count("BBB") == 1 - refused
