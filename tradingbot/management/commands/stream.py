"""`manage.py stream`: the broker's streams, in one process per account."""

import os
import signal
import socket
import threading
from datetime import timedelta
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, close_old_connections

from engine.brokers.port import BrokerError
from engine.services import lease_release, lease_take
from marketdata.clock import real_now
from tradingbot.celery import app
from tradingbot.runtime.prepare import history_read, symbols_read_daily
from tradingbot.runtime.process import REDIS_MISSING, process_start
from tradingbot.runtime.streams import streams_start

LEASE = "stream"
LEASE_SECONDS = 15.0
KEEP_EVERY = 3.0


class Command(BaseCommand):
    help = "Listen to the broker's streams and hand on what they say. A second one waits until the first is gone."

    def handle(self, **options: Any) -> None:
        if not settings.REDIS_URL:
            raise CommandError(REDIS_MISSING)
        process_start(serves_http=False)
        self._stopping = threading.Event()
        for wanted in (signal.SIGINT, signal.SIGTERM):
            signal.signal(wanted, self._stop)
        self._me = f"{socket.gethostname()}:{os.getpid()}"
        if not self._wait_for_lease():
            return
        self._say("stream is up")
        streams_start(app)
        try:
            self._keep()
        finally:
            lease_release(LEASE, self._me, now=real_now())

    def _wait_for_lease(self) -> bool:
        """False when it was stopped while it waited."""
        waiting = False
        while not self._stopping.is_set():
            if self._lease():
                return True
            if not waiting:
                self._say("another stream is running; waiting for it to end")
                waiting = True
            self._stopping.wait(KEEP_EVERY)
        return False

    def _keep(self) -> None:
        """Two streams would be one too many: who has lost the lease ends at once."""
        history_known, kept_at = False, real_now()
        while not self._stopping.wait(KEEP_EVERY):
            close_old_connections()
            try:
                if not self._lease():
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

    def _lease(self) -> bool:
        return lease_take(LEASE, self._me, now=real_now(), seconds=LEASE_SECONDS)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self._stopping.set()

    def _say(self, what: str) -> None:
        self.stdout.write(what)
        self.stdout.flush()
