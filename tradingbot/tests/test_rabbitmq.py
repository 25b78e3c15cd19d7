"""The separate processes with RabbitMQ between them instead of Redis; and RabbitMQ away for a while."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from urllib.parse import urlsplit

import psycopg
import pytest
from kombu import Connection

from tradingbot.testing_services import Services
from tradingbot.tests.test_services import books_agree, goes_on, wait_until

pytestmark = pytest.mark.services
# Debian's package brings this account, for this machine only.
SERVER = os.environ.get("RABBITMQ_TEST_URL", "amqp://guest:guest@127.0.0.1:5672//")
DATABASE, QUEUES = "over_rabbitmq", ("ticks", "backtests")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    try:
        with Connection(SERVER, connect_timeout=2) as connection:
            connection.ensure_connection(max_retries=1)
            for name in QUEUES:
                connection.default_channel.queue_delete(name)
            yield SERVER
            for name in QUEUES:
                connection.default_channel.queue_delete(name)
    except OSError as error:
        pytest.skip(f"no RabbitMQ answers (Debian: apt-get install rabbitmq-server): {error}")


class Between:
    """A way to RabbitMQ that can be cut: a port of this machine, handed through."""

    def __init__(self, host: str, port: int) -> None:
        self._there, self._open = (host, port), True
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def connections(self) -> int:
        return len(self._pairs)

    def cut(self) -> None:
        self._open = False
        for pair in self._pairs:
            for end in pair:
                # Another thread waits in recv: closing alone would not wake it.
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
                end.close()
        self._pairs.clear()

    def mend(self) -> None:
        self._open = True

    def _accept(self) -> None:
        while True:
            near, _ = self._listener.accept()
            if not self._open:
                near.close()
                continue
            far = socket.create_connection(self._there)
            self._pairs.append((near, far))
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=_hand_over, args=(one, other), daemon=True).start()


def _hand_over(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while data := one.recv(65536):
            other.sendall(data)
        other.shutdown(socket.SHUT_WR)


@pytest.fixture(scope="module")
def between(server: str) -> Between:
    there = urlsplit(server)
    return Between(str(there.hostname), there.port or 5672)


@pytest.fixture(scope="module")
def services(server: str, between: Between, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {DATABASE}")
    with pytest.MonkeyPatch.context() as places:
        for name, last in {"DATABASE_URL": DATABASE, "REDIS_URL": "3"}.items():
            places.setenv(name, f"{os.environ[name].rpartition('/')[0]}/{last}")
        there = urlsplit(server)
        places.setenv("RABBITMQ_URL", f"amqp://{there.username}:{there.password}@127.0.0.1:{between.port}{there.path}")
        running = Services(tmp_path_factory.mktemp("services"), speed="30")
        try:
            running.start("exchange")
            running.run("prepare")
            for service in ("web", "worker", "backtests", "beat", "stream"):
                running.start(service)
            running.start_nginx()
            wait_until(lambda: running.request("GET", "/health")["status"] == "ok", 40, "it does not get well")
            running.login()
            yield running
        finally:
            running.stop()


def test_bots_are_ticked_and_their_fills_are_booked(services: Services, server: str) -> None:
    goes_on(services, "the start")
    wait_until(lambda: services.exchange("/sim/ledger")["orders"], 60, "nothing was ordered")
    wait_until(lambda: books_agree(services), 30, "the books do not agree")
    with Connection(server) as connection:
        waiting = connection.default_channel.queue_declare("ticks", passive=True)
    assert waiting.consumer_count == 1, "the worker listens elsewhere"


def test_a_backtest_is_taken_from_its_own_queue(services: Services) -> None:
    bot = services.request("GET", "/api/bots")["results"][0]["id"]
    asked = services.request("POST", "/api/backtests", {"bot": bot, "from": "2026-11-02", "to": "2026-11-03"})
    found = partial(services.request, "GET", f"/api/backtests/{asked['id']}")
    wait_until(lambda: found()["status"] in ("done", "failed"), 60, "nobody took it")
    assert (found()["status"], found()["error"]) == ("done", "")


def test_it_may_go_away_and_come_back(services: Services, between: Between) -> None:
    """Nobody ticks meanwhile; the page is told, and every process connects again by itself."""
    between.cut()
    wait_until(lambda: services.request("GET", "/health")["status"] != "ok", 120, "nobody is told")
    between.mend()
    wait_until(lambda: between.connections > 0, 120, "nobody connects again")
    goes_on(services, "RabbitMQ came back")
    wait_until(lambda: services.request("GET", "/health")["status"] == "ok", 180, "it does not get well")
