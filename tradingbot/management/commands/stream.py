"""`manage.py stream`: the broker's streams, in one process per account."""

import signal
import threading
from datetime import timedelta
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, close_old_connections

from engine.brokers.port import BrokerError
from marketdata.clock import real_now
from tradingbot.celery import app
from tradingbot.runtime.prepare import history_read, symbols_read_daily
from tradingbot.runtime.process import REDIS_MISSING, process_start
from tradingbot.runtime.stream_lease import KEEP_EVERY, LEASE_SECONDS, StreamLease
from tradingbot.runtime.streams import streams_start


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
        if not self._lease.take():
            self._say("another stream is running; waiting for it to end")
            if not self._lease.wait(self._stopping):
                return
        self._say("stream is up")
        streams_start(app)
        try:
            self._keep()
        finally:
            self._lease.release()

    def _keep(self) -> None:
        """Two streams would be one too many: who has lost the lease ends at once."""
        history_known, kept_at = False, real_now()
        while not self._stopping.wait(KEEP_EVERY):
            close_old_connections()
            try:
                if not self._lease.take():
                    raise CommandError("another stream has taken over")
                kept_at = real_now()
                symbols_read_daily()
                if not history_known:
                    history_read()
                    history_known = True
            except DatabaseError as error:
                if real_now() - kept_at > timedelta(seconds=LEASE_SECONDS):
                    raise CommandError(f"the database does not answer: {error}") from None
            except BrokerError as error:
                self.stderr.write(f"the broker does not answer: {error}")

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self._stopping.set()

    def _say(self, what: str) -> None:
        self.stdout.write(what)
        self.stdout.flush()
