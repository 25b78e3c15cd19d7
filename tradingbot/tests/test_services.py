"""The separate processes of docker-compose.yml over PostgreSQL and Redis, behind nginx; and killed one by one."""

import asyncio
import json
import os
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis
import websockets
from django.conf import settings

from simulator.testing import wait_for
from tradingbot.testing import ProductProcess
from tradingbot.testing_services import Services

pytestmark = pytest.mark.services
SPEED = "30"
BACKTESTS = "worker --queue backtests --threads 1 --name backtests"
SINGLE = ("web", "worker", "backtests", "beat", "stream")


def wait_until(condition: Callable[[], Any], seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            if condition():
                return
        except (urllib.error.URLError, ConnectionError):
            pass
        assert time.monotonic() < deadline, what
        time.sleep(0.2)


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    redis.from_url(os.environ["REDIS_URL"]).flushall()
    running = Services(tmp_path_factory.mktemp("services"), speed=SPEED)
    try:
        running.start("exchange")
        assert "3 demo bots made" in running.run("prepare")
        assert "0 demo bots made" in running.run("prepare"), "it is safe to repeat"
        for service in SINGLE:
            running.start(service)
        running.start_nginx()
        wait_until(lambda: running.request("GET", "/health")["status"] == "ok", 40, "it does not get well")
        running.login()
        yield running
    finally:
        running.stop()


async def socket_hears(services: Services, kind: str, seconds: float, after: int | None = None) -> dict[str, Any]:
    """The next event of a kind, through nginx."""
    url = services.url.replace("http", "ws") + "/ws"
    headers = {"Cookie": services.cookie()}
    async with asyncio.timeout(seconds), websockets.connect(url, additional_headers=headers, origin=services.url) as ws:
        await ws.send(json.dumps({"type": "subscribe", "symbols": ["AAPL", "MSFT", "GOOGL"], "after": after}))
        while True:
            frame: dict[str, Any] = json.loads(await ws.recv())
            if frame["type"] == kind:
                return frame


def last_ticks(services: Services) -> list[str]:
    return sorted(bot["last_tick_at"] or "" for bot in services.request("GET", "/api/bots")["results"])


def goes_on(services: Services, what: str) -> None:
    """Every bot is ticked again."""
    before = last_ticks(services)
    wait_until(lambda: min(last_ticks(services)) > max(before), 120, f"nobody ticks after {what}")


def books_agree(services: Services) -> bool:
    """Every fill of the exchange is booked once, and the positions are the exchange's."""
    ledger = services.exchange("/sim/ledger")
    ids = [order["client_order_id"] for order in ledger["orders"]]
    assert len(ids) == len(set(ids))
    there = {row["symbol"]: Decimal(row["qty"]) for row in ledger["positions"]}
    here: dict[str, Decimal] = {}
    for row in services.request("GET", "/api/positions?is_open=true&page_size=200")["results"]:
        here[row["symbol"]] = here.get(row["symbol"], Decimal(0)) + Decimal(row["quantity"])
    return here == there


def test_every_component_is_well(services: Services) -> None:
    names = ["database", "disk", "broker", "trading", "market data", "sweeper", "worker", "beat"]
    names += ["data stream", "order stream", "ticks", "exchange", "redis", "stream"]

    def found() -> Any:
        return services.request("GET", "/health")["components"]

    assert wait_for(lambda: found() == dict.fromkeys(names, "ok"), 30), found()
    assert services.request("GET", "/health/ready")["status"] == "ok"


def test_the_page_and_its_files_come_from_nginx_and_metrics_do_not(services: Services) -> None:
    def get(path: str) -> tuple[int, str, str]:
        try:
            with urllib.request.urlopen(services.url + path, timeout=10) as answer:
                return answer.status, answer.headers.get("Cache-Control", ""), answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, "", ""

    status, cached, page = get("/bots")
    assert (status, cached) == (200, "no-cache")
    asset = "/assets/" + page.partition("/assets/")[2].partition('"')[0]
    assert get(asset)[:2] == (200, "public, max-age=31536000, immutable")
    assert get("/assets/none.js")[0] == 404
    assert get("/metrics")[0] == 404
    assert get("/admin/login/")[0] == 200


def test_the_first_trade_arrives_by_the_socket(services: Services) -> None:
    frame = asyncio.run(socket_hears(services, "trade_executed", 90, after=0))
    assert frame["data"]["status"] == "filled"
    prices = asyncio.run(socket_hears(services, "price_update", 30))
    assert set(prices["data"]) <= {"AAPL", "MSFT", "GOOGL"}


def test_a_backtest_is_run_by_the_worker_of_its_queue(services: Services) -> None:
    now = datetime.fromisoformat(services.request("GET", "/api/market-status")["now"])
    days = {"from": f"{now - timedelta(days=5):%Y-%m-%d}", "to": f"{now - timedelta(days=1):%Y-%m-%d}"}
    asked = services.request("POST", "/api/backtests", {"bot": 1} | days)
    frame = asyncio.run(socket_hears(services, "backtest_changed", 30, after=0))
    assert frame["data"]["id"] == asked["id"]

    def row() -> dict[str, Any]:
        found: dict[str, Any] = services.request("GET", f"/api/backtests/{asked['id']}")
        return found

    wait_until(lambda: row()["status"] not in ("queued", "running"), 60, "it is not run")
    done = row()
    assert (done["status"], done["error"]) == ("done", "")
    assert done["report"]["metrics"]["closed_positions"] == done["closed_positions"] > 0


def test_an_idle_socket_stays_open(services: Services) -> None:
    """Longer than the five seconds after which some Redis clients give up waiting."""

    async def wait() -> str:
        url = services.url.replace("http", "ws") + "/ws"
        headers = {"Cookie": services.cookie()}
        async with websockets.connect(url, additional_headers=headers, origin=services.url) as ws:
            await asyncio.sleep(8)
            await ws.send(json.dumps({"type": "ping"}))
            while (frame := json.loads(await ws.recv()))["type"] != "pong":
                continue
            return str(frame["type"])

    assert asyncio.run(wait()) == "pong"


@pytest.mark.parametrize("victim", ["worker", "beat", "stream", "web"])
def test_one_killed_and_started_again(services: Services, victim: str) -> None:
    services.kill(victim)
    services.start(victim)
    wait_until(lambda: services.request("GET", "/health")["status"] == "ok", 60, f"not well after {victim}")
    services.login()
    goes_on(services, f"the death of {victim}")
    wait_until(lambda: books_agree(services), 30, "the books do not agree")


def test_one_worker_of_two_killed_is_not_missed(services: Services) -> None:
    services.start("worker")
    goes_on(services, "a second worker came")
    services.kill("worker")
    goes_on(services, "it was killed")
    wait_until(lambda: books_agree(services), 30, "the books do not agree")


def test_what_redis_forgets_is_found_again(services: Services) -> None:
    """Messages, prices, rate limits: nothing of it has to survive."""
    client = redis.from_url(os.environ["REDIS_URL"])
    for _ in range(5):
        client.flushall()
        time.sleep(0.5)
    goes_on(services, "Redis forgot everything")
    wait_until(lambda: books_agree(services), 30, "the books do not agree")
    # The ticks that were lost meanwhile are told of for a minute.
    wait_until(lambda: services.request("GET", "/health")["status"] == "ok", 90, "it does not get well")


def test_two_beats_tick_no_bot_twice(services: Services) -> None:
    services.start("beat")
    goes_on(services, "a second beat came")
    services.kill("beat")
    trades = services.request("GET", "/api/trades?page_size=200")["results"]
    entries = [(trade["bot"], trade["client_order_id"]) for trade in trades]
    assert len(entries) == len(set(entries))
    wait_until(lambda: books_agree(services), 30, "the books do not agree")


def test_measured_processes_answer_for_their_metrics(services: Services) -> None:
    for service in ("worker", "beat", "stream"):
        process = services.running[service][-1]
        environment = Path(f"/proc/{process.pid}/environ").read_bytes().split(b"\0")
        port = next(word.partition(b"=")[2].decode() for word in environment if word.startswith(b"METRICS_PORT="))
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
            assert b"process_cpu_seconds_total" in answer.read()


def test_all_of_it_ends_within_ten_seconds(services: Services) -> None:
    assert services.stop() < 10


def test_up_runs_over_them_as_well(tmp_path: Path) -> None:
    """Settings decide: one process, but PostgreSQL and Redis."""
    here = os.environ["DATABASE_URL"]
    with psycopg.connect(here, autocommit=True) as connection:
        connection.execute("CREATE DATABASE for_up")
    database = here.rpartition("/")[0] + "/for_up"
    redis_url = os.environ["REDIS_URL"].rpartition("/")[0] + "/1"
    product = ProductProcess(tmp_path, "--speed", SPEED, DATABASE_URL=database, REDIS_URL=redis_url)
    product.start()
    try:
        product.login()
        wait_until(lambda: product.request("GET", "/api/trades")["results"], 60, "it does not trade")
        assert not (tmp_path / "db.sqlite3").exists()
        components = product.request("GET", "/health")["components"]
        assert (components["redis"], components["stream"], components["worker"]) == ("ok", "ok", "ok")
    finally:
        assert product.stop() < 10


@pytest.mark.parametrize("files", [["docker-compose.yml"], ["docker-compose.yml", "docker-compose.dev.yml"]])
def test_the_compose_files_are_valid(files: list[str]) -> None:
    words = [word for file in files for word in ("-f", file)]
    done = subprocess.run(["docker-compose", *words, "config", "-q"], cwd=settings.BASE_DIR, capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")


def test_every_unit_runs_a_command_that_there_is() -> None:
    units = sorted((settings.BASE_DIR / "deploy" / "systemd").glob("*.service"))
    commands = {
        unit.stem: line.rpartition("manage.py ")[2]
        for unit in units
        for line in unit.read_text().splitlines()
        if line.startswith("ExecStart=")
    }
    expected = {f"tradingbot-{name}": name for name in ("beat", "prepare", "stream", "web", "worker")}
    assert commands == expected | {"tradingbot-backtests": BACKTESTS}
