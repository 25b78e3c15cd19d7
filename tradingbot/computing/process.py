"""The parent's end of the computing process."""

import contextlib
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

from django.conf import settings
from rest_framework.exceptions import APIException

# Whatever trades goes first.
NICENESS = 10
# Real seconds one call may take; the slowest function of all takes a hundredth of it.
CALL_SECONDS = 20.0


class ComputingFailed(APIException):
    """The process died, or took too long and was ended; it is started again with the next call."""

    status_code = 503
    default_detail = "What was asked for took too long to compute. Try fewer or simpler indicators."


class ComputingProcess:
    """One call at a time; started with the first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def call(self, function: Callable[..., Any], *arguments: Any) -> tuple[Any, str | None, float]:
        """The function's result, the text of its ValueError, and the CPU seconds that took. Raises ComputingFailed."""
        if not self._lock.acquire(timeout=CALL_SECONDS):
            raise ComputingFailed
        try:
            return self._answer(pickle.dumps((function, arguments)))
        finally:
            self._lock.release()

    def stop(self) -> None:
        with self._lock:
            self._end()

    def _answer(self, call: bytes) -> tuple[Any, str | None, float]:
        try:
            return self._ask(call)
        except BrokenPipeError:
            # It had been idle for long and was just leaving.
            return self._ask(call)

    def _ask(self, call: bytes) -> tuple[Any, str | None, float]:
        process = self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        timer = threading.Timer(CALL_SECONDS, process.kill)
        timer.start()
        try:
            process.stdin.write(call)
            process.stdin.flush()
            found: tuple[Any, str | None, float] = pickle.load(process.stdout)
        except BrokenPipeError:
            self._end()
            raise
        except (OSError, EOFError, pickle.UnpicklingError) as error:
            self._end()
            raise ComputingFailed from error
        finally:
            timer.cancel()
        return found

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            with contextlib.suppress(BrokenPipeError):
                self._process.communicate()
            self._process = None

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tradingbot.computing.child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                cwd=settings.BASE_DIR,
                env={name: os.environ[name] for name in ("PATH", "LANG", "TZ") if name in os.environ},
                start_new_session=True,
                preexec_fn=_begin,
            )
        return self._process


def _begin() -> None:
    # It ends with us because its input does. (The system's own means ends it with the thread that started it, and a
    # request's thread does not last.)
    os.nice(NICENESS)


computing = ComputingProcess()
