"""What functions of the library say of a price at rest: neither side, as the built-in indicators do.

The library divides by a tiny number where a range is nothing, or nothing by nothing: %K becomes 0 and the balance of
power 1 on bars on which nobody moved, and a score becomes a rounding error. There, and nowhere else, the value is put
to the middle (or to unknown, where a scale has none); a smoothed value is smoothed over such middles.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import log

import numpy as np
import talib

from engine.core.indicators.base import ROUNDING, settled, window_mean, window_sum
from engine.core.types import Bars, Floats

Numbers = Mapping[str, int | float]
Columns = dict[str, Floats]
MIDDLE = 50.0
# Points of an RSI that rounding leaves between equal ones.
SAME_RSI = 1e-9
SMOOTHED = 16


def neutral_at_rest(name: str, parameters: Numbers, bars: Bars, columns: Columns) -> Columns:
    """Make a function's columns neutral where the price is at rest.

    Args:
        name: The function's name.
        parameters: Its parameters.
        bars: The bars it was computed over.
        columns: The library's own columns, arrays of shape (bars,).
    """
    if not columns:
        return columns
    whole = {key: int(value) for key, value in parameters.items()}
    if own := OWN.get(name):
        return dict(zip(columns, own(bars, columns, whole), strict=True))
    if rest := AT_REST.get(name):
        lowest, highest = (bars.close, bars.close) if rest.closes else (bars.low, bars.high)
        still = _stands_still(highest, lowest, bars.close, rest.bars(whole))
        values = {key: next((said for part, said in rest.says if key.startswith(part)), None) for key in columns}
        return {
            key: line if (said := values[key]) is None else np.where(still & ~np.isnan(line), said, line)
            for key, line in columns.items()
        }
    return columns


def _stands_still(highest: Floats, lowest: Floats, price: Floats, bars: int) -> np.ndarray:
    """Return, per bar, whether the last `bars` bars have no range at all; False where there are fewer bars."""
    if len(price) < bars or bars < 2:
        return np.zeros(len(price), dtype=np.bool_) if bars >= 2 else highest - lowest <= ROUNDING * price
    still: np.ndarray = talib.MAX(highest, bars) - talib.MIN(lowest, bars) <= ROUNDING * price
    return still


def _raw(value: Floats, length: int, highest: Floats, lowest: Floats, nothing: Floats) -> Floats:
    """Return where a value lies in the range of the last bars, 0 to 100; the middle if that is at most `nothing`."""
    if len(value) < length:
        return np.full(len(value), np.nan)
    high = talib.MAX(highest, length) if length > 1 else highest
    low = talib.MIN(lowest, length) if length > 1 else lowest
    reach = high - low
    stands = reach <= nothing
    return np.where(stands, MIDDLE, 100 * (value - low) / np.where(stands, 1.0, reach))


def _stoch(bars: Bars, columns: Columns, given: Mapping[str, int]) -> list[Floats]:
    k = window_mean(_hlc(bars, given["k"]), given["smooth_k"])
    return [k, window_mean(k, given["d"])]


def _stochf(bars: Bars, columns: Columns, given: Mapping[str, int]) -> list[Floats]:
    k = _hlc(bars, given["fastk"])
    return [k, window_mean(k, given["fastd"])]


def _hlc(bars: Bars, length: int) -> Floats:
    return _raw(bars.close, length, bars.high, bars.low, ROUNDING * bars.close)


def _kdj(bars: Bars, columns: Columns, given: Mapping[str, int]) -> list[Floats]:
    k = _wilder(_hlc(bars, given["length"]), given["signal"])
    d = _wilder(k, given["signal"])
    return [k, d, 3 * k - 2 * d]


def _wilder(line: Floats, length: int) -> Floats:
    """Return Wilder's average, begun with the mean of the first values."""
    found = np.full(len(line), np.nan)
    known = np.flatnonzero(~np.isnan(line))
    if len(known) < length:
        return found
    first = int(known[0])
    value = float(line[first : first + length].mean())
    found[first + length - 1] = value
    rest = line[first + length :].tolist()
    for place, new in enumerate(rest, first + length):
        value += (new - value) / length
        found[place] = value
    return found


def _stochrsi(bars: Bars, columns: Columns, given: Mapping[str, int]) -> list[Floats]:
    rsi = np.full(len(bars), np.nan)
    if len(bars) > given["rsi_length"] >= 2:
        rsi = talib.RSI(bars.close, given["rsi_length"])
    first = min(given["rsi_length"], len(rsi))
    later = rsi[first:]
    raw = _raw(later, given["length"], later, later, np.full(len(later), SAME_RSI))
    k = window_mean(np.r_[np.full(first, np.nan), raw], given["k"])
    return [k, window_mean(k, given["d"])]


