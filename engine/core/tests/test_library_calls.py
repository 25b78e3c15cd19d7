"""Functions by name against the library's own plain call, on real bars."""

import gzip
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

import numpy as np
import pandas_ta_classic
import pytest
from numpy.testing import assert_array_equal
from pandas import DataFrame, Series, read_csv, to_datetime

from engine.core.indicators.candles import PATTERNS
from engine.core.indicators.functions import FUNCTIONS, Function
from engine.core.indicators.library import library_compute
from engine.core.tests.samples import SHARED_DATA
from engine.core.types import Bars

SYMBOLS = ("AAPL", "MSFT", "SPY", "QQQ", "TSLA", "PPLT", "TZA")
BARS = 600
# How the library's documentation calls them. Whatever else they take has a default, and is another formula.
PRICES = {
    "open_ close": "qstick",
    "high low": "ao aroon dm donchian fisher hl2 massi medprice midprice minus_dm plus_dm psar",
    "high low close": "aberration accbands adx atr cci ce chop cksp eri hilo hlc3 ichimoku kc kdj natr pgo pmax stoch "
    "stochf supertrend true_range ttm_trend typprice uo vortex wcp willr",
    "high low close volume": "adosc cmf eom kvo mfi vwap",
    "high low volume": "emv marketfi",
    "open_ high low close": "avgprice bop brar ha ohlc4 pdist rvgi " + " ".join(f"cdl_{name}" for name in PATTERNS),
    "close volume": "efi pvol vfi vwma vwmacd",
    "volume": "pvo vosc",
}
GIVEN = {name: prices.split() for prices, names in PRICES.items() for name in names.split()}
Numbers = dict[str, int | float]


@cache
def real(symbol: str) -> DataFrame:
    path = SHARED_DATA / "minute" / f"{symbol}.csv.gz"
    if not path.is_file():
        pytest.skip(f"the minute bars are not here: {symbol}")
    with gzip.open(path) as file:
        return read_csv(file, nrows=BARS)


def bars_of(frame: DataFrame) -> Bars:
    start = 60 * np.arange(len(frame), dtype=np.int64)
    prices = (frame[name].to_numpy(np.float64) for name in ("open", "high", "low", "close", "volume"))
    return Bars("REAL", "1Min", start, start + 60, np.zeros_like(start), *prices)


def real_sessions(symbol: str, count: int) -> Bars:
    """The minutes of the first that many sessions."""
    path = SHARED_DATA / "minute" / f"{symbol}.csv.gz"
    if not path.is_file():
        pytest.skip(f"the minute bars are not here: {symbol}")
    frame = read_csv(path, nrows=390 * count)
    bars = bars_of(frame)
    start = np.array([int(datetime.fromisoformat(text).timestamp()) for text in frame["timestamp"]])
    return replace(bars, start=start, end=start + 60, session=start // 86_400 + 719_163)


def plain_call(function: Function, parameters: Numbers, frame: DataFrame) -> list[Any]:
    """The columns of `pandas_ta_classic.NAME(prices, parameters)`."""
    if function.name == "vwap":
        frame = frame.set_index(to_datetime(60 * np.arange(len(frame)), unit="s"))
    given = {name: frame[name.rstrip("_")] for name in GIVEN.get(function.name, ["close"])}
    with np.errstate(all="ignore"):
        found = getattr(pandas_ta_classic, function.calls or function.name)(**given, **parameters, **function.fixed)
    return [found] if isinstance(found, Series) else [found[name] for name in found]


def three(function: Function) -> list[Numbers]:
    """The library's defaults, some longer and some shorter."""
    defaults = dict(function.parameters)
    longer: Numbers = {
        name: 2 * value + 1 if isinstance(value, int) else 1.5 * value for name, value in defaults.items()
    }
    shorter: Numbers = {
        name: max(2, value // 2) if isinstance(value, int) else value / 2 for name, value in defaults.items()
    }
    return [defaults, longer, shorter]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_the_librarys_own(name: str) -> None:
    function = FUNCTIONS[name]
    for symbol in SYMBOLS:
        for parameters in three(function):
            ours = library_compute(function, tuple(parameters.items()), bars_of(real(symbol)))
            theirs = plain_call(function, parameters, real(symbol))
            assert len(ours) == len(theirs)
            for (column, line), other in zip(ours.items(), theirs, strict=True):
                assert_array_equal(line, other.to_numpy(np.float64), f"{column} of {symbol} with {parameters}")
