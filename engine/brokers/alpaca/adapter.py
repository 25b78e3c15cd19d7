"""What the settings choose when they say that the broker is Alpaca."""

import threading
from collections.abc import Callable

from django.conf import settings

from engine.brokers.alpaca.broker import AlpacaBroker
from engine.brokers.alpaca.data_stream import AlpacaDataStream
from engine.brokers.alpaca.order_stream import AlpacaOrderStream
from engine.brokers.alpaca.transport import AlpacaAccess, budgets_forget, on_answer
from engine.brokers.port import Broker, DataStream, OrderNews, OrderStream

_local = threading.local()


class AlpacaAdapter:
    """Its account is that of the keys, and without keys the bundled exchange's."""

    def broker(self) -> Broker:
        """This thread's client."""
        access = access_of_settings()
        if getattr(_local, "access", None) != access:
            _local.access, _local.broker = access, AlpacaBroker(access)
        broker: AlpacaBroker = _local.broker
        return broker

    def order_stream(self, news: Callable[[OrderNews], None]) -> OrderStream:
        return AlpacaOrderStream(access_of_settings(), news)

    def data_stream(self, arrived: Callable[[object], None], connected: Callable[[], None]) -> DataStream:
        return AlpacaDataStream(access_of_settings(), arrived, connected)

    def on_answer(self, tell: Callable[[str, str], None]) -> None:
        on_answer(tell)

    def forget(self) -> None:
        budgets_forget()


def access_of_settings() -> AlpacaAccess:
    """The account of the settings: Alpaca's where keys are set, else the bundled exchange."""
    if settings.MARKET_MODE == "simulator":
        url = settings.SIMULATOR_URL
        return AlpacaAccess(settings.SIMULATOR_KEY, settings.SIMULATOR_SECRET, url, url, simulated=True)
    return AlpacaAccess(
        settings.ALPACA_API_KEY,
        settings.ALPACA_SECRET_KEY,
        settings.ALPACA_BASE_URL,
        settings.ALPACA_DATA_URL,
        settings.ALPACA_DATA_FEED,
    )
