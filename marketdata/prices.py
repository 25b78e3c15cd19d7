"""The newest price of each symbol, for people. Kept in the cache: a lost one is replaced by the next trade."""

import threading
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from django.core.cache import cache

from events.doorbell import PRICES, layer_send

KEEP_SECONDS = 86_400


class PriceBoard:
    """Last value wins; a price older than the one shown is dropped."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._unpublished: dict[str, tuple[Decimal, datetime]] = {}

    def latest(self, symbols: Sequence[str]) -> dict[str, tuple[Decimal, datetime]]:
        """Price in dollars and its market time, by symbol; unknown symbols are absent."""
        found = cache.get_many([_key(symbol) for symbol in symbols])
        return {symbol: found[_key(symbol)] for symbol in symbols if _key(symbol) in found}

    def note(self, symbol: str, price: Decimal, at: datetime) -> None:
        """Remember a price; `publish` tells the page."""
        with self._lock:
            before = self._unpublished.get(symbol)
            if before is None or at >= before[1]:
                self._unpublished[symbol] = (price, at)

    def publish(self) -> None:
        """Store and announce what was noted since the last call."""
        with self._lock:
            changed, self._unpublished = self._unpublished, {}
        known = self.latest(list(changed))
        changed = {symbol: new for symbol, new in changed.items() if symbol not in known or new[1] >= known[symbol][1]}
        if changed:
            layer_send(PRICES, {"type": "prices", "prices": _as_json(changed)})
            cache.set_many({_key(symbol): value for symbol, value in changed.items()}, KEEP_SECONDS)


def _key(symbol: str) -> str:
    return f"price:{symbol}"


def _as_json(prices: Mapping[str, tuple[Decimal, datetime]]) -> dict[str, dict[str, str]]:
    return {symbol: {"price": str(price), "at": at.isoformat()} for symbol, (price, at) in prices.items()}


price_board = PriceBoard()
