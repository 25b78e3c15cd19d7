"""Space kept for the moment when the disk is full: halts, exits and bookings are still written then, entries are not.

A file of 64 MB lies beside the SQLite database. It is given up when no other space is left, and made again later.
PostgreSQL's disk is another machine's, or another program's: of it nothing is known here, and nothing is kept.
"""

import logging
import os
import shutil
import threading
from pathlib import Path

from django.conf import settings
from django.db import connection

log = logging.getLogger(__name__)

BALLAST = 64 << 20
# Free bytes beside the ballast: below the first nothing new is begun, below the second the ballast goes.
NEARLY_FULL_BELOW = 64 << 20
GIVEN_UP_BELOW = 4 << 20
# Not to and fro at the edge: made again only when there is room for it and some more.
MADE_AGAIN_ABOVE = BALLAST + NEARLY_FULL_BELOW + (32 << 20)
LOOK_EVERY = 1.0

OK, NEARLY_FULL, FULL = "ok", "nearly full", "full"


def disk_state() -> str:
    """One of ok, nearly full and full, of the disk that the SQLite database lies on; over PostgreSQL always ok."""
    if not _is_sqlite():
        return OK
    free = _free()
    if free < GIVEN_UP_BELOW:
        return FULL
    # Where it was given up, or never made: the room for it does not count.
    return OK if free >= (NEARLY_FULL_BELOW if _ballast().exists() else MADE_AGAIN_ABOVE) else NEARLY_FULL


def entries_must_stop() -> bool:
    """What is left is for halts, exits and bookings."""
    return disk_state() != OK


def ballast_keep() -> None:
    """Make the ballast where there is room for it, and give it up where nothing else is left. Never raises."""
    if not _is_sqlite():
        return
    try:
        free, there = _free(), _ballast().exists()
        if there and free < GIVEN_UP_BELOW:
            ballast_release()
        elif not there and free >= MADE_AGAIN_ABOVE:
            _make()
    except OSError as error:
        log.warning("the ballast beside the database cannot be kept: %s", error)


def ballast_release() -> bool:
    """Give it up now; False when it was gone before."""
    try:
        _ballast().unlink()
    except FileNotFoundError:
        return False
    log.error("the disk is full: the last %s MB go to halts, exits and bookings, entries stop", BALLAST >> 20)
    return True


def ballast_start() -> None:
    """Keep it from now on; for the process that owns the data directory."""
    ballast_keep()
    threading.Thread(target=_keep_on, name="ballast", daemon=True).start()


def _keep_on() -> None:
    while True:
        threading.Event().wait(LOOK_EVERY)
        ballast_keep()


def _make() -> None:
    part = _ballast().with_name("ballast.part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        # Blocks of its own, not a hole.
        os.posix_fallocate(handle, 0, BALLAST)
    except OSError:
        part.unlink()
        raise
    finally:
        os.close(handle)
    part.rename(_ballast())
    log.info("%s MB of the disk are kept for halts, exits and bookings", BALLAST >> 20)


def _is_sqlite() -> bool:
    return connection.vendor == "sqlite"


def _ballast() -> Path:
    return Path(settings.DATA_DIR) / "ballast"


def _free() -> int:
    return shutil.disk_usage(settings.DATA_DIR).free
