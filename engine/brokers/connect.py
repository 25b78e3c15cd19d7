"""The broker this installation trades with, as the settings say."""

import threading

from django.conf import settings

from engine.brokers.alpaca import AlpacaBroker
from engine.brokers.transport import AlpacaAccess

_local = threading.local()


def broker_access() -> AlpacaAccess:
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


def broker_connect() -> AlpacaBroker:
    """This thread's client."""
    access = broker_access()
    if getattr(_local, "access", None) != access:
        _local.access, _local.broker = access, AlpacaBroker(access)
    broker: AlpacaBroker = _local.broker
    return broker
