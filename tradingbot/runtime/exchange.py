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
from engine.brokers.port import BrokerError
from tradingbot.runtime.child import die_with_parent

START_SECONDS = 20.0
STOP_SECONDS = 5.0
LOOK_EVERY = 0.5
BEGIN_AGAIN_AFTER = 5.0

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
        # The broker's limit counts real minutes; of a clock that runs fast it would leave too few.
        command += ["--journal", str(self._journal), "--frozen", "--rate-limit", "0", *self._options]
        # A session of its own: Ctrl-C reaches the parent alone, which stops the exchange last.
        return subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True, preexec_fn=die_with_parent)

    def watch(self, on_return: Callable[[], None]) -> None:
        """Start it again whenever it dies, and call `on_return` once it answers. Never returns; for a thread."""
        while not self._stopping.wait(LOOK_EVERY):
            if self._process.poll() is None:
                continue
            log.error("the exchange has died (exit code %s); it is started again", self._process.returncode)
            self._process = self._start()
            try:
                self.wait_ready()
            except ExchangeFailed as error:
                log.error("%s", error)
                self._stopping.wait(BEGIN_AGAIN_AFTER)
            else:
                self._tell(on_return)

    def _tell(self, on_return: Callable[[], None]) -> None:
        try:
            on_return()
        except Exception:
            # Whatever went wrong there, the exchange is watched on.
            log.exception("the exchange is back, but what follows from that failed")

    def wait_ready(self) -> None:
        """Return once it answers. Raises ExchangeFailed."""
        give_up = time.monotonic() + START_SECONDS
        while time.monotonic() < give_up:
            if self._process.poll() is not None:
                raise ExchangeFailed("the exchange simulator did not start")
            try:
                broker_connect().clock()
            except BrokerError:
                time.sleep(0.05)
            else:
                return
        raise ExchangeFailed(f"the exchange simulator did not answer within {START_SECONDS:.0f} seconds")

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
