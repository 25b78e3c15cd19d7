"""Recorded days that were never recorded: stocks that jump over night, and stocks that seldom trade."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from engine.core.types import Session


@dataclass(frozen=True)
class Stock:
    """wild: of a minute, as a part of the price; gap: over night; prints: the part of the minutes that trade"""

    symbol: str
    price: float
    wild: float
    gap: float
    prints: float


STOCKS = (
    Stock("AAPL", 60.0, 0.0006, 0.01, 1.0),
    Stock("MSFT", 35.0, 0.0010, 0.03, 0.97),
    # Over night it moves further than any stop, target or daily limit here.
    Stock("GOOGL", 48.0, 0.0008, 0.09, 1.0),
    # Two that seldom trade.
    Stock("AMZN", 22.0, 0.0015, 0.02, 0.35),
    Stock("NVDA", 12.0, 0.0020, 0.05, 0.10),
    # It stands still for long.
    Stock("META", 80.0, 0.0, 0.0, 0.8),
)


def market_write(folder: Path, sessions: Sequence[Session], seed: int) -> None:
    """A file of minute bars for each stock, as the exchange replays them."""
    folder.mkdir()
    for number, stock in enumerate(STOCKS):
        rng = np.random.default_rng(1000 * seed + number)
        with (folder / f"{stock.symbol}.csv").open("w", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["timestamp", "open", "high", "low", "close", "volume"])
            price = stock.price
            for session in sessions:
                price *= float(np.exp(rng.normal(0, stock.gap)))
                opened, closed = int(session.open.timestamp()), int(session.close.timestamp())
                for start in range(opened, closed, 60):
                    # Both auctions trade, of a thin stock too.
                    if start not in (opened, closed - 60) and rng.random() > stock.prints:
                        continue
                    first, last = price * float(np.exp(rng.normal(0, stock.wild / 2))), 0.0
                    last = first * float(np.exp(rng.normal(0, stock.wild)))
                    high = max(first, last) * (1 + abs(rng.normal(0, stock.wild / 2)))
                    low = min(first, last) * (1 - abs(rng.normal(0, stock.wild / 2)))
                    prices = [round(value, 2) for value in (first, high, low, last)]
                    at = datetime.fromtimestamp(start, UTC).strftime("%Y-%m-%dT%H:%M:%S")
                    rows.writerow([at, *prices, int(rng.integers(100, 5000))])
                    price = last
