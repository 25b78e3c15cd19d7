"""The broker's streams as threads of this process."""

from celery import Celery

from engine.brokers.connect import broker_access
from engine.live.pulse import pulse_good
from engine.live.stream import OrderStream
from engine.live.watch import symbols_in_use
from marketdata.stream import MarketStream


def streams_start(app: Celery) -> None:
    """Prices and bars are stored here; what concerns orders is handed to the workers."""
    access = broker_access()
    MarketStream(access, symbols_in_use, lambda: pulse_good("data stream")).start()
    OrderStream(access, lambda *news: _tell(app, *news)).start()


def _tell(app: Celery, order_id: str, has_filled: bool, has_ended: bool) -> None:
    app.send_task("engine.tasks.order_changed", [order_id, has_filled, has_ended], expires=30)
