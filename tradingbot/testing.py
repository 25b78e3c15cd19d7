"""The whole product as a child process, for tests and benchmarks."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

from django.conf import settings

from simulator.testing import free_port

START_SECONDS = 120.0
PASSWORD = "a password for tests only"


class HttpClient:
    """A logged-in person at the product, and a look into the exchange behind it."""

    def __init__(self, url: str, exchange_url: str) -> None:
        self.url, self.exchange_url = url, exchange_url
        self._cookies = CookieJar()
        proxies = urllib.request.ProxyHandler({})
        self._opener = urllib.request.build_opener(proxies, urllib.request.HTTPCookieProcessor(self._cookies))

    def login(self) -> None:
        self.request("GET", "/api/auth/csrf")
        self.request("POST", "/api/auth/login", {"username": "admin", "password": PASSWORD})

    def request(self, method: str, path: str, body: object = None) -> Any:
        """The JSON answer. Raises urllib.error.HTTPError for an error."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, method=method)
        request.add_header("Content-Type", "application/json")
        request.add_header("X-CSRFToken", next((c.value or "" for c in self._cookies if c.name == "csrftoken"), ""))
        with self._opener.open(request, timeout=30) as response:
            text = response.read()
        return json.loads(text) if text else None

    def cookie(self) -> str:
        """The Cookie header of the session, for a socket."""
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self._cookies)

    def exchange(self, path: str) -> Any:
        """A control path of the exchange, such as /sim/ledger."""
        with self._opener.open(self.exchange_url + path, timeout=30) as response:
            return json.loads(response.read())


class ProductProcess(HttpClient):
    """`manage.py up` on free ports and a directory of its own. `kill` is kill -9 of everything it started."""

    def __init__(self, data: Path, *args: str, **environment: str) -> None:
        self.data = data
        self.args = args
        self.port, self.simulator_port = free_port(), free_port()
        super().__init__(f"http://127.0.0.1:{self.port}", f"http://127.0.0.1:{self.simulator_port}")
        self.log = data / "up.log"
        self.environment = environment
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> float:
        """Start it; returns the seconds until the address was printed."""
        self.data.mkdir(parents=True, exist_ok=True)
        environment = os.environ | {
            "PORT": str(self.port),
            "SIMULATOR_PORT": str(self.simulator_port),
            "ADMIN_PASSWORD": PASSWORD,
            "PYTHONUNBUFFERED": "1",
            "LOGIN_RATE": "1000/min",
            "API_RATE": "100000/min",
            "ANON_RATE": "1000/min",
            # One process, whatever this shell says.
            "DATABASE_URL": "",
            "REDIS_URL": "",
        }
        for name in ("DATA_DIR", "SIMULATOR_URL", "ALPACA_API_KEY", "ALPACA_SECRET_KEY", "DJANGO_SETTINGS_MODULE"):
            environment.pop(name, None)
        started = time.monotonic()
        with self.log.open("ab") as log:
            mark = log.tell()
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up", "--data", str(self.data), *self.args],
                cwd=settings.BASE_DIR,
                env=environment | self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        while b"tradingbot is up" not in self.log.read_bytes()[mark:]:
            if self.process.poll() is not None or time.monotonic() - started > START_SECONDS:
                self.kill()
                raise RuntimeError(f"the product did not start: {self.log.read_text()[-2000:]}")
            time.sleep(0.05)
        return time.monotonic() - started

    def kill(self) -> None:
        """kill -9 of the product and of the exchange, at once."""
        assert self.process is not None
        children = children_of(self.process.pid)
        for pid in [self.process.pid, *children]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.process.wait()
        self._wait_until_free()

    def stop(self) -> float:
        """Ctrl-C; returns the seconds until every process was gone."""
        assert self.process is not None
        children = children_of(self.process.pid)
        began = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        self.process.wait(30)
        while any(Path(f"/proc/{pid}").exists() for pid in children):
            time.sleep(0.02)
        return time.monotonic() - began

    def _wait_until_free(self) -> None:
        for port in (self.port, self.simulator_port):
            for _ in range(100):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)):
                        break
                time.sleep(0.02)


def children_of(pid: int) -> list[int]:
    path = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in path.read_text().split()] if path.exists() else []
