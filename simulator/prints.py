"""The trades inside a bar: four prints, so that a page between two bars has something that moves."""

from simulator.market import Bar, Market
from simulator.sessions import MINUTE

OFFSETS = (0, 20, 40, 59)


def prints(bar: Bar) -> tuple[float, float, float, float]:
    """The prices printed at OFFSETS seconds: open, the nearer extreme, the other one, close."""
    low_first = bar.open - bar.low <= bar.high - bar.open
    return (bar.open, bar.low, bar.high, bar.close) if low_first else (bar.open, bar.high, bar.low, bar.close)


def last_print(market: Market, symbol: str, at: float) -> tuple[int, float] | None:
    """(time, price) of the latest print at or before `at`; None when the symbol never traded."""
    bar = market.last_bar(symbol, at)
    if bar is None:
        return None
    index = max(i for i, offset in enumerate(OFFSETS) if bar.start + offset <= at or i == 0)
    return bar.start + OFFSETS[index], prints(bar)[index]


def is_print(at: int) -> bool:
    return at % MINUTE in OFFSETS
