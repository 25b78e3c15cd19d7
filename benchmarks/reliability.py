"""`make reliability`: the long forms of what docs/reliability.md claims, in one table with commit and machine."""

import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import quantiles

PYTEST = [sys.executable, "-m", "pytest", "-q"]
LIVE = "engine/live/tests/"
# Seconds without a stop while everything runs and the broker answers: at the 99th percentile, and ever.
NAKED_P99, NAKED_EVER = 2.0, 10.0

LONG_FORMS: dict[str, list[str]] = {
    "what cannot be read: every field of every answer, altered": [
        f"{LIVE}test_altered_answers.py",
        f"{LIVE}test_unread.py",
    ],
    "exits, halts, moods, hours": [f"{LIVE}test_exits_that_fail.py", f"{LIVE}test_broker_moods.py"],
    "random sessions, all laws": [f"{LIVE}test_sessions.py"],
    "safeguards taken away, each caught": [f"{LIVE}test_safeguards.py"],
    "health": [f"{LIVE}test_health.py"],
    "backup, restore, upgrade": [
        "tradingbot/tests/test_backup.py",
        "tradingbot/tests/test_restored.py",
        "tradingbot/tests/test_upgrade.py",
    ],
    "doors": [
        "tradingbot/tests/test_access.py",
        "tradingbot/tests/test_api_abuse.py",
        "tradingbot/tests/test_http_abuse.py",
        "tradingbot/tests/test_login.py",
        "events/tests",
    ],
}


def main() -> None:
    commit = subprocess.run(["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False)
    machine = f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}"
    print(f"commit {commit.stdout.strip()}, {machine}", end="\n\n")
    failed = False
    with tempfile.TemporaryDirectory(prefix="tradingbot-reliability-") as folder:
        naked = Path(folder) / "naked"
        environment = os.environ | {"RELIABILITY": "long", "NAKED_SECONDS": str(naked)}
        for what, tests in LONG_FORMS.items():
            began = time.monotonic()
            done = subprocess.run([*PYTEST, "--show-capture=no", "-rN", "-o", "addopts=", *tests], env=environment,
                                  capture_output=True, text=True, check=False)  # fmt: skip
            words = re.findall(r"\d+ (?:passed|failed|skipped|error)\w*", done.stdout)
            print(f"| {what} | {', '.join(words) or 'nothing ran'} | {time.monotonic() - began:.0f} s |", flush=True)
            failed |= done.returncode != 0
        failed |= _naked(naked)
    bench = [sys.executable, "-m"]
    for command in (
        [*bench, "benchmarks.request_rates"],
        [*bench, "benchmarks.kills"],
        ["deploy/with-services", *bench, "benchmarks.kills"],
    ):
        failed |= subprocess.run(command, check=False).returncode != 0
    sys.exit(failed)


def _naked(path: Path) -> bool:
    """Print the seconds without a stop; True when they were too many."""
    found: dict[str, list[float]] = {"answering": [], "unseen": [], "troubled": [], "killed": []}
    for line in path.read_text().splitlines() if path.exists() else []:
        name, length = line.split()
        found[name].append(float(length))
    for name, seconds in found.items():
        if len(seconds) > 1:
            p50, p99 = quantiles(seconds, n=100)[49], quantiles(seconds, n=100)[98]
            words = f"p50 {p50:.1f} s, p99 {p99:.1f} s, max {max(seconds):.1f} s, n = {len(seconds)}"
            print(f"| seconds without a stop, {name} | {words} | |", flush=True)
    answering = found["answering"]
    return len(answering) > 1 and (quantiles(answering, n=100)[98] > NAKED_P99 or max(answering) > NAKED_EVER)


main()
