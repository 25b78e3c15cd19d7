"""kill -9 of the running product again and again: how long until it is healthy, and was an order lost or doubled?

python -m benchmarks.kills [KILLS]
deploy/with-services python -m benchmarks.kills [KILLS]

Without DATABASE_URL it is `manage.py up`, one process and its exchange; with it, the processes of docker-compose.yml,
while PostgreSQL and Redis go on.
"""

import json
import os
import random
import shutil
import sys
import tempfile
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from statistics import median
from typing import Any

import psycopg

from tradingbot.testing import HttpClient, ProductProcess
from tradingbot.testing_services import Services
from tradingbot.tests import test_killed as checks

KILLS, SEED = 200, 20261129
# Seconds from the start of the first process until every part is well.
HEALTHY_P50, HEALTHY_P99 = 8.0, 15.0
# Market seconds a real second: every bot ticks every two seconds, and a decision is good for two.
SPEED = "30"
# Beside the demo bots: each buys and sells with every other bar.
BUSY_BOTS, ORDERS_AT_LEAST = 16, 2_000
# Seconds, real: whoever takes longer to be healthy does not get there.
PATIENCE = 120.0
# Of each life, real, from the moment it is healthy.
SHORTEST, LONGEST = 1.0, 7.0
SYMBOLS = ["AAPL", "MSFT", "GOOGL", "AMZN", "NVDA", "META", "TSLA", "AMD", "NFLX", "JPM"]


class OneProcess(ProductProcess):
    """`manage.py up`."""

    words = "one process"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "--speed", SPEED)

    def prepare(self) -> None:
        self.start()

    def database(self) -> AbstractContextManager[Any]:
        return checks.database_of(self)


class SeveralProcesses(Services):
    """The services of docker-compose.yml."""

    words = "over PostgreSQL and Redis"
    services = ("exchange", "web", "worker", "backtests", "beat", "stream")

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, speed=SPEED)

    def prepare(self) -> None:
        super().start("exchange")
        self.run("prepare")
        self.kill()
        self.start()
        self.start_nginx()

    def start(self, service: str = "all", **changes: str) -> Any:
        """All at once, as containers come back after a machine's crash."""
        with ThreadPoolExecutor() as side_by_side:
            return list(side_by_side.map(super().start, self.services))

    def kill(self, service: str = "all") -> None:
        self.kill_all()

    def database(self) -> AbstractContextManager[Any]:
        return psycopg.connect(os.environ["DATABASE_URL"])


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tradingbot.settings")
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else KILLS
    chance, healthy = random.Random(SEED), list[tuple[float, str]]()
    # It stays where anything goes wrong: the logs say what.
    folder = Path(tempfile.mkdtemp(prefix="tradingbot-kills-"))
    product = (SeveralProcesses if os.environ.get("DATABASE_URL") else OneProcess)(folder)
    print(f"in {folder}", file=sys.stderr)
    try:
        product.prepare()
        _until_healthy(product)
        product.login()
        for number in range(BUSY_BOTS):
            _busy_bot(product, number)
        product.kill()
        for number in range(kills):
            began = time.monotonic()
            product.start()
            last = _until_healthy(product)
            healthy.append((time.monotonic() - began, last))
            print(f"{number + 1}: {healthy[-1][0]:.1f} s", file=sys.stderr)
            time.sleep(chance.uniform(SHORTEST, LONGEST))
            product.kill()
        product.start()
        _until_healthy(product)
        product.login()
        # Longer than an order may be in quarantine.
        checks.settle(product, seconds=180)
        ledger = product.exchange("/sim/ledger")
        checks.assert_no_order_twice(ledger)
        checks.assert_positions_agree(product, ledger)
        with product.database() as database:
            checks.assert_every_fill_booked_once(database, ledger)
    finally:
        product.stop()

    slowest = sorted(healthy, key=lambda entry: entry[0])[-5:]
    for took, last in slowest:
        print(f"{took:.1f} s, at last for {last}")
    seconds = sorted(took for took, _ in healthy)
    p99 = seconds[min(len(seconds) - 1, int(len(seconds) * 0.99))]
    orders = len(ledger["orders"])
    what = f"{kills} kills, {product.words}, seed {SEED}, {orders} orders, none doubled, lost or wrong"
    again = f"healthy again p50 {median(seconds):.1f} s, p99 {p99:.1f} s, max {seconds[-1]:.1f} s"
    print(f"| {what} | {again} | |")
    if median(seconds) > HEALTHY_P50 or p99 > HEALTHY_P99 or (kills >= KILLS and orders < ORDERS_AT_LEAST):
        raise SystemExit(f"beyond its limits; what it left is in {folder}")
    shutil.rmtree(folder)


def _busy_bot(product: HttpClient, number: int) -> None:
    bot = product.request(
        "POST",
        "/api/bots",
        {
            "name": f"Busy {number}",
            "capital": 5_000,
            "symbols": [SYMBOLS[(number + step) % len(SYMBOLS)] for step in range(3)],
            "indicators": {"Bars": {"pandas_ta": "ohlc4", "buy": "close > open", "sell": "close <= open"}},
            "risk_management": {"stop_loss": 0.05, "max_position_size": 0.3, "max_positions": 3, "max_daily_loss": 1},
            "trading_frequency": 60,
            "end_hour": 16,
            "end_minute": 0,
        },
    )
    product.request("POST", f"/api/bots/{bot['id']}/start")


def _until_healthy(product: HttpClient) -> str:
    """What was the last not to be well, with what it said."""
    deadline, last = time.monotonic() + PATIENCE, "not yet up"
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(product.url + "/health", timeout=5) as answer:
                told = json.loads(answer.read())
                if told["status"] == "ok":
                    return last
                last = str({name: word for name, word in told["components"].items() if word != "ok"})
        except (urllib.error.URLError, OSError):
            pass
        time.sleep(0.1)
    raise SystemExit(f"not healthy within {PATIENCE:.0f} s, at last for {last}")


if __name__ == "__main__":
    main()
