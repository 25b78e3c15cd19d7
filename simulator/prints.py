"""The trades inside a bar: four prints, so that a page between two bars has something that moves."""

from dataclasses import dataclass

from engine.core.prints import OFFSETS, bar_prints, print_index
from simulator.market import Bar, Market


def prints(bar: Bar) -> tuple[float, float, float, float]:
    """The prices printed at OFFSETS seconds."""
    return bar_prints(bar.open, bar.high, bar.low, bar.close)


def last_print(market: Market, symbol: str, at: float) -> tuple[int, float] | None:
    """(time, price) of the latest print at or before `at`; None when the symbol never traded."""
    bar = market.last_bar(symbol, at)
    if bar is None:
        return None
    index = print_index(at - bar.start)
    return bar.start + OFFSETS[index], prints(bar)[index]


@dataclass(frozen=True)
class Spread:
    """Bid and ask lie half of it, in dollars, on either side of the last price."""

    dollars: float

    def around(self, price: float) -> tuple[float, float]:
        """(bid, ask)."""
        return round(price - self.dollars / 2, 4), round(price + self.dollars / 2, 4)
