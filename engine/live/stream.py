"""The broker's stream of order updates: hints that something happened, handed to the workers."""

import asyncio
import logging
import threading
from collections.abc import Callable
from typing import Any

from alpaca.trading.stream import TradingStream

from engine.brokers.parsing import object_of, text_of
from engine.brokers.transport import AlpacaAccess
from engine.brokers.unread import Unreadable, row_read

log = logging.getLogger(__name__)

BEGIN_AGAIN_AFTER = 2.0
FILLS, ENDS = ("fill", "partial_fill"), ("fill", "canceled", "expired", "rejected")

# Told (order id, whether shares were filled, whether that was its end).
Notify = Callable[[str, bool, bool], None]


class OrderStream:
    """Runs until the process ends; `notify` must be quick."""

    def __init__(self, access: AlpacaAccess, notify: Notify) -> None:
        self._access = access
        self._notify = notify

    def start(self) -> None:
        threading.Thread(target=self._listen, name="order-stream", daemon=True).start()

    def _listen(self) -> None:
        url = self._access.trading_url.replace("https://", "wss://").replace("http://", "ws://") + "/stream"
        while True:
            try:
                stream = TradingStream(
                    self._access.key,
                    self._access.secret,
                    raw_data=True,
                    url_override=url,
                    websocket_params={"ping_interval": 10, "ping_timeout": 10, "max_queue": 1024},
                )
                stream.subscribe_trade_updates(self._take)
                asyncio.run(stream._run_forever())
            except Exception:
                # Whatever the SDK raises, the stream is begun anew; the sweeper reads by REST meanwhile.
                log.exception("the order stream ended")
            threading.Event().wait(BEGIN_AGAIN_AFTER)

    async def _take(self, message: Any) -> None:
        try:
            order_id, has_filled, has_ended = row_read("order update", message, update_of)
        except Unreadable:
            # It was a hint only, and the SDK drops what its handler raises for.
            return
        self._notify(order_id, has_filled, has_ended)


def update_of(raw: Any) -> tuple[str, bool, bool]:
    """Of which order a message of the stream is, whether shares were filled and whether it has ended.

    Raises Unreadable.
    """
    data = object_of(object_of(raw, "an order update").get("data"), "the data of an order update")
    order = object_of(data.get("order"), "the order of an order update")
    event = data.get("event")
    return text_of(order.get("id"), "order id"), event in FILLS, event in ENDS
