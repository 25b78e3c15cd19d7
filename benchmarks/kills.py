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
            for _ in range(kills):
                healthy.append(_start(product))
                time.sleep(chance.uniform(0.5, 4.0))
                product.kill()
            product.start()
            product.login()
            checks.settle(product)
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
    if median(healthy) > HEALTHY_P50 or p99 > HEALTHY_P99:
        raise SystemExit("over its limit")


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