def _bop(bars: Bars, columns: Columns, given: Mapping[str, int]) -> list[Floats]:
    reach = bars.high - bars.low
    stands = reach <= ROUNDING * bars.close
    return [np.where(stands, 0.0, (bars.close - bars.open) / np.where(stands, 1.0, reach))]


def _mfi(bars: Bars, columns: Columns, given: Mapping[str, int]) -> list[Floats]:
    """Return the Money Flow Index, 0 to 100: the money on bars whose typical price rose, as a part of all that flowed.

    Source: Gene Quong and Avrum Soudack.
    """
    typical = (bars.high + bars.low + bars.close) / 3
    before = np.r_[typical[:1], typical[:-1]]
    typical = settled(typical, before, bars.close)
    flow = typical * bars.volume
    length = given["length"]
    rising, falling = (np.where(side, flow, 0.0) for side in (typical > before, typical < before))
    # The first bar has no bar before it to be compared with.
    for line in (rising, falling):
        line[:1] = np.nan
    up, down = (window_sum(line, np.ones(length)) for line in (rising, falling))
    nothing = up + down == 0
    return [np.where(nothing, MIDDLE, 100 * up / np.where(nothing, 1.0, up + down))]


def _fisher(bars: Bars, columns: Columns, given: Mapping[str, int]) -> list[Floats]:
    """Return the Fisher Transform of the middles of bars, as the library computes it, and its signal.

    Source: John Ehlers.
    """
    middle, length = (bars.high + bars.low) / 2, given["length"]
    found = np.full(len(bars), np.nan)
    if len(bars) >= length:
        high = talib.MAX(middle, length) if length > 1 else middle
        low = talib.MIN(middle, length) if length > 1 else middle
        reach = high - low
        place = np.where(reach <= ROUNDING * bars.close, 0.0, (middle - low) / np.maximum(reach, 0.001) - 0.5)
        found[length - 1] = value = last = 0.0
        for bar, at in enumerate(place[length:].tolist(), length):
            value = 0.66 * at + 0.67 * value
            value = -0.999 if value < -0.99 else 0.999 if value > 0.99 else value
            last = 0.5 * (log((1 + value) / (1 - value)) + last)
            found[bar] = last
    signal = given["signal"]
    return [found, np.r_[np.full(min(signal, len(found)), np.nan), found[: max(0, len(found) - signal)]]]


OWN: Mapping[str, Callable[[Bars, Columns, Mapping[str, int]], list[Floats]]] = {
    "stoch": _stoch,
    "stochf": _stochf,
    "kdj": _kdj,
    "stochrsi": _stochrsi,
    "bop": _bop,
    "mfi": _mfi,
    "fisher": _fisher,
}


@dataclass(frozen=True)
class AtRest:
    """What a function says where a number of bars have no range.

    Attributes:
        says: The values, by the beginning of a column's name.
        bars: Returns how many bars without a range it takes, from the parameters.
        closes: The function looks at closes alone, so that their range counts.
    """

    says: tuple[tuple[str, float], ...]
    bars: Callable[[Mapping[str, int]], int]
    closes: bool = True


def _length(given: Mapping[str, int]) -> int:
    return given["length"]


def _longest(given: Mapping[str, int]) -> int:
    """Return enough bars for averages to have forgotten every move."""
    return SMOOTHED * sum(given.values())


UNKNOWN = float("nan")
AT_REST: Mapping[str, AtRest] = {
    "bbands": AtRest((("BBP", 0.5),), _length),
    "kurtosis": AtRest((("KURT", UNKNOWN),), _length),
    "skew": AtRest((("SKEW", UNKNOWN),), _length),
    "zscore": AtRest((("ZS", 0.0),), _length),
    "psl": AtRest((("PSL", MIDDLE),), lambda given: given["length"] + 1),
    "ttm_trend": AtRest((("TTM", 0.0),), _length, closes=False),
    "rvgi": AtRest((("RVGI", 0.0),), lambda given: given["length"] + 2 * given["swma_length"], closes=False),
    # Ratios of averages of moves: once all moves are forgotten, a ratio of rounding errors is left.
    "adx": AtRest((("ADX", UNKNOWN), ("DM", 0.0)), _longest, closes=False),
    "rsi": AtRest((("RSI", MIDDLE),), _longest),
    "rvi": AtRest((("RVI", MIDDLE),), _longest),
    "smi": AtRest((("SMI", 0.0),), _longest),
    "tsi": AtRest((("TSI", 0.0),), _longest),
}
