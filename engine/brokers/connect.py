"""The broker this installation trades with: the adapter that the setting BROKER names."""

from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from engine.brokers.port import Adapter, Broker


@cache
def _adapter(name: str) -> Adapter:
    made: Adapter = import_string(name)()
    return made


def broker_adapter() -> Adapter:
    """Return the adapter that the setting BROKER names, one for the whole process."""
    return _adapter(settings.BROKER)


def broker_connect() -> Broker:
    """Return this thread's client."""
    return broker_adapter().broker()
