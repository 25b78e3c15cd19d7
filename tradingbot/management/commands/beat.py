"""`manage.py beat`: sends the bots' ticks. A second one stands by."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from tradingbot.celery import app
from tradingbot.runtime.process import REDIS_MISSING, process_start


class Command(BaseCommand):
    help = "Run Celery beat with the bots' scheduler until SIGTERM. Needs REDIS_URL."

    def handle(self, **options: Any) -> None:
        if not settings.REDIS_URL:
            raise CommandError(REDIS_MISSING)
        process_start(serves_http=False)
        app.Beat(scheduler="engine.scheduler.BotScheduler", loglevel=settings.LOG_LEVEL, quiet=True).run()
