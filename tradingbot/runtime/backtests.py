"""Backtests in a child process: they take a whole processor, and ticks must not wait for it."""

import logging
import os
import subprocess
import sys
import threading

from django.conf import settings
from django.db import DatabaseError, close_old_connections

from marketdata.clock import real_now
from research.services import backtests_wait
from tradingbot.runtime.child import die_with_parent

LOOK_EVERY = 1.0
# Whatever trades goes first.
NICENESS = 10

log = logging.getLogger(__name__)


def backtests_start() -> None:
    threading.Thread(target=_run, name="backtests", daemon=True).start()


def _run() -> None:
    """Look at the rows once a second; while one waits, have a child process at work. Never returns."""
    child: subprocess.Popen[bytes] | None = None
    while True:
        threading.Event().wait(LOOK_EVERY)
        if child is not None and child.poll() is None:
            continue
        try:
            close_old_connections()
            child = _start() if backtests_wait(real_now()) else None
        except (DatabaseError, OSError) as error:
            log.warning("backtests wait: %s", error)
        finally:
            close_old_connections()


def _start() -> "subprocess.Popen[bytes]":
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "backtests"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True, preexec_fn=_begin)


def _begin() -> None:
    die_with_parent()
    os.nice(NICENESS)
