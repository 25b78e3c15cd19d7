"""Writes that people must be able to make when the database has trouble."""

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import InterfaceError, OperationalError, close_old_connections

from engine.ballast import ballast_release
from engine.database_errors import FULL, database_trouble

log = logging.getLogger(__name__)

Result = TypeVar("Result")

# Real seconds, to which the database's own waiting for a lock (20) may be added once.
INSIST_FOR = 15.0
AGAIN_AFTER = 0.2


def insist(write: Callable[[], Result]) -> Result:
    """Do it, again and again where the database is locked, full or away. Raises what it raised last.

    write: of one transaction; nothing of it stays when it raises
    """
    give_up = time.monotonic() + INSIST_FOR
    while True:
        try:
            return write()
        except (OperationalError, InterfaceError) as error:
            trouble = database_trouble(error)
            if trouble == FULL:
                ballast_release()
            if time.monotonic() >= give_up:
                raise
            log.warning("written again, the database: %s", trouble)
        time.sleep(AGAIN_AFTER)
        close_old_connections()
