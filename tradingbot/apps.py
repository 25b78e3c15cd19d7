from django.apps import AppConfig

from engine.brokers.unread import UnreadRow, on_unread


class TradingbotConfig(AppConfig):
    name = "tradingbot"

    def ready(self) -> None:
        """Whatever the broker sends that cannot be read is kept, whoever asked."""
        on_unread(_keep)


def _keep(row: UnreadRow) -> None:
    # Loaded by the first such row: a process that never asks the broker does without.
    from engine.live.unread import unread_keep

    unread_keep(row)
