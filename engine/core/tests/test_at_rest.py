"""Functions by name where nothing moves, and that they are the library's, or TA-Lib's, everywhere else."""

from dataclasses import replace
from math import log2

import numpy as np
import pytest
import talib
from numpy.testing import assert_allclose

from engine.core.indicators.at_rest import AT_REST, OWN
from engine.core.indicators.custom import custom_kind
from engine.core.indicators.functions import FUNCTIONS
from engine.core.indicators.library import function_compute, library_compute
from engine.core.tests.samples import bars_of
from engine.core.tests.test_indicators import walk
from engine.core.tests.test_library_calls import SYMBOLS, real, three
from engine.core.tests.test_library_calls import bars_of as bars_of_frame
from engine.core.types import Bars

REST = 1300
PRICE = 87.61


def at_rest(seed: int = 3) -> Bars:
    """A walk, and then a price that stands still for long, with a volume that does, too."""
    moved, price = walk(seed, 600), np.full(REST, PRICE)
    bars = bars_of(np.r_[moved.close, price])
    names = ("open", "high", "low")
    changes = {name: np.r_[getattr(moved, name), price] for name in names}
    return replace(bars, **changes, volume=np.r_[moved.volume, np.full(REST, 500.0)])


# What is neither the price, nor 0, nor unknown, and no vote either: a middle, or what the formula says of any market.
NEUTRAL = {
    **dict.fromkeys(("K_9_3", "D_9_3", "J_9_3", "MFI_14", "PSL_12", "RSI_14", "RSX_14", "RVI_14"), 50.0),
    **dict.fromkeys(("STOCHk_14_3_3", "STOCHd_14_3_3", "STOCHFk_5_3", "STOCHFd_5_3"), 50.0),
    **dict.fromkeys(("STOCHRSIk_14_14_3_3", "STOCHRSId_14_14_3_3"), 50.0),
    "BBP_5_2_0": 0.5,
    "AR_26": 100.0,
    "BR_26": 100.0,
    "PVOL": 500 * PRICE,
    "ROCR_10": 1.0,
    "ROCR100_10": 100.0,
    "AROOND_14": 100.0,
    "AROONU_14": 100.0,
    "CG_10": -5.5,
    "ENTP_10": log2(10),
    "MASSI_9_25": 25.0,
}
# They keep the side they were last on: that is what they are.
KEPT = ("PSARaf_0_02_0_2", "SUPERTd_7_3_0", "HILO_13_21", "HILOl_13_21", "HILOs_13_21")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_price_at_rest_is_on_no_side(name: str) -> None:
    chosen = tuple(FUNCTIONS[name].parameters.items())
    for column, line in function_compute(FUNCTIONS[name], chosen, at_rest()).items():
        if column in KEPT:
            continue
        last = line[-20:]
        expected = NEUTRAL.get(column)
        if expected is None:
            neutral = ~np.isfinite(last) | (np.abs(last) < 1e-6) | (np.abs(last - PRICE) < 1e-6)
            assert neutral.all(), f"{column} says {last[-1]}"
        else:
            assert_allclose(last, expected, atol=1e-9, err_msg=column)


def test_a_halt_buys_nothing() -> None:
    for name, rule in (
        ("stoch", "STOCHk_14_3_3 < 20"),
        ("stochf", "STOCHFk_5_3 < 20"),
        ("kdj", "K_9_3 < 20"),
        ("bop", "BOP > 0.5"),
        ("mfi", "MFI_14 < 20"),
        ("fisher", "FISHERT_9_1 < 0 - 2"),
        ("bbands", "BBP_5_2_0 > 0.9"),
        ("rvgi", "RVGI_14_4 > 0.2"),
        ("ttm_trend", "TTM_TRND_6 > 0 or TTM_TRND_6 < 0"),
        ("psl", "PSL_12 < 25"),
        ("adx", "ADX_14 > 25"),
        ("rsi", "RSI_14 > 70 or RSI_14 < 30"),
    ):
        indicator = custom_kind(name).model_validate({"pandas_ta": name, "buy": rule})
        bars = at_rest()
        votes = indicator.vote(indicator.compute(bars))
        assert not votes[-600:].any(), rule
        assert votes[:600].any(), f"{rule} never votes at all"


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_where_talib_has_the_function_it_is_the_same(symbol: str) -> None:
    bars = bars_of_frame(real(symbol))
    open_, high, low, close, volume = (getattr(bars, name) for name in ("open", "high", "low", "close", "volume"))
    moved = talib.MAX(high, 14) > talib.MIN(low, 14)
    pairs = [
        ("stoch", talib.STOCH(high, low, close, 14, 3, 0, 3, 0), moved),
        ("stochf", talib.STOCHF(high, low, close, 5, 3, 0), talib.MAX(high, 5) > talib.MIN(low, 5)),
        ("bop", [talib.BOP(open_, high, low, close)], np.ones(len(bars), dtype=np.bool_)),
        ("mfi", [talib.MFI(high, low, close, volume, 14)], moved),
    ]
    for name, theirs, counts in pairs:
        smoothed = np.convolve(~counts, np.ones(6))[: len(bars)] > 0
        ours = function_compute(FUNCTIONS[name], tuple(FUNCTIONS[name].parameters.items()), bars)
        for (column, line), other in zip(ours.items(), theirs, strict=True):
            known = ~smoothed & ~np.isnan(other)
            assert known.sum() > 100
            assert_allclose(line[known], other[known], rtol=0, atol=1e-9, err_msg=column)


def restless() -> Bars:
    """A walk of which no close is the one before."""
    close = 50 + np.cumsum(np.random.default_rng(8).choice([-0.07, -0.04, -0.02, 0.01, 0.03, 0.05, 0.08], 600))
    return bars_of(close)


@pytest.mark.parametrize("name", sorted({*OWN, *AT_REST} - {"mfi"}))
def test_elsewhere_it_is_the_librarys(name: str) -> None:
    function = FUNCTIONS[name]
    defaults, longer, shorter = three(function)
    # Closes in cents are the same twice now and then: short ones would find that.
    for parameters, bars in ((defaults, bars_of_frame(real("AAPL"))), (longer, restless()), (shorter, restless())):
        chosen = tuple(parameters.items())
        ours, theirs = function_compute(function, chosen, bars), library_compute(function, chosen, bars)
        assert list(ours) == list(theirs)
        for column, line in ours.items():
            assert_allclose(line, theirs[column], rtol=1e-9, atol=1e-8, err_msg=column)
