"""What the settings choose when they say that the broker is Alpaca."""

import threading
from collections.abc import Callable

from django.conf import settings

from engine.brokers.alpaca.broker import AlpacaBroker
from engine.brokers.alpaca.data_stream import AlpacaDataStream
from engine.brokers.alpaca.order_stream import AlpacaOrderStream
from engine.brokers.alpaca.transport import AlpacaAccess, budgets_forget, on_answer
from engine.brokers.port import Broker, DataStream, OrderStream
from engine.brokers.values import OrderNews

_local = threading.local()


class AlpacaAdapter:
    """Alpaca's account of the keys, or the bundled exchange's account without keys."""

    def broker(self) -> Broker:
        """Return this thread's client; it is made anew when the settings name another account."""
        access = access_of_settings()
        if getattr(_local, "access", None) != access:
            _local.access, _local.broker = access, AlpacaBroker(access)
        broker: AlpacaBroker = _local.broker
        return broker

    def order_stream(self, news: Callable[[OrderNews], None]) -> OrderStream:
        """Make a stream of the account's trade updates."""
        return AlpacaOrderStream(access_of_settings(), news)

    def data_stream(self, arrived: Callable[[object], None], connected: Callable[[], None]) -> DataStream:
        """Make a stream of the feed's bars and trades."""
        return AlpacaDataStream(access_of_settings(), arrived, connected)

    def on_answer(self, tell: Callable[[str, str], None]) -> None:
        """Call `tell` from now on with how each request turned out."""
        on_answer(tell)

    def forget(self) -> None:
        """Forget the budgets of all accounts."""
        budgets_forget()


def access_of_settings() -> AlpacaAccess:
    """Return the account of the settings: Alpaca's where keys are set, else the bundled exchange's."""
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
