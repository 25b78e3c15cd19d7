"""The bundled exchange as a child process."""

import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from django.conf import settings

from engine.brokers.connect import broker_connect
from engine.brokers.errors import BrokerError
from tradingbot.runtime.child import die_with_parent

STOP_SECONDS = 5.0
LOOK_EVERY = 0.5
ASK_EVERY = 0.05
TELL_EVERY = 10.0
# Real seconds of pause before what went wrong is tried again; each time twice as long.
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 8.0

log = logging.getLogger(__name__)


class ExchangeFailed(Exception):
    """The exchange did not come up; it has said why."""


class ExchangeProcess:
    """Starts frozen; whoever runs it releases its clock once the books are in order.

    Its journal makes it the same exchange again after it has died, however it died.
    """

    def __init__(self, options: Sequence[str], journal: Path) -> None:
        self._options, self._journal = options, journal
        self._stopping = threading.Event()
        self._process = self._start()

    def _start(self) -> "subprocess.Popen[bytes]":
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "simulator"]
        command += ["--host", settings.SIMULATOR_HOST, "--port", str(settings.SIMULATOR_PORT)]
        command += ["--journal", str(self._journal), "--frozen"]
        command += self._options
        # A session of its own: Ctrl-C reaches the parent alone, which stops the exchange last.
        return subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True, preexec_fn=die_with_parent)

    def watch(self, on_answer: Callable[[bool], None]) -> None:
        """Start it again whenever it dies. Never returns; for a thread.

        Each process that answers is told of once by `on_answer(died)`, until that has not raised; `died`: another one
        was there before.
        """
        owed, died = True, False
        pause = FIRST_PAUSE
        while not self._stopping.is_set():
            if self._process.poll() is not None:
                log.error("the exchange has died (exit code %s); it is started again", self._process.returncode)
                self._process = self._start()
                owed = died = True
            elif not owed:
                self._stopping.wait(LOOK_EVERY)
                continue
            if self._answer(on_answer, died):
                owed, pause = False, FIRST_PAUSE
            else:
                self._stopping.wait(pause)
                pause = min(2 * pause, LONGEST_PAUSE)

    def _answer(self, on_answer: Callable[[bool], None], died: bool) -> bool:
        try:
            self.wait_ready(log.warning)
            on_answer(died)
        except ExchangeFailed as error:
            log.error("%s", error)
            return False
        except Exception:
            # Whatever went wrong there, the exchange is watched on, and its clock is not left standing.
            log.exception("the exchange is back, but what follows from that failed; it is tried again")
            return False
        return True

    def wait_ready(self, tell: Callable[[str], object]) -> None:
        """Return once it answers, however long that takes; `tell` hears of it every ten seconds.

        Raises ExchangeFailed when the process has ended.
        """
        began = told = time.monotonic()
        while self._process.poll() is None:
            try:
                broker_connect().clock()
            except BrokerError:
                self._stopping.wait(ASK_EVERY)
            else:
                return
            now = time.monotonic()
            if now - told >= TELL_EVERY:
                told = now
                tell(f"the exchange simulator is starting and does not answer yet, after {now - began:.0f} seconds")
        raise ExchangeFailed(f"the exchange simulator did not start (exit code {self._process.returncode})")

    @property
    def pid(self) -> int:
        return self._process.pid

    def stop(self) -> None:
        self._stopping.set()
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
