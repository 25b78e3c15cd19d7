from importlib import import_module

from django.apps import AppConfig
from django.conf import settings


class EngineConfig(AppConfig):
    name = "engine"

    def ready(self) -> None:
        """Indicators of one's own are there before anything reads a configuration."""
        for name in settings.INDICATORS:
            import_module(name)
