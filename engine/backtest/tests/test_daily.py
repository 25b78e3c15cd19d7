"""A bot on daily bars: it fills at the price of its time where minutes are known, and is refused where they are not."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.backtest.equity import equity_of
from engine.backtest.history import History, HistoryError, history_from_folder, history_make, history_with_minutes
from engine.backtest.report import report_json
from engine.backtest.run import backtest_run
from engine.backtest.tests.markets import walk_history
from engine.backtest.tests.test_run import configured
from engine.core.config import BotConfig
from engine.core.timeframes import bars_resample
from engine.core.types import Bars
from marketdata.barfiles import bars_write
from marketdata.calendar import sessions_between

FIRST, LAST = date(2018, 12, 3), date(2019, 1, 31)
TRADED = date(2019, 1, 2)


def walked(seed: int = 3, wild: float = 0.002) -> History:
    """Minutes of two months, two symbols."""
    return walk_history(["AAA", "BBB"], FIRST, LAST, seed=seed, wild=wild)


def daily(minutes: History, *, with_minutes: bool) -> History:
    """The days of these minutes as they are stored, and the minutes of the days traded in."""
    sessions = sessions_between(TRADED, LAST)
    days = {symbol: day_bars(bars, minutes) for symbol, bars in minutes.bars.items()}
    history = history_make(days, sessions)
    return history_with_minutes(history, since(minutes)) if with_minutes else history


def since(minutes: History) -> dict[str, Bars]:
    found = {}
    for symbol, bars in minutes.bars.items():
        keep = bars.session >= TRADED.toordinal()
        found[symbol] = replace(
            bars,
            **{
                name: getattr(bars, name)[keep]
                for name in ("start", "end", "session", "open", "high", "low", "close", "volume")
            },
        )
    return found


def day_bars(bars: Bars, minutes: History) -> Bars:
    days = bars_resample(bars, "1Day", minutes.known, np.inf)
    starts = [datetime.combine(date.fromordinal(int(day)), datetime.min.time(), UTC) for day in days.session]
    return replace(days, start=np.array([int(start.timestamp()) + 5 * 3600 for start in starts], dtype=np.int64))


def bot(**changes: Any) -> BotConfig:
    late = {"start_hour": 15, "start_minute": 30, "end_hour": 16, "end_minute": 0}
    return configured(["AAA", "BBB"], timeframe="1Day", **(late | changes))


def test_a_window_later_than_the_open_is_refused_without_minutes() -> None:
    wanted = (
        r"on 2019-01-02 the bot first looks at 15:30, and the bar of a day has no price of that time: there are no "
        r"minutes of AAA on 2019-01-02 and 20 more days\. Import the minutes .* let the window begin at 09:30"
    )
    history = history_with_minutes(daily(walked(), with_minutes=False), {})
    with pytest.raises(HistoryError, match=wanted):
        backtest_run(bot(), history)
    # At the open, the day's bar has the price.
    assert len(backtest_run(bot(start_hour=9), history).trips) > 1


@pytest.mark.parametrize("every_tick", [False, True])
def test_it_is_filled_at_the_price_of_its_time(every_tick: bool) -> None:
    result = backtest_run(bot(), daily(walked(), with_minutes=True), every_tick=every_tick)

    entries = [fill for trip in result.trips for fill in trip.fills if fill.role == "entry"]
    assert len(entries) > 3
    for trip in result.trips:
        bars = result.history.bars[trip.symbol]
        at = datetime.fromtimestamp(trip.entry_at, UTC)
        assert (at.hour, at.minute >= 30) == (20, True)
        assert float(trip.entry_price) == bars.open[np.flatnonzero(bars.start == trip.entry_at)[0]]
    assert (
        "The bot looks at daily bars, at each of its usual times; its orders fill at the prices of minutes."
        in (report_json(result)["notes"])
    )


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(
    "risk", [{}, {"stop_loss": 0.004, "take_profit": 0.004}, {"trailing_stop": 0.01}, {"cooldown_minutes": 500}]
)
def test_jumping_gives_what_asking_at_every_tick_gives(seed: int, risk: dict[str, Any]) -> None:
    history = daily(walked(seed), with_minutes=True)
    config = bot(start_hour=9, trading_frequency=1800, close_at_window_end=seed % 2 == 1, risk=risk)
    jumped, asked = (backtest_run(config, history, every_tick=every) for every in (False, True))
    assert jumped.trips == asked.trips
    assert jumped.decisions == asked.decisions
    assert len(asked.trips) > 1


def written(folder: Path, bars: dict[str, Bars]) -> Path:
    folder.mkdir()
    for symbol, series in bars.items():
        bars_write(series, folder / f"{symbol}.csv")
    return folder


def test_minutes_in_a_folder_beside_the_days_or_alone(tmp_path: Path) -> None:
    minutes = walked()
    history = daily(minutes, with_minutes=True)
    days = written(tmp_path / "days", dict(history.days))
    beside = written(tmp_path / "beside", since(minutes))
    alone = written(tmp_path / "alone", dict(minutes.bars))
    span = (["AAA", "BBB"], "1Day", TRADED, LAST, bot().warmup())

    wanted = backtest_run(bot(), history).trips
    assert backtest_run(bot(), history_from_folder(days, *span, beside)).trips == wanted
    assert backtest_run(bot(), history_from_folder(alone, *span)).trips == wanted
    with pytest.raises(HistoryError, match="there are no minutes of AAA on 2019-01-02"):
        backtest_run(bot(), history_from_folder(days, *span))


def test_what_others_would_have_been_begins_with_the_first_day() -> None:
    """Its bar starts before the open: not the second day's price."""
    history = daily(walked(), with_minutes=False)
    course = equity_of(backtest_run(bot(start_hour=9), replace(history, benchmark=history.bars["AAA"])))
    place = int(np.flatnonzero(history.bars["AAA"].session == TRADED.toordinal())[0])
    bars = history.bars["AAA"]
    assert course.benchmark is not None
    assert course.benchmark[0] == 10_000 * bars.close[place] / bars.open[place]
