"""Several of each process over PostgreSQL and Redis, while one of these two goes away, comes back, or has no room."""

import asyncio
import json
import os
import signal
import subprocess
import time
import urllib.error
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis
import websockets
from django.db import OperationalError

from engine.database_errors import NO_CONNECTION_FREE, NOT_REACHABLE, database_trouble
from tradingbot.celery import app
from tradingbot.testing_services import Services
from tradingbot.tests.test_services import goes_on, wait_until

pytestmark = pytest.mark.services
SPEED = "30"
DATABASE = "for_bad_days"


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {DATABASE}")
    own = {"DATABASE_URL": DATABASE, "REDIS_URL": "2"}
    with pytest.MonkeyPatch.context() as places:
        for name, last in own.items():
            places.setenv(name, f"{os.environ[name].rpartition('/')[0]}/{last}")
        yield from running_services(tmp_path_factory.mktemp("services"))


def running_services(data: Path) -> Iterator[Services]:
    running = Services(data, speed=SPEED)
    running.url = f"http://127.0.0.1:{running.ports['web']}"
    try:
        running.start("exchange")
        running.run("prepare")
        for service in ("web", "worker", "beat", "stream"):
            running.start(service)
        for service in ("beat", "stream"):
            stand_by(running, service)
        wait_until(lambda: running.request("GET", "/health")["status"] == "ok", 40, "it does not get well")
        running.login()
        yield running
    finally:
        running.stop()


def stand_by(services: Services, service: str) -> None:
    """Start a second one, which waits."""
    with services.log(service).open("ab") as log:
        process = subprocess.Popen(
            services.command(service), env=services.environment(service), stdout=log, stderr=log, start_new_session=True
        )
    services.running[service].append(process)
    wait_until(lambda: "another" in services.log(service).read_text(), 20, f"the second {service} does not say so")


@pytest.fixture
def administrator() -> Iterator["psycopg.Connection[Any]"]:
    """Connected to another database of the same server."""
    with psycopg.connect(os.environ["DATABASE_URL"].rpartition("/")[0] + "/template1", autocommit=True) as connection:
        yield connection


def connections(administrator: "psycopg.Connection[Any]") -> int:
    row = administrator.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = %s", [DATABASE]).fetchone()
    assert row is not None
    return int(row[0])


def connections_end(administrator: "psycopg.Connection[Any]") -> None:
    """As a restart of the database does it."""
    administrator.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [DATABASE])


def everybody_lives(services: Services) -> bool:
    return all(process.poll() is None for group in services.running.values() for process in group)


def refusal(services: Services, method: str, path: str, body: object = None) -> tuple[int, str, dict[str, Any]]:
    with pytest.raises(urllib.error.HTTPError) as caught:
        services.request(method, path, body)
    with caught.value as error:
        return error.code, error.headers["Content-Type"], json.loads(error.read())


def test_one_order_is_followed_over_all_logs_by_its_id(services: Services) -> None:
    def filled() -> Any:
        rows = services.request("GET", "/api/trades?status=filled&page_size=200")["results"]
        return [row for row in rows if row["role"] == "entry" and row["price"]]

    wait_until(filled, 60, "nothing is bought")
    wanted = filled()[-1]["client_order_id"]
    lines = [line for log in services.data.glob("*.log") for line in log.read_text().splitlines() if line[:1] == "{"]
    records = sorted((json.loads(line) for line in lines), key=lambda record: record["time"])
    said = [record["message"].partition(": ")[2] for record in records if record.get("order") == wanted]
    steps = ("decided: buy", "posted, attempt 1", "the broker says", "filled")
    assert [any(line.startswith(step) for line in said) for step in steps] == [True] * 4, said


def test_after_a_restart_of_the_database_no_request_fails(
    services: Services, administrator: "psycopg.Connection[Any]"
) -> None:
    for _ in range(3):
        connections_end(administrator)
        for _ in range(10):
            services.request("GET", "/api/bots")
        services.login()
    assert everybody_lives(services)
    goes_on(services, "the database was restarted")


