"""Alpaca's stream of bars and trades."""

import asyncio
from collections.abc import Callable, Collection
from typing import Any

from alpaca.data.live import StockDataStream

from engine.brokers.alpaca.fields import object_of, price_of, text_of
from engine.brokers.alpaca.parsing import bar_of, time_of
from engine.brokers.alpaca.transport import AlpacaAccess
from engine.brokers.unread import Unreadable
from engine.brokers.values import RawBar, TradePrice

# The free feed delivers no more than this.
SYMBOLS_AT_MOST = 30


class _Stream(StockDataStream):
    """The SDK's stream, which also says when it has connected."""

    on_connected: Callable[[], None]

    async def _start_ws(self) -> None:
        await super()._start_ws()
        self.on_connected()


class AlpacaDataStream:
    """The SDK's stream of bars, corrected bars and trades."""

    symbols_at_most = SYMBOLS_AT_MOST

    def __init__(self, access: AlpacaAccess, arrived: Callable[[object], None], connected: Callable[[], None]) -> None:
        url = access.data_url.replace("https://data.", "wss://stream.data.").replace("http://", "ws://")
        self._arrived = arrived
        self._stream = _Stream(
            access.key,
            access.secret,
            raw_data=True,
            url_override=f"{url}/v2/{access.feed}",
            websocket_params={"ping_interval": 10, "ping_timeout": 10, "max_queue": 1024},
        )
        self._stream.on_connected = connected

    def run(self, symbols: Collection[str]) -> None:
        """Subscribe and listen until the connection has ended."""
        self._subscribe(symbols)
        asyncio.run(self._stream._run_forever())

    def add(self, symbols: Collection[str]) -> bool:
        """Subscribe to more; False while the stream is not running."""
        if not self._stream._running:
            return False
        self._subscribe(symbols)
        return True

    def _subscribe(self, symbols: Collection[str]) -> None:
        self._stream.subscribe_bars(self._take, *symbols)
        self._stream.subscribe_updated_bars(self._take, *symbols)
        self._stream.subscribe_trades(self._take, *symbols)

    async def _take(self, message: Any) -> None:
        self._arrived(message)

    def read(self, message: object) -> RawBar | TradePrice | None:
        """Return what a message says; None where it is neither bar nor trade.

        Raises:
            Unreadable: The message cannot be read.
        """
        message = object_of(message, "a message of the data stream")
        kind = message.get("T")
        if kind in ("b", "u"):
            bar = bar_of(text_of(message.get("S"), "bar S"), message)
            if bar is None:
                raise Unreadable("a bar that cannot be")
            return bar
        if kind == "t":
            price, at = price_of(message.get("p"), "trade p"), time_of(message.get("t"), "trade t")
            return TradePrice(text_of(message.get("S"), "trade S"), price, at)
        return None
