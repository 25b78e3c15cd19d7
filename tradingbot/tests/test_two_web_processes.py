"""Two web processes behind the shipped nginx: they share what is asked, and either may die under load."""

import os
import threading
import time
import urllib.error
from collections import Counter
from collections.abc import Iterator

import pytest
import redis

from simulator.testing import free_port
from tradingbot.testing import HttpClient
from tradingbot.testing_nginx import nginx_start
from tradingbot.testing_services import Services

pytestmark = pytest.mark.services

THREADS = 4
PATHS = ("/api/summary", "/api/bots", "/api/trades?page_size=25", "/api/positions?is_open=true")


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    redis.from_url(os.environ["REDIS_URL"]).flushall()
    running = Services(tmp_path_factory.mktemp("two"), speed="10")
    try:
        running.start("exchange")
        running.run("prepare")
        running.start("web")
        yield running
    finally:
        running.stop()


class Load:
    """So many people who ask one thing after the other until they are told to stop; what each was answered."""

    def __init__(self, url: str) -> None:
        self.answers: Counter[str] = Counter()
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._ask, args=(url,)) for _ in range(THREADS)]

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def more(self, count: int) -> None:
        """Wait until so many more were answered well."""
        wanted, deadline = self.answers["ok"] + count, time.monotonic() + 60
        while self.answers["ok"] < wanted:
            assert time.monotonic() < deadline, self.answers
            time.sleep(0.02)

    def _ask(self, url: str) -> None:
        person = HttpClient(url, url)
        person.login()
        number = 0
        while not self._over.is_set():
            try:
                person.request("GET", PATHS[number % len(PATHS)])
                answer = "ok"
            except urllib.error.HTTPError as error:
                answer = str(error.code)
            except OSError as error:
                answer = type(error).__name__
            number += 1
            with self._lock:
                self.answers[answer] += 1


def test_either_of_two_may_die_and_nobody_who_reads_is_told_an_error(services: Services) -> None:
    ports = (services.ports["web"], free_port())
    second = {"PORT": str(ports[1]), "METRICS_PORT": str(free_port()), "API_RATE": "100000/min"}
    first = {"METRICS_PORT": str(free_port()), "API_RATE": "100000/min"}
    services.kill("web")
    services.start("web", **first)
    services.start("web", **second)
    listen = free_port()
    nginx = nginx_start(services.data / "nginx-of-two", listen=listen, backend=ports)
    try:
        with Load(f"http://127.0.0.1:{listen}") as load:
            load.more(100)
            # The one started last, with what it had under way.
            services.kill("web")
            load.more(100)
            services.start("web", **second)
            # nginx looks again at one that has failed after ten seconds.
            time.sleep(11)
            load.more(100)
            services.running["web"].reverse()
            services.kill("web")
            load.more(100)
    finally:
        nginx.terminate()
        nginx.wait()
    assert load.answers.keys() == {"ok"}, load.answers
