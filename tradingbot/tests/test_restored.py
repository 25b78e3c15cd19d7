"""Backed up while it trades, traded on, restored: the books are those there would have been without it."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings

from tradingbot.testing import ProductProcess
from tradingbot.tests.test_killed import assert_positions_agree, settle

ON = [pytest.param("sqlite"), pytest.param("postgresql", marks=pytest.mark.services)]


@pytest.fixture(params=ON)
def product(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ProductProcess]:
    places: dict[str, str] = {}
    if request.param == "postgresql":
        here = os.environ["DATABASE_URL"]
        with psycopg.connect(here, autocommit=True) as connection:
            connection.execute("CREATE DATABASE for_restoring")
        places["DATABASE_URL"] = here.rpartition("/")[0] + "/for_restoring"
    product = ProductProcess(tmp_path / "data", "--speed", "60", **places)
    product.start()
    product.login()
    yield product
    if product.process is not None and product.process.poll() is None:
        product.stop()


def manage(product: ProductProcess, *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "manage.py", *words, "--data", str(product.data)],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": "", "REDIS_URL": ""} | product.environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


def wait_until(condition: Callable[[], Any], what: str) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.2)


def filled(product: ProductProcess) -> dict[str, tuple[Any, ...]]:
    """By order whose fills are booked, what was traded and won."""
    rows = product.request("GET", "/api/trades?status=filled&page_size=200")["results"]
    names = ("bot", "symbol", "role", "quantity", "price", "profit_loss")
    return {row["client_order_id"]: tuple(row[name] for name in names) for row in rows if row["price"]}


def trade_until(product: ProductProcess, count: int) -> None:
    """Let the bots trade until so many orders are filled, then rest."""
    bots = product.request("GET", "/api/bots")["results"]
    for bot in bots:
        if bot["status"] == "stopped":
            product.request("POST", f"/api/bots/{bot['id']}/start")
    wait_until(lambda: len(filled(product)) >= count, "they do not trade")
    settle(product)


def alerts(product: ProductProcess) -> list[str]:
    lines = product.log.read_text().splitlines()
    return [line for line in lines if "not ordered by a bot" in line or "do not add up" in line]


def test_what_was_done_after_the_backup_is_booked(product: ProductProcess, tmp_path: Path) -> None:
    trade_until(product, 3)
    copy = tmp_path / "now.backup"
    done = manage(product, "backup", str(copy))
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    before = filled(product)

    trade_until(product, len(before) + 4)
    position = product.request("GET", "/api/positions?is_open=true")["results"][0]
    product.request("POST", f"/api/positions/{position['id']}/close")
    settle(product)
    expected = filled(product)
    assert len(expected) >= len(before) + 5

    refused = manage(product, "restore", str(copy))
    assert refused.returncode == 1
    assert "CommandError: the product is running" in refused.stderr
    product.stop()
    done = manage(product, "restore", str(copy))
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    product.start()
    product.login()
    wait_until(lambda: product.request("GET", "/api/market-status")["trading_ready"], "the books do not agree")

    found = filled(product)
    assert {name: found.get(name) for name in expected} == expected
    settle(product)
    ledger = product.exchange("/sim/ledger")
    assert_positions_agree(product, ledger)
    fills = [row for row in ledger["activities"] if row["activity_type"] == "FILL"]
    spent = sum(Decimal(row["qty"]) * Decimal(row["price"]) * (1 if row["side"] == "buy" else -1) for row in fills)
    assert Decimal(100_000) - spent == pytest.approx(Decimal(product.exchange("/sim/ledger")["cash"]))
    assert alerts(product) == []
    if not product.environment:
        another_machine_goes_on(copy, tmp_path / "other", before)


def another_machine_goes_on(copy: Path, directory: Path, expected: dict[str, tuple[Any, ...]]) -> None:
    """All is lost but the backup: the exchange comes back from its journal, too."""
    other = ProductProcess(directory, "--speed", "60")
    assert manage(other, "restore", str(copy)).returncode == 0
    other.start()
    try:
        other.login()
        assert {name: filled(other).get(name) for name in expected} == expected
        assert_positions_agree(other, other.exchange("/sim/ledger"))
    finally:
        other.stop()
