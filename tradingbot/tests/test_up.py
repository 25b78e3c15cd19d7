"""`manage.py up` as a newcomer meets it."""

import os
import signal
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tradingbot.testing import PASSWORD, ProductProcess, children_of


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProductProcess]:
    process = ProductProcess(tmp_path_factory.mktemp("product"))
    process.start()
    process.login()
    yield process
    if process.process is not None and process.process.poll() is None:
        process.stop()


def up(*args: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `manage.py up` to its end; for starts that must fail."""
    return subprocess.run(
        [sys.executable, "manage.py", "up", *args],
        cwd=settings.BASE_DIR,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


class _HangsUp(socketserver.BaseRequestHandler):
    """Takes every connection and ends it without a word."""


@contextmanager
def port_taken(port: int) -> Iterator[None]:
    """Nobody can serve there meanwhile, and whoever asks there is hung up on."""
    with socketserver.TCPServer(("127.0.0.1", port), _HangsUp, bind_and_activate=False) as server:
        server.allow_reuse_address = True
        deadline = time.monotonic() + 2
        while True:
            try:
                server.server_bind()
                break
            except OSError:
                # Whoever was killed there is not quite gone.
                assert time.monotonic() < deadline, f"port {port} is still in use"
        server.server_activate()
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield
        server.shutdown()
        thread.join()


def await_status(product: ProductProcess, wanted: Callable[[Any], bool]) -> None:
    deadline = time.monotonic() + 30
    while not wanted(status := product.request("GET", "/api/market-status")):
        assert time.monotonic() < deadline, status
        time.sleep(0.05)


def test_the_first_fill_is_there_within_a_minute(product: ProductProcess) -> None:
    deadline = time.monotonic() + 60
    first_bot = product.request("GET", "/api/bots")["results"][0]
    while not (filled := product.request("GET", f"/api/trades?status=filled&bot={first_bot['id']}")["results"]):
        assert time.monotonic() < deadline, "no fill within a minute of the address"
        time.sleep(0.2)
    first = filled[-1]
    assert (first["bot_name"], first["role"]) == ("Momentum Bot", "entry")
    # Within three bars of 09:31.
    assert first["timestamp"][11:16] in {"14:31", "14:32", "14:33", "13:31", "13:32", "13:33"}


def test_three_demo_bots_run(product: ProductProcess) -> None:
    bots = product.request("GET", "/api/bots")["results"]
    assert [(bot["name"], bot["status"]) for bot in bots] == [
        ("Momentum Bot", "running"),
        ("Dip Buyer", "running"),
        ("Trend Rider", "running"),
    ]


def test_what_it_keeps_is_its_owners_and_its_children_do_not_know_the_password(product: ProductProcess) -> None:
    assert product.process is not None
    children = children_of(product.process.pid)
    assert children
    for child in children:
        environment = Path(f"/proc/{child}/environ").read_bytes()
        assert b"ADMIN_PASSWORD" not in environment
        assert PASSWORD.encode() not in environment
    kept = [product.data, *(path for path in product.data.iterdir() if path.name != "up.log")]
    assert [str(path) for path in kept if path.stat().st_mode & 0o077] == []


def test_the_same_data_cannot_be_used_twice(product: ProductProcess, tmp_path: Path) -> None:
    done = up("--data", str(product.data), PORT="8391", SIMULATOR_PORT="8392")
    assert done.returncode == 1
    assert "is in use by another tradingbot" in done.stderr


def test_a_taken_port_is_one_clear_line(product: ProductProcess, tmp_path: Path) -> None:
    done = up("--data", str(tmp_path), PORT=str(product.port), SIMULATOR_PORT="8392")
    assert done.returncode == 1
    assert done.stderr.strip() == f"CommandError: port {product.port} is taken; choose another with PORT=… ."
    assert not (tmp_path / "db.sqlite3").exists()


def test_an_exchange_that_dies_is_started_again_and_the_page_says_so(product: ProductProcess) -> None:
    assert product.process is not None
    [exchange] = children_of(product.process.pid)
    before = product.exchange("/sim/ledger")["orders"]
    os.kill(exchange, signal.SIGKILL)

    # Back at once it would be compared with the books within milliseconds: it has to stay away to be missed.
    with port_taken(product.simulator_port):
        await_status(product, lambda status: not status["broker_connected"])
    await_status(product, lambda status: status["broker_connected"] and status["trading_ready"])
    deadline = time.monotonic() + 30
    while product.exchange("/sim/clock")["frozen"]:
        assert time.monotonic() < deadline, "its clock was not released"
        time.sleep(0.05)

    after = {order["client_order_id"] for order in product.exchange("/sim/ledger")["orders"]}
    assert {order["client_order_id"] for order in before} <= after
    market = product.exchange("/sim/clock")["market"]
    time.sleep(0.5)
    assert product.exchange("/sim/clock")["market"] > market, "its clock goes on"


def test_it_stops_within_ten_seconds_and_goes_on_where_it_was(product: ProductProcess) -> None:
    before = product.exchange("/sim/clock")["market"]
    trades = product.request("GET", "/api/trades")["results"]

    assert product.stop() < 10
    product.start()
    product.login()

    assert product.exchange("/sim/clock")["market"] > before
    known = {trade["id"] for trade in product.request("GET", "/api/trades?page_size=200")["results"]}
    assert {trade["id"] for trade in trades} <= known
    assert product.request("GET", "/api/bots")["count"] == 3


def test_a_journal_of_another_market_is_one_clear_error(product: ProductProcess) -> None:
    product.stop()
    done = up(
        "--data", str(product.data), "--seed", "5", PORT=str(product.port), SIMULATOR_PORT=str(product.simulator_port)
    )
    assert done.returncode == 1
    assert "246" in done.stderr
    assert "5" in done.stderr
    assert "Traceback" not in done.stderr

    done = up("--data", str(product.data), "--new", PORT=str(product.port), SIMULATOR_PORT=str(product.simulator_port))
    assert done.returncode == 1
    assert "holds data already" in done.stderr


def test_a_speed_at_which_entries_are_too_old_to_be_sent_is_said_at_the_start(tmp_path: Path) -> None:
    process = ProductProcess(tmp_path, "--speed", "300")
    try:
        process.start()
    finally:
        process.kill()
    said = "--speed 300: a decision to buy is good for 60 seconds of the market, 0.2 here."
    assert said in process.log.read_text()


def test_the_usual_speed_is_not_spoken_of(product: ProductProcess) -> None:
    assert "a decision to buy is good for" not in product.log.read_text()
