"""The checks for look-ahead and warm-up bias find nothing in honest indicators, and find a cheat."""

from collections.abc import Mapping
from datetime import date

import numpy as np
import pytest

from engine.backtest import bias
from engine.backtest.bias import flips_check, lookahead_check, warmup_check
from engine.backtest.history import History, HistoryError
from engine.backtest.tests.markets import walk_history
from engine.backtest.tests.test_run import INDICATORS, configured
from engine.core.indicators import Rsi, custom
from engine.core.indicators.measured import Memory
from engine.core.types import Bars


@pytest.fixture(scope="module")
def history() -> History:
    return walk_history(["AAA", "BBB"], date(2019, 1, 2), date(2019, 1, 9), seed=8, warm_sessions=3)


@pytest.mark.parametrize("indicators", INDICATORS, ids=lambda found: "+".join(found))
@pytest.mark.parametrize("timeframe", ["1Min", "5Min"])
def test_honest_indicators_show_no_bias(history: History, indicators: dict[str, object], timeframe: str) -> None:
    config = configured(["AAA", "BBB"], indicators=indicators, timeframe=timeframe)

    assert lookahead_check(config, history) == []
    assert warmup_check(config, history) == []


def test_an_indicator_that_looks_ahead_is_found(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = Rsi.compute

    def cheat(self: Rsi, bars: Bars) -> Mapping[str, np.ndarray]:
        arrays = dict(honest(self, bars))
        name = next(iter(arrays))
        return arrays | {name: np.r_[arrays[name][5:], np.full(min(5, len(bars)), 50.0)]}

    monkeypatch.setattr(Rsi, "compute", cheat)
    found = lookahead_check(configured(["AAA"], indicators={"RSI": {"period": 5}}), history)

    assert found
    assert found[0].startswith("with no bar after 2019-01-")


def test_a_warm_up_that_is_too_short_is_found(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Rsi, "warmup", lambda self: 20)
    found = warmup_check(configured(["AAA"], indicators={"RSI": {"period": 14}}), history)

    assert found
    assert found[0].startswith("with the declared warm-up only: AAA at 2019-01-07")


SIDED = {"pandas_ta": "psar", "buy": "close > PSARl_0_02_0_2", "sell": "close < PSARs_0_02_0_2"}


def test_a_memory_that_does_not_fade_is_found_where_it_flips(monkeypatch: pytest.MonkeyPatch) -> None:
    history = walk_history(["AAA"], date(2019, 1, 2), date(2019, 1, 11), seed=8, warm_sessions=5)
    config = configured(["AAA"], indicators={"SAR": SIDED})
    assert warmup_check(config, history) == []
    # As if it were one of those whose memory fades.
    monkeypatch.setattr(custom, "function_memory", lambda name, chosen: Memory(60, anchored=False))
    found = list(flips_check(config, history, "AAA"))
    assert found
    assert found[0].startswith("where SAR changes sides: AAA at 2019-01-")


def test_without_more_history_there_is_nothing_to_compare() -> None:
    short = walk_history(["AAA"], date(2019, 1, 2), date(2019, 1, 4))
    with pytest.raises(HistoryError, match="load earlier days, too"):
        warmup_check(configured(), short)
    assert bias.CUTS > 1
