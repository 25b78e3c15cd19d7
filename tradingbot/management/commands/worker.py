"""`manage.py worker`: one worker process, of any number: ticks, orders, and a thread that sweeps."""

import socket
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from engine.live.reconcile import recovery_required
from tradingbot.celery import app
from tradingbot.runtime.process import REDIS_MISSING, process_start
from tradingbot.runtime.sweeper import Sweeper


class Command(BaseCommand):
    help = "Run Celery tasks until SIGTERM. Needs REDIS_URL."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--threads", type=int, default=settings.WORKER_THREADS, help="tasks at once")
        parser.add_argument(
            "--queue",
            choices=["ticks", "backtests"],
            default="ticks",
            help="ticks and orders, or the backtests people ask for: these want a processor of their own",
        )
        parser.add_argument("--name", default="worker", help="tells workers of one machine from each other")

    def handle(self, **options: Any) -> None:
        if not settings.REDIS_URL:
            raise CommandError(REDIS_MISSING)
        if not 1 <= options["threads"] <= 64:
            raise CommandError(f"--threads must be from 1 to 64, was {options['threads']}.")
        process_start(serves_http=False)
        # Backtests trade nothing.
        sweeper = self._sweeper_start() if options["queue"] == "ticks" else None
        try:
            app.worker_main(
                [
                    "worker",
                    "--pool=threads",
                    f"--concurrency={options['threads']}",
                    f"--queues={options['queue']}",
                    f"--hostname={options['name']}@{socket.gethostname()}",
                    "--without-gossip",
                    "--without-mingle",
                    f"--loglevel={settings.LOG_LEVEL}",
                ]
            )
        finally:
            if sweeper is not None:
                sweeper.stop()

    def _sweeper_start(self) -> Sweeper:
        """A process that starts knows nothing of what happened meanwhile: the sweeper asks the broker first."""
        try:
            recovery_required()
        except DatabaseError as error:
            raise CommandError(f"the database does not answer: {error}") from None
        sweeper = Sweeper()
        sweeper.start()
        return sweeper
