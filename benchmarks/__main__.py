"""`make bench`: what the product costs and how quick it is, measured on this machine.

Figures, not tests: medians and tails of one run, with the machine and the commit they belong to.
"""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tradingbot.settings")

import platform
import subprocess
import sys
import tempfile
from pathlib import Path


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="tradingbot-bench-") as folder:
        os.environ["DATA_DIR"] = folder
        import django

        django.setup()
        from django.conf import settings

        from benchmarks import footprint, signal_to_order, targets

        column = "services: PostgreSQL, Redis, several processes" if settings.REDIS_URL else "embedded: one process"
        machine = f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}"
        print(f"\n{column}; commit {_commit()}, {machine}\n")
        rows = signal_to_order.measure(Path(folder)) + targets.measure(Path(folder) / "targets")
        if not settings.REDIS_URL:
            rows += footprint.measure(Path(folder) / "product")
    print(f"{'what':<62} {'p50':>10} {'p99':>10} {'max':>10}   n")
    for row in rows:
        print(row)
    failed = [row for row in rows if not row.within]
    for row in failed:
        print(f"over its limit: {row.what}", file=sys.stderr)
    sys.exit(bool(failed))


def _commit() -> str:
    done = subprocess.run(["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


main()
