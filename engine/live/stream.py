"""The broker's stream of order updates: hints that something happened, handed to the workers."""

import logging
import threading
from collections.abc import Callable

from engine.brokers.connect import broker_adapter
from engine.brokers.values import OrderNews

log = logging.getLogger(__name__)

BEGIN_AGAIN_AFTER = 2.0


def order_stream_start(news: Callable[[OrderNews], None]) -> None:
    """Listen in a thread of its own until the process ends. `news` must be quick."""
    threading.Thread(target=_listen, args=[news], name="order-stream", daemon=True).start()


def _listen(news: Callable[[OrderNews], None]) -> None:
    while True:
        try:
            broker_adapter().order_stream(news).run()
        except Exception:
            # Whatever it raises, the stream is begun anew; the sweeper reads by REST meanwhile.
            log.exception("the order stream ended")
        threading.Event().wait(BEGIN_AGAIN_AFTER)
