"""Alpaca's stream of what becomes of orders."""

import asyncio
from collections.abc import Callable
from typing import Any

from alpaca.trading.stream import TradingStream

from engine.brokers.alpaca.fields import object_of, text_of
from engine.brokers.alpaca.transport import AlpacaAccess
from engine.brokers.unread import Unreadable, row_read
from engine.brokers.values import OrderNews

FILLS, ENDS = ("fill", "partial_fill"), ("fill", "canceled", "expired", "rejected")


class AlpacaOrderStream:
    """The SDK's stream of trade updates."""

    def __init__(self, access: AlpacaAccess, news: Callable[[OrderNews], None]) -> None:
        self._access, self._news = access, news

    def run(self) -> None:
        """Connect and listen until the connection has ended."""
        url = self._access.trading_url.replace("https://", "wss://").replace("http://", "ws://") + "/stream"
        stream = TradingStream(
            self._access.key,
            self._access.secret,
            raw_data=True,
            url_override=url,
            websocket_params={"ping_interval": 10, "ping_timeout": 10, "max_queue": 1024},
        )
        stream.subscribe_trade_updates(self._take)
        asyncio.run(stream._run_forever())

    async def _take(self, message: Any) -> None:
        try:
            news = row_read("order update", message, news_of)
        except Unreadable:
            # The update was only a hint, and the SDK drops a message whose handler raises.
            return
        self._news(news)


def news_of(raw: Any) -> OrderNews:
    """Read an order update.

    Raises:
        Unreadable: The update cannot be read.
    """
    data = object_of(object_of(raw, "an order update").get("data"), "the data of an order update")
    order = object_of(data.get("order"), "the order of an order update")
    event = data.get("event")
    return OrderNews(text_of(order.get("id"), "order id"), has_filled=event in FILLS, has_ended=event in ENDS)
