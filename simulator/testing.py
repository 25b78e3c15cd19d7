"""A simulator as a child process, for the tests and benchmarks of the whole project. Needs no test framework."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from django.conf import settings

_BOOT_SECONDS = 90.0
_chance = random.SystemRandom()
REPLAY_FOLDER: Path = settings.BASE_DIR.parent / "shared" / "data" / "minute"


class SimulatorFailedError(RuntimeError):
    """It did not start; `output` is what it printed."""

    def __init__(self, output: str) -> None:
        super().__init__(f"The simulator did not start: {output.strip()}")
        self.output = output


class SimulatorProcess:
    """A running simulator on a free port of its own; a context manager, or `start` and `stop`.

    args: as on the command line, such as "--frozen", "--at", "2019-02-13T09:31"; without --speed it is frozen
    """

    def __init__(self, *args: str | Path, port: int | None = None) -> None:
        self.args = [str(arg) for arg in args]
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.ws_url = f"ws://127.0.0.1:{self.port}"
        self.key: str = settings.SIMULATOR_KEY
        self.secret: str = settings.SIMULATOR_SECRET
        self.process: subprocess.Popen[str] | None = None
        self._lines: list[str] = []
        self._ready = threading.Event()

    def start(self) -> "SimulatorProcess":
        """Returns once it accepts connections. Raises SimulatorFailedError."""
        self._lines, self._ready = [], threading.Event()
        command = [
            sys.executable,
            str(settings.BASE_DIR / "manage.py"),
            "simulator",
            "--port",
            str(self.port),
            *self.args,
        ]
        if "--speed" not in self.args and "--frozen" not in self.args:
            command.append("--frozen")
        if "--rate-limit" not in self.args:
            command += ["--rate-limit", "0"]
        self.process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
            cwd=settings.BASE_DIR,
        )
        # Read by a thread to the end, so that a full pipe never stops it.
        threading.Thread(target=self._read, args=(self.process,), daemon=True).start()
        self._ready.wait(_BOOT_SECONDS)
        if not any("listening on" in line for line in self._lines):
            self.kill()
            raise SimulatorFailedError(self.output)
        return self

    @property
    def output(self) -> str:
        """All it printed so far."""
        return "".join(self._lines)

    def stop(self) -> int:
        """End it politely; returns its exit code."""
        return self._end(signal.SIGTERM)

    def kill(self) -> int:
        """kill -9."""
        return self._end(signal.SIGKILL)

    def __enter__(self) -> "SimulatorProcess":
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    # --- its control interface ----------------------------------------------------------------------------------------

    def clock(self) -> dict[str, Any]:
        return self.control("GET", "/sim/clock")

    def now(self) -> datetime:
        return datetime.fromisoformat(self.clock()["market"])

    def set_clock(self, **fields: Any) -> dict[str, Any]:
        return self.control("POST", "/sim/clock", fields)

    def step_to(self, at: datetime | str) -> dict[str, Any]:
        return self.set_clock(step_to=at if isinstance(at, str) else at.isoformat())

    def step_seconds(self, seconds: float) -> dict[str, Any]:
        return self.set_clock(step_seconds=seconds)

    def reset(self, at: str | None = None, seed: int | None = None, frozen: bool = True) -> dict[str, Any]:
        """A new account; `at` in New York time."""
        fields = {"at": at, "seed": seed, "frozen": frozen}
        return self.control("POST", "/sim/reset", {name: value for name, value in fields.items() if value is not None})

    def ledger(self) -> dict[str, Any]:
        return self.control("GET", "/sim/ledger")

    def state(self) -> dict[str, Any]:
        return self.control("GET", "/sim/state")

    def set_faults(self, *faults: dict[str, Any]) -> dict[str, Any]:
        return self.control("POST", "/sim/faults", {"faults": list(faults)})

    def control(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        """The answer of a control path. Raises AssertionError when it is refused."""
        status, answer = self.request(method, path, body)
        assert status == 200, f"{method} {path} was answered {status}: {answer}"
        assert isinstance(answer, dict)
        return answer

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """The JSON answer, of errors too; None where there is none."""
        return self.request(method, path, body)[1]

    def request(self, method: str, path: str, body: object = None, timeout: float = 30.0) -> tuple[int, Any]:
        """(status, JSON answer)."""
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, method=method)
        request.add_header("APCA-API-KEY-ID", self.key)
        request.add_header("APCA-API-SECRET-KEY", self.secret)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=timeout) as response:
                return response.status, _decoded(response.read())
        except urllib.error.HTTPError as error:
            with error:
                return error.code, _decoded(error.read())

    def _read(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                self._lines.append(line)
                if "listening on" in line:
                    self._ready.set()
        self._ready.set()

    def _end(self, sign: signal.Signals) -> int:
        if self.process is None:
            return 0
        if self.process.poll() is None:
            self.process.send_signal(sign)
        try:
            return self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


def free_port() -> int:
    """A port nobody listens on, below those that the system gives to connections: tests in other processes, and what
    they connect to, do not take it meanwhile."""
    while True:
        # By the system's chance: tests begin that of Python at the same place in every process.
        port = _chance.randrange(15_000, 32_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port


def wait_for(condition: Any, seconds: float = 20.0) -> bool:
    """Whether `condition()` became true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _decoded(body: bytes) -> Any:
    if not body:
        return None
    try:
        return json.loads(body)
    except ValueError:
        return body.decode(errors="replace")
