import asyncio
import threading

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

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        unread_keep(row)
    else:
        # Streams hand their messages to a coroutine, in which Django asks no database.
        threading.Thread(target=unread_keep, args=[row], name="unread", daemon=True).start()
