"""Symbols that list later, sessions without a bar, splits in raw bars and days before 1990: said, and no stop."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.backtest.equity import equity_of
from engine.backtest.history import History, HistoryError, history_from_folder, history_make, sessions_within
from engine.backtest.report import report_json
from engine.backtest.result import fills_by_time
from engine.backtest.run import backtest_run
from engine.backtest.tests.markets import walk_history
from engine.backtest.tests.test_run import BARS_COLUMNS, configured
from engine.core.timeframes import bars_resample
from engine.core.types import Bars
from marketdata.barfiles import bar_file_read
from marketdata.calendar import sessions_between

FIRST, LAST = date(2019, 1, 2), date(2019, 1, 10)
BOTH = ["AAA", "BBB"]


def only(bars: Bars, keep: Callable[[date], bool]) -> Bars:
    kept = np.array([keep(date.fromordinal(int(day))) for day in bars.session])
    return replace(bars, **{name: getattr(bars, name)[kept] for name in BARS_COLUMNS})


def with_gaps(keep: Callable[[date], bool], seed: int = 5) -> History:
    """Two symbols, of the second only some days."""
    bars = dict(walk_history(BOTH, FIRST, LAST, seed=seed, wild=0.003).bars)
    return history_make(bars | {"BBB": only(bars["BBB"], keep)}, sessions_between(FIRST, LAST))


GAPS = [
    pytest.param(
        lambda day: day >= date(2019, 1, 7),
        "The bars of BBB begin on 2019-01-07: before that nothing could be traded in it.",
        id="lists later",
    ),
    pytest.param(
        lambda day: day not in (date(2019, 1, 4), date(2019, 1, 8)),
        "BBB has no bars on 2019-01-04, 2019-01-08: nothing could be traded in it, and what was held kept its last "
        "price.",
        id="silent for two days",
    ),
    pytest.param(
        lambda day: day <= date(2019, 1, 8),
        "The bars of BBB end on 2019-01-08: after that nothing could be traded, and its last price stands.",
        id="ends earlier",
    ),
]


@pytest.mark.parametrize("risk", [{}, {"trailing_stop": 0.01}])
@pytest.mark.parametrize(("keep", "words"), GAPS)
def test_the_others_are_traded_and_it_is_said(keep: Callable[[date], bool], words: str, risk: dict[str, Any]) -> None:
    for seed in range(5):
        history = with_gaps(keep, seed)
        jumped, walked = (backtest_run(configured(BOTH, risk), history, every_tick=every) for every in (False, True))
        assert jumped.trips == walked.trips
        assert jumped.decisions == walked.decisions
        assert report_json(jumped)["notes"].count(words) == 1
        filled = {
            symbol: {
                datetime.fromtimestamp(fill.at - 1, UTC).date()
                for name, fill in fills_by_time(jumped)
                if name == symbol
            }
            for symbol in BOTH
        }
        assert all(keep(day) for day in filled["BBB"])
        assert min(filled["BBB"]) < LAST
        assert len(filled["AAA"]) > len(filled["BBB"])


def test_what_lists_later_is_bought_when_it_does() -> None:
    history = with_gaps(lambda day: day >= date(2019, 1, 7))
    course = equity_of(backtest_run(configured(BOTH), history))
    before = int(np.searchsorted(course.at, history.bars["BBB"].end[0])) - 1
    aaa = history.bars["AAA"]
    grown = aaa.close[np.searchsorted(aaa.end, course.at[before], side="right") - 1] / aaa.open[0]
    assert course.buy_and_hold[before] == pytest.approx(10_000 * (grown + 1) / 2)


@pytest.mark.parametrize(
    ("keep", "words"),
    [
        (lambda day: day > FIRST, r"the bars of AAA begin on 2019-01-03, after 2019-01-02, and no other symbol"),
        (lambda day: day < LAST, r"the bars of BBB end on 2019-01-09, before 2019-01-10, and no other symbol"),
        (lambda day: False, r"there are no bars of AAA from 2019-01-02 to 2019-01-10: import them"),
    ],
)
def test_days_of_which_there_is_nothing_are_an_error(keep: Callable[[date], bool], words: str) -> None:
    bars = walk_history(BOTH, FIRST, LAST).bars
    with pytest.raises(HistoryError, match=words):
        history_make({name: only(series, keep) for name, series in bars.items()}, sessions_between(FIRST, LAST))


def test_a_sale_on_daily_bars_waits_for_the_open_of_the_next_day_there_is() -> None:
    minutes = walk_history(["AAA"], date(2018, 1, 2), date(2018, 6, 29), seed=3, wild=0.003)
    days = bars_resample(minutes.bars["AAA"], "1Day", minutes.known, np.inf)
    midnight = [
        int(datetime.combine(date.fromordinal(int(day)), datetime.min.time(), UTC).timestamp()) for day in days.session
    ]
    days = replace(days, start=np.array(midnight) + 5 * 3600)
    gone = np.arange(len(days)) % 3 == 2
    gone[-1] = False
    kept = replace(days, **{name: getattr(days, name)[~gone] for name in BARS_COLUMNS})
    result = backtest_run(
        configured(timeframe="1Day", risk={"stop_loss": 0.5, "take_profit": None}),
        history_make({"AAA": kept}, minutes.sessions),
    )
    exits = [fill for _, fill in fills_by_time(result) if fill.role == "exit"]
    opens = {int(session.open.timestamp()) for session in minutes.sessions}
    assert len(exits) > 3
    assert {fill.at for fill in exits} <= opens


def split(bars: Bars, day: date, ratio: float) -> Bars:
    factor = np.where(bars.session >= day.toordinal(), 1 / ratio, 1.0)
    return replace(
        bars, **{name: np.round(getattr(bars, name) * factor, 4) for name in ("open", "high", "low", "close")}
    )


@pytest.mark.parametrize(("ratio", "words"), [(4, "4 for 1"), (1.5, "3 for 2"), (0.1, "1 for 10")])
def test_a_night_like_a_split_is_said(ratio: float, words: str) -> None:
    bars = walk_history(["AAA"], FIRST, LAST, seed=2).bars["AAA"]
    history = history_make({"AAA": split(bars, date(2019, 1, 8), ratio)}, sessions_between(FIRST, LAST))
    [note] = [note for note in report_json(backtest_run(configured(), history))["notes"] if "split" in note]
    assert "opened on 2019-01-08 at $" in note
    assert f"as after a split of {words}. If these bars are not adjusted for splits, " in note


def test_what_was_held_over_it_is_said() -> None:
    bars = walk_history(["AAA"], FIRST, LAST, seed=2).bars["AAA"]
    never = {"risk_management": {"stop_loss": 0.5, "max_position_size": 0.5}, "indicators": {"SMA": {"period": 3}}}
    history = history_make({"AAA": split(bars, date(2019, 1, 8), 4)}, sessions_between(FIRST, LAST))
    said = set()
    for hour in (10, 16):
        result = backtest_run(configured(end_hour=hour, end_minute=0, **never), history)
        opens = int(sessions_between(date(2019, 1, 8), LAST)[0].open.timestamp())
        over = any(trip.entry_at < opens and (trip.exit_at is None or trip.exit_at >= opens) for trip in result.trips)
        [note] = [note for note in report_json(result)["notes"] if "split" in note]
        assert ("what was held over that night has gained or lost nothing" in note) == over
        said.add(over)
    assert True in said


@pytest.mark.parametrize("ratio", [1.3, 0.8, 1.75])
def test_a_price_that_falls_for_another_reason_is_no_split(ratio: float) -> None:
    bars = walk_history(["AAA"], FIRST, LAST, seed=2).bars["AAA"]
    history = history_make({"AAA": split(bars, date(2019, 1, 8), ratio)}, sessions_between(FIRST, LAST))
    assert not any("split" in note for note in report_json(backtest_run(configured(), history))["notes"])


def daily_file(folder: Path, first: date, last: date) -> None:
    """Each weekday before 1990, and each session since."""
    early = [first + timedelta(days=count) for count in range((date(1990, 1, 1) - first).days)]
    days = [day for day in early if day.weekday() < 5] + [session.day for session in sessions_between(first, last)]
    lines = ["timestamp,open,high,low,close,volume"]
    for place, day in enumerate(days):
        price = 50 + 5 * np.sin(place / 4)
        lines.append(f"{day},{price:.2f},{price + 1:.2f},{price - 1:.2f},{price + 0.5:.2f},1000")
    (folder / "AAA.csv").write_text("\n".join(lines) + "\n")


def test_days_before_1990_are_left_out_and_it_is_said(tmp_path: Path) -> None:
    daily_file(tmp_path, date(1988, 1, 4), date(1990, 12, 31))
    read = bar_file_read(tmp_path / "AAA.csv", "1Day")
    assert date.fromordinal(int(read.bars.session[0])) == date(1990, 1, 2)
    assert read.left_out == 0
    assert [
        note for note in read.notes if "of before 1990, where the calendar of the exchange begins: left out" in note
    ]

    history = history_from_folder(tmp_path, ["AAA"], "1Day", date(1988, 1, 4), date(1990, 6, 29), 5)
    report = report_json(backtest_run(configured(timeframe="1Day", indicators={"SMA": {"period": 3}}), history))
    assert report["from"] == "1990-01-02"
    assert (
        "The calendar of the exchange begins on 1990-01-02: the days from 1988-01-04 to then are left out."
        in report["notes"]
    )
    with pytest.raises(
        HistoryError, match="the calendar of the exchange begins on 1990-01-02, and the last day asked for"
    ):
        sessions_within(date(1985, 1, 1), date(1989, 12, 29))
