"""One process at a time listens to the broker's streams: Alpaca gives an account one connection."""

import logging
import threading
from collections.abc import Callable

from django.db import DatabaseError, close_old_connections

from engine.holder import holder_me
from engine.services import lease_release, lease_take
from marketdata.clock import real_now

log = logging.getLogger(__name__)

LEASE = "stream"
LEASE_SECONDS = 15.0
KEEP_EVERY = 3.0


class StreamLease:
    def __init__(self) -> None:
        self._me = holder_me()

    def take(self) -> bool:
        """Take or keep it; False while another process holds it."""
        return lease_take(LEASE, self._me, now=real_now(), seconds=LEASE_SECONDS)

    def wait(self, stopping: threading.Event, on_waiting: Callable[[], None] = lambda: None) -> bool:
        """Return once it is ours, also past a database that is away; False when `stopping` came first.

        on_waiting: called once when it is not ours at once
        """
        if self._take_if_possible():
            return True
        on_waiting()
        while not stopping.wait(KEEP_EVERY):
            if self._take_if_possible():
                return True
        return False

    def _take_if_possible(self) -> bool:
        close_old_connections()
        try:
            return self.take()
        except DatabaseError as error:
            log.warning("the lease of the streams cannot be asked for: %s", error)
            return False
        finally:
            close_old_connections()

    def keep(self) -> None:
        """Keep it until the process ends; for a thread of a process that does other things as well."""
        while True:
            close_old_connections()
            try:
                if not self.take():
                    log.warning("another process listens to the broker's streams as well")
            except DatabaseError as error:
                log.warning("the lease of the streams was not renewed: %s", error)
            close_old_connections()
            threading.Event().wait(KEEP_EVERY)

    def release(self) -> None:
        lease_release(LEASE, self._me, now=real_now())
