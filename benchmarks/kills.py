"""kill -9 of the running product again and again: how long until it is healthy, and was an order lost or doubled?

python -m benchmarks.kills [KILLS]
"""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tradingbot.settings")

import json
import random
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from statistics import median
from typing import Any

KILLS, SEED = 200, 20261129
# Seconds from the start of the process until every part is well.
HEALTHY_P50, HEALTHY_P99 = 8.0, 15.0
# Market seconds a real second: ticks of all bots every second or two.
SPEED = "60"
# Beside the demo bots: each buys and sells with every other bar.
BUSY_BOTS, ORDERS_AT_LEAST = 10, 2_000
SYMBOLS = ["AAPL", "MSFT", "GOOGL", "AMZN", "NVDA", "META", "TSLA", "AMD", "NFLX", "JPM"]


def main() -> None:
    import django

    django.setup()
    from tradingbot.testing import ProductProcess
    from tradingbot.tests import test_killed as checks

    kills = int(sys.argv[1]) if len(sys.argv) > 1 else KILLS
    chance, healthy = random.Random(SEED), []
    with tempfile.TemporaryDirectory(prefix="tradingbot-kills-") as folder:
        product = ProductProcess(Path(folder), "--speed", SPEED)
        try:
            product.start()
            product.login()
            for number in range(BUSY_BOTS):
                _busy_bot(product, number)
            product.kill()
            for _ in range(kills):
                healthy.append(_start(product))
                time.sleep(chance.uniform(0.5, 4.0))
                product.kill()
            product.start()
            product.login()
            # Longer than an order may be in quarantine.
            checks.settle(product, seconds=180)
            ledger = product.exchange("/sim/ledger")
            checks.assert_no_order_twice(ledger)
            checks.assert_positions_agree(product, ledger)
            checks.assert_every_fill_booked_once(Path(folder), ledger)
        finally:
            product.stop()
    healthy.sort()
    p99 = healthy[min(len(healthy) - 1, int(len(healthy) * 0.99))]
    orders = len(ledger["orders"])
    print(f"| {kills} kills, seed {SEED}, {orders} orders, none doubled, lost or wrong | healthy again p50 "
          f"{median(healthy):.1f} s, p99 {p99:.1f} s, max {healthy[-1]:.1f} s | |")  # fmt: skip
    if median(healthy) > HEALTHY_P50 or p99 > HEALTHY_P99 or (kills >= KILLS and orders < ORDERS_AT_LEAST):
        raise SystemExit("beyond its limits")


def _busy_bot(product: Any, number: int) -> None:
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


def _start(product: Any) -> float:
    """Start it; the seconds until /health says ok."""
    began = time.monotonic()
    product.start()
    while time.monotonic() - began < 120:
        try:
            with urllib.request.urlopen(product.url + "/health", timeout=5) as answer:
                if json.loads(answer.read())["status"] == "ok":
                    return time.monotonic() - began
        except (urllib.error.URLError, OSError):
            pass
        time.sleep(0.1)
    raise SystemExit(f"not healthy within two minutes: see {product.log}")


if __name__ == "__main__":
    main()
