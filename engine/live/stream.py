"""The broker's stream of order updates: hints that something happened, handed to the workers."""

import asyncio
import logging
import threading
from collections.abc import Callable
from typing import Any

from alpaca.trading.stream import TradingStream

from engine.brokers.alpaca import AlpacaAccess

log = logging.getLogger(__name__)

BEGIN_AGAIN_AFTER = 2.0
FILLS = ("fill", "partial_fill")

# Told (order id, whether shares were filled).
Notify = Callable[[str, bool], None]


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
        data = message.get("data") or {}
        order_id = (data.get("order") or {}).get("id")
        if order_id:
            self._notify(str(order_id), data.get("event") in FILLS)
