"""One process at a time listens to the broker's streams: Alpaca gives an account one connection."""

import logging
import os
import socket
import threading

from django.db import DatabaseError, close_old_connections

from engine.services import lease_release, lease_take
from marketdata.clock import real_now

log = logging.getLogger(__name__)

LEASE = "stream"
LEASE_SECONDS = 15.0
KEEP_EVERY = 3.0


class StreamLease:
    def __init__(self) -> None:
        self._me = f"{socket.gethostname()}:{os.getpid()}"

    def take(self) -> bool:
        """Take or keep it; False while another process holds it."""
        return lease_take(LEASE, self._me, now=real_now(), seconds=LEASE_SECONDS)

    def wait(self, stopping: threading.Event) -> bool:
        """Return once it is ours; False when `stopping` came first."""
        while not self.take():
            if stopping.wait(KEEP_EVERY):
                return False
        return True

    def keep(self) -> None:
        """Keep it until the process ends; for a thread of a process that does other things as well."""
        while True:
            close_old_connections()
            try:
                if not self.take():
                    log.warning("another process listens to the broker's streams as well")
            except DatabaseError as error:
                log.warning("the lease of the streams was not renewed: %s", error)
            threading.Event().wait(KEEP_EVERY)

    def release(self) -> None:
        lease_release(LEASE, self._me, now=real_now())
