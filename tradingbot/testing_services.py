"""The services of docker-compose.yml as processes of this machine, each by its container's own command."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from simulator.testing import free_port
from tradingbot.testing import PASSWORD, HttpClient
from tradingbot.testing_nginx import nginx_start

COMPOSE: Path = settings.BASE_DIR / "docker-compose.yml"
START_SECONDS = 120.0
STOP_SECONDS = 15.0
SPOKEN = {"web": "web is up", "stream": "stream is up", "exchange": "simulator listening on"}


class Services(HttpClient):
    """`start` runs one service, as often as wanted; whatever was started is ended by `stop`.

    data: what the containers' volume /data is here; speed: market seconds a real second of the exchange
    """

    def __init__(self, data: Path, *, speed: str) -> None:
        self.data, self.speed = data, speed
        self.ports = {name: free_port() for name in ("exchange", "web", "nginx")}
        self.compose: dict[str, Any] = yaml.safe_load(COMPOSE.read_text())["services"]
        self.running: dict[str, list[subprocess.Popen[bytes]]] = {}
        super().__init__(f"http://127.0.0.1:{self.ports['nginx']}", f"http://127.0.0.1:{self.ports['exchange']}")

    def command(self, service: str) -> list[str]:
        """The container's command, with the places of this machine for those of the network of containers."""
        here = {
            "python": sys.executable,
            "0.0.0.0": "127.0.0.1",
            "8010": str(self.ports["exchange"]),
            "/data/exchange.journal": str(self.data / "exchange.journal"),
        }
        words = [here.get(word, word) for word in self.compose[service]["command"]]
        if "--speed" in words:
            words[words.index("--speed") + 1] = self.speed
        return words

    def settings(self, service: str) -> dict[str, str]:
        """What the compose file sets, at its defaults, but for where things are."""
        given: dict[str, str] = self.compose[service]["environment"]
        # Where its secrets are in the container; here they are in the places below.
        values = {name: _default(str(value)) for name, value in given.items() if not name.endswith("_FILE")}
        places = {
            "DATABASE_URL": os.environ["DATABASE_URL"],
            "REDIS_URL": os.environ["REDIS_URL"],
            "SIMULATOR_URL": self.exchange_url,
            "ADMIN_PASSWORD": PASSWORD,
            "HOST": "127.0.0.1",
            "PORT": str(self.ports["web"]),
            "METRICS_PORT": str(free_port()),
            "DATA_DIR": str(self.data),
        }
        return values | places

    def environment(self, service: str) -> dict[str, str]:
        return os.environ | self.settings(service) | {"PYTHONUNBUFFERED": "1"}

    def start(self, service: str, **changes: str) -> subprocess.Popen[bytes]:
        """Returns once it says that it is up, where it says so; `changes` are of its environment."""
        log = self.log(service)
        with log.open("ab") as file:
            mark = file.tell()
            process = subprocess.Popen(
                self.command(service),
                cwd=settings.BASE_DIR,
                env=self.environment(service) | changes,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.running.setdefault(service, []).append(process)
        began = time.monotonic()
        while service in SPOKEN and SPOKEN[service].encode() not in log.read_bytes()[mark:]:
            if process.poll() is not None or time.monotonic() - began > START_SECONDS:
                raise RuntimeError(f"{service} did not start: {log.read_text()[-2000:]}")
            time.sleep(0.05)
        return process

    def run(self, service: str) -> str:
        """Run a service that ends by itself; what it printed."""
        done = subprocess.run(
            self.command(service),
            cwd=settings.BASE_DIR,
            env=self.environment(service),
            capture_output=True,
            text=True,
            timeout=120,
        )
        if done.returncode:
            raise RuntimeError(f"{service} failed: {done.stdout}{done.stderr}")
        return done.stdout

    def start_nginx(self) -> None:
        """The front end's container."""
        ports = {"listen": self.ports["nginx"], "backend": self.ports["web"]}
        self.running["nginx"] = [nginx_start(self.data / "nginx", **ports)]

    def kill(self, service: str) -> None:
        """kill -9 of the one started last."""
        process = self.running[service].pop()
        process.kill()
        process.wait()

    def kill_all(self) -> None:
        """kill -9 of every service and of what it started, at once; nginx goes on."""
        for name in self.running.keys() - {"nginx"}:
            for process in self.running.pop(name):
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def stop(self) -> float:
        """SIGTERM to all, the exchange last; returns the seconds until the last of ours was gone."""
        began = time.monotonic()
        others = [process for name, group in self.running.items() if name != "exchange" for process in group]
        for process in others:
            process.send_signal(signal.SIGTERM)
        for process in others:
            _end(process)
        took = time.monotonic() - began
        for process in self.running.get("exchange", []):
            process.send_signal(signal.SIGTERM)
            _end(process)
        self.running = {}
        return took

    def log(self, service: str) -> Path:
        return self.data / f"{service}.log"


def _default(value: str) -> str:
    """The default in ${NAME:-default}."""
    if value.startswith("${") and value.endswith("}") and ":-" in value:
        return value[2:-1].partition(":-")[2]
    return value


def _end(process: "subprocess.Popen[bytes]") -> None:
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
