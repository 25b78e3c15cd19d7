"""The broker's streams as threads of this process."""

from celery import Celery

from engine.brokers.values import OrderNews
from engine.live.pulse import pulse_good
from engine.live.stream import order_stream_start
from engine.live.watch import symbols_in_use
from marketdata.stream import MarketStream


def streams_start(app: Celery) -> None:
    """Prices and bars are stored here; what concerns orders is handed to the workers."""
    MarketStream(symbols_in_use, lambda: pulse_good("data stream")).start()
    order_stream_start(lambda news: _tell(app, news))


def _tell(app: Celery, news: OrderNews) -> None:
    app.send_task("engine.tasks.order_changed", [news.order_id, news.has_filled, news.has_ended], expires=30)
