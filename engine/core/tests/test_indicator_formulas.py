"""Every indicator against its formula written out in plain Python, and against numbers somebody else computed."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import fmean, pstdev

import numpy as np
import pytest

from engine.core.indicators import Indicator
from engine.core.indicators.bollinger import BollingerBands
from engine.core.indicators.ema import Ema
from engine.core.indicators.macd import Macd
from engine.core.indicators.obv import Obv
from engine.core.indicators.rsi import Rsi
from engine.core.indicators.sma import Sma
from engine.core.indicators.stochastic import Stochastic
from engine.core.indicators.volume_sma import VolumeSma
from engine.core.tests.samples import SHARED_DATA, bars_of, reference_columns
from engine.core.tests.test_indicators import walk
from engine.core.types import Bars

Line = list[float]
NAN = math.nan


def rolling(values: Sequence[float], period: int, of: Callable[[Sequence[float]], float]) -> Line:
    """`of` the last `period` values, NaN where one of them is missing."""
    windows = [values[max(0, end - period) : end] for end in range(1, len(values) + 1)]
    return [NAN if len(part) < period or any(map(math.isnan, part)) else of(part) for part in windows]


def ema(values: Sequence[float], period: int) -> Line:
    first = next(place for place, value in enumerate(values) if not math.isnan(value)) + period - 1
    line = [NAN] * first + [fmean(values[first - period + 1 : first + 1])]
    for value in values[first + 1 :]:
        line.append(line[-1] + 2 / (period + 1) * (value - line[-1]))
    return line


def rsi(closes: Sequence[float], period: int) -> Line:
    moves = [new - old for old, new in pairwise(closes)]
    gain = fmean(max(move, 0) for move in moves[:period])
    loss = fmean(max(-move, 0) for move in moves[:period])
    line = [NAN] * period + [100 * gain / (gain + loss)]
    for move in moves[period:]:
        gain = (gain * (period - 1) + max(move, 0)) / period
        loss = (loss * (period - 1) + max(-move, 0)) / period
        line.append(100 * gain / (gain + loss))
    return line


def stochastic(bars: Bars, period: int, smooth: int, signal: int) -> dict[str, Line]:
    highest, lowest = rolling(bars.high.tolist(), period, max), rolling(bars.low.tolist(), period, min)
    raw = [
        100 * (close - low) / (high - low) if high != low else 50.0
        for close, high, low in zip(bars.close.tolist(), highest, lowest, strict=True)
    ]
    k = rolling(raw, smooth, fmean)
    return {"k": k, "d": rolling(k, signal, fmean)}


def macd(closes: Sequence[float], fast: int, slow: int, signal: int) -> dict[str, Line]:
    line = [one - other for one, other in zip(ema(closes, fast), ema(closes, slow), strict=True)]
    return {"macd": line, "signal": ema(line, signal)}


def bollinger(closes: Sequence[float], period: int, deviations: float) -> dict[str, Line]:
    middle, spread = rolling(closes, period, fmean), rolling(closes, period, pstdev)
    return {
        "lower": [mean - deviations * wide for mean, wide in zip(middle, spread, strict=True)],
        "middle": middle,
        "upper": [mean + deviations * wide for mean, wide in zip(middle, spread, strict=True)],
    }


def obv(bars: Bars, period: int) -> dict[str, Line]:
    total = [0.0]
    for old, new, volume in zip(bars.close, bars.close[1:], bars.volume[1:], strict=False):
        total.append(total[-1] + (volume if new > old else -volume if new < old else 0.0))
    return {"obv": total, "average": rolling(total, period, fmean)}


def formula(indicator: Indicator, bars: Bars) -> dict[str, Line]:
    """The indicator's lines as its textbook formula gives them."""
    closes = bars.close.tolist()
    match indicator:
        case Rsi():
            return {"rsi": rsi(closes, indicator.period)}
        case Macd():
            return macd(closes, indicator.fast, indicator.slow, indicator.signal)
        case Sma():
            return {"sma": rolling(closes, indicator.period, fmean)}
        case Ema():
            return {"ema": ema(closes, indicator.period)}
        case Stochastic():
            return stochastic(bars, indicator.period, indicator.smooth, indicator.signal)
        case BollingerBands():
            return bollinger(closes, indicator.period, indicator.deviations)
        case VolumeSma():
            return {"average": rolling(bars.volume.tolist(), indicator.period, fmean)}
        case Obv():
            return obv(bars, indicator.period)
        case _:
            raise AssertionError(f"no formula for {indicator.label}")


CASES: list[Indicator] = [
    Rsi(),
    Rsi(period=3),
    Macd(),
    Macd(fast=3, slow=7, signal=4),
    Sma(period=20),
    Ema(),
    Ema(period=5),
    Stochastic(),
    Stochastic(period=5, smooth=1, signal=2),
    BollingerBands(),
    BollingerBands(period=7, deviations=1.5),
    VolumeSma(),
    Obv(),
    Obv(period=5),
]


@pytest.mark.parametrize("indicator", CASES, ids=str)
def test_an_indicator_is_what_its_formula_says(indicator: Indicator) -> None:
    bars = walk(4, 700)
    arrays = indicator.compute(bars)
    for line, values in formula(indicator, bars).items():
        expected = np.array(values)
        known = np.isfinite(expected)
        # TA-Lib begins the averages of MACD otherwise; after the declared warm-up nothing is left of that.
        known[: indicator.warmup() if isinstance(indicator, Macd) else 0] = False
        assert known.sum() > 100
        scale = np.maximum(np.abs(expected[known]), bars.close[known])
        assert (np.abs(arrays[line][known] - expected[known]) / scale).max() < 1e-9


# file, indicator, {our line: their column}, from which row on; docs/indicators.md says which conventions differ.
REFERENCES: list[tuple[str, Indicator, dict[str, str], int]] = [
    ("rsi14.csv", Rsi(), {"rsi": "rsi_14"}, 0),
    ("sma20.csv", Sma(period=20), {"sma": "sma_20_close"}, 0),
    ("ema20.csv", Ema(), {"ema": "ema_20_close"}, 0),
    ("macd_12_26_9.csv", Macd(), {"macd": "macd", "signal": "signal", "histogram": "histogram"}, 400),
    ("stoch_14_3_3.csv", Stochastic(), {"k": "slow_k_3", "d": "slow_d_3"}, 0),
    ("bbands_20_2.csv", BollingerBands(), {"lower": "lower", "middle": "sma", "upper": "upper"}, 0),
    # The column is named after 5 bars, but holds the mean of 20.
    ("obv.csv", Obv(), {"obv": "obv", "average": "obv_sma5"}, 0),
]


def test_indicators_agree_with_independently_computed_numbers() -> None:
    """The last line of defence against an error in both formula and indicator, wherever the numbers are at hand."""
    present = [case for case in REFERENCES if (SHARED_DATA / "indicators" / case[0]).is_file()]
    assert len(present) in (0, len(REFERENCES))
    for file, indicator, columns, after in present:
        theirs = reference_columns(file)
        traded = {name: theirs[name] for name in ("open", "high", "low", "volume")}
        bars = replace(bars_of(theirs["close"]), **traded)
        arrays = indicator.compute(bars)
        for line, column in columns.items():
            known = ~np.isnan(theirs[column])
            known[:after] = False
            assert known.sum() >= 100
            scale = np.maximum(np.abs(theirs[column][known]), bars.close[known])
            assert (np.abs(arrays[line][known] - theirs[column][known]) / scale).max() < 1e-9, (file, line)
