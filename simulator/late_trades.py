"""Trades reported after their minute was closed: the bar is first told without them, then once more in full."""

import random
from dataclasses import dataclass, replace

from simulator.market import Bar

_SHARE = 50  # one share in so many is reported late


@dataclass(frozen=True)
class LateTrades:
    """rate: the chance that a minute has some, decided by the seed, the stock and the minute alone."""

    rate: float
    seed: int

    def has_some(self, symbol: str, start: int) -> bool:
        return self.rate > 0 and random.Random(f"{self.seed}|{symbol}|{start}|late").random() < self.rate

    def before(self, symbol: str, bar: Bar) -> Bar:
        """The bar as it is first told: the same prices, some shares short."""
        late = bar.volume // _SHARE
        if not late or not self.has_some(symbol, bar.start):
            return bar
        return replace(bar, volume=bar.volume - late, trades=max(1, bar.trades - 1))
