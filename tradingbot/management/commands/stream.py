"""`manage.py stream`: the broker's streams, in one process per account."""

import signal
import threading
from contextlib import suppress
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, close_old_connections

from engine.brokers.errors import BrokerError
from tradingbot.celery import app
from tradingbot.runtime.prepare import history_read, symbols_read_daily
from tradingbot.runtime.process import REDIS_MISSING, process_start
from tradingbot.runtime.stream_lease import KEEP_EVERY, StreamLease
from tradingbot.runtime.streams import streams_start

STANDING_BY = "another stream is running; waiting for it to end"


class Command(BaseCommand):
    help = "Listen to the broker's streams and hand on what they say. A second one waits until the first is gone."

    def handle(self, **options: Any) -> None:
        if not settings.REDIS_URL:
            raise CommandError(REDIS_MISSING)
        process_start(serves_http=False)
        self._stopping = threading.Event()
        for wanted in (signal.SIGINT, signal.SIGTERM):
            signal.signal(wanted, self._stop)
        self._lease = StreamLease()
        if not self._lease.wait(self._stopping, on_waiting=lambda: self._say(STANDING_BY)):
            return
        self._say("stream is up")
        streams_start(app)
        try:
            self._keep()
        finally:
            with suppress(DatabaseError):
                self._lease.release()

    def _keep(self) -> None:
        """Two streams would be one too many: who has lost the lease ends at once."""
        history_known = False
        while not self._stopping.wait(KEEP_EVERY):
            close_old_connections()
            try:
                if not self._lease.take():
                    raise CommandError("another stream has taken over")
                symbols_read_daily()
                if not history_known:
                    history_read()
                    history_known = True
            except DatabaseError as error:
                # Nobody else can take the lease meanwhile.
                self.stderr.write(f"the database does not answer: {error}")
            except BrokerError as error:
                self.stderr.write(f"the broker does not answer: {error}")
            finally:
                close_old_connections()

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self._stopping.set()

    def _say(self, what: str) -> None:
        self.stdout.write(what)
        self.stdout.flush()