def test_while_the_database_is_away_that_is_said_and_nobody_ends(
    services: Services, administrator: "psycopg.Connection[Any]"
) -> None:
    administrator.execute(f"ALTER DATABASE {DATABASE} ALLOW_CONNECTIONS false")
    try:
        connections_end(administrator)
        credentials = {"username": "admin", "password": "any"}
        for asked in (("GET", "/api/bots"), ("POST", "/api/auth/login", credentials)):
            status, kind, problem = refusal(services, *asked)
            assert (status, kind) == (503, "application/problem+json"), asked
            assert problem["title"] == "The database does not answer"
            assert problem["detail"].startswith("the database: not reachable")
    finally:
        administrator.execute(f"ALTER DATABASE {DATABASE} ALLOW_CONNECTIONS true")
    services.request("GET", "/api/bots")
    assert everybody_lives(services)
    goes_on(services, "the database was away")


@pytest.mark.parametrize(("service", "word", "seconds"), [("stream", "stream is up", 20), ("beat", "is at work", 8)])
def test_the_one_that_stood_by_takes_over(services: Services, service: str, word: str, seconds: float) -> None:
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        row = connection.execute("SELECT holder FROM engine_lease WHERE name = %s", [service]).fetchone()
    assert row is not None
    at_work = next(each for each in services.running[service] if row[0].split(":")[1] == str(each.pid))
    services.running[service].remove(at_work)
    mark = len(services.log(service).read_text())
    at_work.kill()
    at_work.wait()
    wait_until(lambda: word in services.log(service).read_text()[mark:], seconds, "nobody takes over")


def test_a_worker_survives_redis_refusing_memory(services: Services) -> None:
    """With messages to take: each is noted in Redis before it is worked on."""
    client = redis.from_url(os.environ["REDIS_URL"])
    [worker] = services.running["worker"]
    worker.send_signal(signal.SIGSTOP)
    try:
        with app.connection_for_write(os.environ["REDIS_URL"]) as connection:
            for _ in range(10):
                app.send_task("engine.tasks.order_changed", ["none", False], expires=30, connection=connection)
        client.config_set("maxmemory", "1")
        worker.send_signal(signal.SIGCONT)
        time.sleep(3)
        assert worker.poll() is None
    finally:
        worker.send_signal(signal.SIGCONT)
        client.config_set("maxmemory", "0")
    goes_on(services, "Redis had no memory")
    assert everybody_lives(services)


def test_at_rest_there_is_little_more_than_one_connection_a_process(
    services: Services, administrator: "psycopg.Connection[Any]"
) -> None:
    """Ten processes held 26 to 36."""
    for bot in services.request("GET", "/api/bots")["results"]:
        services.request("POST", f"/api/bots/{bot['id']}/stop")
    processes = sum(len(group) for name, group in services.running.items() if name != "exchange")
    wait_until(lambda: connections(administrator) <= processes, 60, f"{connections(administrator)} are still open")
    seen = []
    for _ in range(20):
        seen.append(connections(administrator))
        time.sleep(0.2)
    assert sorted(seen)[len(seen) // 2] <= processes + 2


def test_sockets_are_told_that_the_server_goes_away(services: Services) -> None:
    async def close_code() -> int | None:
        url = services.url.replace("http", "ws") + "/ws"
        async with websockets.connect(url, additional_headers={"Cookie": services.cookie()}, origin=services.url) as ws:
            assert json.loads(await ws.recv())["type"] == "hello"
            services.running["web"][0].send_signal(signal.SIGTERM)
            async with asyncio.timeout(5):
                async for _ in ws:
                    continue
            return ws.close_code

    assert asyncio.run(close_code()) == 1001
    assert services.running["web"].pop().wait(10) == 0


def test_a_database_without_a_free_connection_is_told_from_one_that_is_away(
    administrator: "psycopg.Connection[Any]",
) -> None:
    administrator.execute("CREATE ROLE crowded LOGIN CONNECTION LIMIT 0")
    server = Path(os.environ["DATABASE_URL"].rpartition("@")[2]).parent
    words = []
    for url in (f"postgres://crowded@{server}/postgres", "postgres://crowded@127.0.0.1:9/postgres"):
        with pytest.raises(psycopg.OperationalError) as caught:
            psycopg.connect(url)
        words.append(database_trouble(OperationalError(str(caught.value))))
    assert words == [NO_CONNECTION_FREE, NOT_REACHABLE]
