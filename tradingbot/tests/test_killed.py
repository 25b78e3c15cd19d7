"""kill -9 of everything in the middle of a session, again and again: bots go on, and the books stay true."""

import random
import sqlite3
import time
from collections import Counter
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

from tradingbot.testing import HttpClient, ProductProcess

KILLS = 5
# Market seconds a real second: a tick of every bot each real second or two.
SPEED = "60"


def test_kill_everything_and_start_again(tmp_path: Path) -> None:
    product = ProductProcess(tmp_path, "--speed", SPEED)
    moments = random.Random(20260602)
    try:
        for _ in range(KILLS):
            product.start()
            time.sleep(moments.uniform(1.5, 5.0))
            product.kill()
        product.start()
        product.login()
        before = product.request("GET", "/api/summary")["event_id"]
        wait_for_trades(product, before)
        assert [bot["status"] for bot in product.request("GET", "/api/bots")["results"]] == ["running"] * 3
        settle(product)

        ledger = product.exchange("/sim/ledger")
        assert_no_order_twice(ledger)
        assert_positions_agree(product, ledger)
        with database_of(product) as database:
            assert_every_fill_booked_once(database, ledger)
    finally:
        if product.process is not None and product.process.poll() is None:
            product.stop()


def wait_for_trades(product: HttpClient, after: int) -> None:
    """The bots go on: something happens that was not there before."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if product.request("GET", "/api/summary")["event_id"] > after + 4:
            return
        time.sleep(0.2)
    raise AssertionError("the bots did not go on trading")


def settle(product: HttpClient, seconds: float = 30) -> None:
    """Let nothing new begin and wait until nothing is under way: only then can two books be compared."""
    for bot in product.request("GET", "/api/bots")["results"]:
        product.request("POST", f"/api/bots/{bot['id']}/stop")
    deadline = time.monotonic() + seconds
    while under_way := product.request("GET", "/api/trades?status=pending")["results"]:
        names = [(row["client_order_id"], row["role"], row["state"]) for row in under_way]
        assert time.monotonic() < deadline, f"still under way: {names}"
        time.sleep(0.2)


def assert_no_order_twice(ledger: dict[str, Any]) -> None:
    """One order for each bot, grid time, symbol and role: the id without its counter."""
    names = Counter(order["client_order_id"] for order in ledger["orders"] if "entry" in order["client_order_id"])
    decided = Counter(name.rstrip("0123456789") for name in names)
    assert len(names) > 0
    assert [name for name, count in decided.items() if count > 1] == []


def assert_positions_agree(product: HttpClient, ledger: dict[str, Any]) -> None:
    ours: Counter[str] = Counter()
    for position in product.request("GET", "/api/positions?is_open=true")["results"]:
        ours[position["symbol"]] += Decimal(position["quantity"])  # type: ignore[assignment]
    theirs = {position["symbol"]: Decimal(position["qty"]) for position in ledger["positions"]}
    assert dict(ours) == theirs


def database_of(product: ProductProcess) -> closing[sqlite3.Connection]:
    return closing(sqlite3.connect(f"file:{product.data / 'db.sqlite3'}?mode=ro", uri=True))


def assert_every_fill_booked_once(database: Any, ledger: dict[str, Any]) -> None:
    """database: a connection of sqlite3 or psycopg"""
    booked = [row[0] for row in database.execute("SELECT activity_id FROM trades_execution")]
    foreign = database.execute("SELECT count(*) FROM trades_foreignfill").fetchone()[0]
    differences = database.execute("SELECT count(*) FROM engine_difference").fetchone()[0]
    known = {activity["id"] for activity in ledger["activities"] if activity["activity_type"] == "FILL"}
    assert len(booked) == len(set(booked))
    assert known <= set(booked)
    assert (foreign, differences) == (0, 0)
