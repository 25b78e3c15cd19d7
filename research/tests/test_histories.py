"""The history of a backtest: bars are counted, whatever a stock's sessions look like, and what is missing is said."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.backtest.history import History, history_from_folder
from engine.backtest.report import report_json
from engine.backtest.run import backtest_run
from engine.backtest.tests.markets import walk_history
from engine.backtest.tests.test_bias import SIDED
from engine.backtest.tests.test_run import configured
from engine.brokers.values import RawBar
from engine.core.config import config_parse
from engine.core.tests.samples import SHARED_DATA
from engine.core.types import Bars
from marketdata.services import bars_store
from research.histories import history_from_store

FIRST, LAST = date(2019, 1, 14), date(2019, 1, 15)


def test_a_thin_stock_is_warm_with_the_bars_there_are() -> None:
    case = SHARED_DATA.parent / "cases" / "thin" / "pplt.json"
    if not case.is_file():
        pytest.skip("the case is not here")
    config = config_parse(json.loads(case.read_text()))
    day = date(2019, 2, 15)
    history = history_from_folder(SHARED_DATA / "minute", ["PPLT"], "1Min", day, day, config.warmup())
    result = backtest_run(config, history)
    assert history.short == {}
    assert sum(count for (_, reason), count in result.decisions.items() if reason == "warming_up") == 0


def thin(holes: float) -> Bars:
    return walk_history(["AAA"], date(2018, 12, 3), LAST, seed=3, holes=holes).bars["AAA"]


def written(folder: Path, bars: Bars) -> None:
    lines = ["timestamp,open,high,low,close,volume"]
    for row in zip(bars.start, bars.open, bars.high, bars.low, bars.close, bars.volume, strict=True):
        lines.append(",".join([str(np.datetime64(int(row[0]), "s")) + "Z", *(repr(float(value)) for value in row[1:])]))
    (folder / "AAA.csv").write_text("\n".join(lines) + "\n")


def before(history: History) -> int:
    return int(np.searchsorted(history.bars["AAA"].session, FIRST.toordinal()))


@pytest.mark.django_db
@pytest.mark.parametrize(("timeframe", "needed"), [("1Min", 700), ("15Min", 90)])
def test_folder_and_store_hold_the_same_bars_and_as_many_as_are_needed(
    tmp_path: Path, timeframe: str, needed: int
) -> None:
    bars = thin(0.8)
    written(tmp_path, bars)
    prices = zip(*(getattr(bars, name).tolist() for name in ("open", "high", "low", "close", "volume")), strict=True)
    bars_store(
        [
            RawBar("AAA", datetime.fromtimestamp(start, UTC), *(Decimal(repr(price)) for price in row))
            for start, row in zip(bars.start.tolist(), prices, strict=True)
        ],
        "1Min",
    )
    folder = history_from_folder(tmp_path, ["AAA"], timeframe, FIRST, LAST, needed)
    store = history_from_store(["AAA"], timeframe, FIRST, LAST, needed)
    assert before(folder) >= needed
    assert folder.short == store.short == {}
    assert folder.bars["AAA"].start.tolist() == store.bars["AAA"].start.tolist()
    assert len(folder.bars["AAA"]) < len(bars)


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    bars = thin(0.9)
    written(tmp_path, bars)
    config = configured(["AAA"], indicators={"RSI": {"period": 100}})
    history = history_from_folder(tmp_path, ["AAA"], "1Min", FIRST, LAST, config.warmup())
    have = before(history)
    assert 500 < have < config.warmup() == 2808
    assert history.short == {"AAA": have}
    assert report_json(backtest_run(config, history))["notes"][0] == (
        f"AAA has {have:,} bars before 2019-01-14, and the indicators need 2,808: "
        "those with a memory begin with the first of them, the others warm up."
    )


@pytest.mark.parametrize(
    "indicators", [{"RSI": {"period": 100, "oversold": 50}}, {"SAR": SIDED, "EMA": {"period": 200}}]
)
def test_a_memory_that_begins_with_the_first_bar_trades_and_says_since_when(
    tmp_path: Path, indicators: dict[str, Any]
) -> None:
    bars = thin(0.9)
    written(tmp_path, bars)
    config = configured(["AAA"], indicators=indicators, signal_mode="any")
    history = history_from_folder(tmp_path, ["AAA"], "1Min", FIRST, LAST, config.warmup())
    jumped, walked = (backtest_run(config, history, every_tick=every) for every in (False, True))
    assert jumped.trips == walked.trips
    assert jumped.decisions == walked.decisions
    assert sum(count for (_, reason), count in walked.decisions.items() if reason == "warming_up") == 0
    assert len(walked.trips) > 0
    first = date.fromordinal(int(bars.session[0]))
    assert f"{list(indicators)[-1]} begins on {first}, with the first bar known" in walked.trips[0].entry_sentence
