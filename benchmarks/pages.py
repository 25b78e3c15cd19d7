"""`python -m benchmarks.pages [BOTS]`: what each page costs in a real browser, with so many bots (100).

The product runs as `make run` starts it. Needs Chromium. Limits: layout shift 0.05 on every page; 250 kB until the
dashboard is quiet; figures of the account on a phone over Slow 4G within 4 s.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tradingbot.settings")

import django

django.setup()

from django.conf import settings  # noqa: E402

from tradingbot.testing import PASSWORD, ProductProcess  # noqa: E402

PAGES = (
    *("/", "/bots", "/bots/1", "/bots/1/settings", "/bots/new", "/trades", "/positions", "/decisions"),
    *("/backtests", "/analytics", "/alerts", "/account", "/symbols", "/symbols/AAPL"),
)
SYMBOLS = ("AAPL", "MSFT", "GOOGL", "AMZN", "NVDA", "KO", "JPM", "XOM")
LIMITS = {"shift": 0.05, "figures": 4000.0}
DASHBOARD_KILOBYTES = 250.0


def main() -> None:
    bots = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    with tempfile.TemporaryDirectory(prefix="tradingbot-pages-") as folder:
        product = ProductProcess(Path(folder))
        product.start()
        try:
            product.login()
            _make_bots(product, bots)
            rows = list(_measured(product))
        finally:
            product.stop()
    print(f"{bots} bots, {len(rows)} pages")
    print(f"{'page':<32}{'shift':>8}{'paint ms':>10}{'kB':>8}{'requests':>10}{'a minute':>10}{'frames/s':>10}")
    for row in rows:
        if "figures" in row:
            print(f"{row['page']:<32} figures of the account after {row['figures']:,.0f} ms")
        else:
            cells = f"{row['shift']:>8.3f}{row['paint']:>10.0f}{row['kilobytes']:>8.0f}{row['requests']:>10}"
            print(f"{row['page']:<32}{cells}{row['perMinute']:>10.0f}{row['frames']:>10.1f}")
    faults = list(_over(rows))
    for fault in faults:
        print(f"over its limit: {fault}", file=sys.stderr)
    sys.exit(bool(faults))


def _make_bots(product: ProductProcess, bots: int) -> None:
    """Bots beside the three of the demo, every third of them running."""
    for number in range(bots - 3):
        config = {
            "name": f"Bench {number:03}",
            "symbols": [SYMBOLS[number % len(SYMBOLS)]],
            "indicators": {"RSI": {"period": 5 + number % 20}},
            "capital": 500 + number,
            "risk_management": {"stop_loss": 0.02},
        }
        made = product.request("POST", "/api/bots", config)
        if number % 3 == 0:
            product.request("POST", f"/api/bots/{made['id']}/start")


def _measured(product: ProductProcess) -> Iterator[dict[str, Any]]:
    done = subprocess.run(
        ["node", "bench/pages.mjs", product.url, "admin", *PAGES],
        cwd=settings.BASE_DIR / "frontend",
        env=os.environ | {"BENCH_PASSWORD": PASSWORD},
        capture_output=True,
        text=True,
        timeout=1200,
    )
    if done.returncode:
        raise RuntimeError(f"the browser failed: {done.stderr[-3000:]}")
    for line in done.stdout.splitlines():
        yield json.loads(line)


def _over(rows: list[dict[str, Any]]) -> Iterator[str]:
    for row in rows:
        for name, limit in LIMITS.items():
            if row.get(name, 0.0) > limit:
                yield f"{name} of {row['page']} is {row[name]:.3f}, above {limit}"
    if rows[0]["kilobytes"] > DASHBOARD_KILOBYTES:
        yield f"the dashboard takes {rows[0]['kilobytes']:.0f} kB, above {DASHBOARD_KILOBYTES:.0f}"


if __name__ == "__main__":
    main()
