"""Each safeguard of the order path, taken away by itself, is missed: by the laws of the sessions, or where another
safeguard makes up for it there, by the tests of what it is there for.

The short form takes a few of them; RELIABILITY=long takes all.
"""

import os
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError, connection

from engine.live.tests.safeguards import IN_EXAMPLES, IN_SESSIONS
from engine.live.tests.sessions.laws import Broken
from engine.live.tests.test_sessions import begin

__all__ = ["begin"]

TRIES = 25
LONG = os.environ.get("RELIABILITY") == "long"
# One of each kind of trouble.
IN_SHORT = (
    "fills are collected",
    "the same id again",
    "the books are compared after a kill",
    "no request inside a transaction",
)
EXAMPLES = ("exits_that_fail", "exits_in_trouble", "order_path", "claims", "exit_causes", "by_hand", "unusual",
            "lifecycle_races", "broker_moods")  # fmt: skip


@pytest.mark.parametrize("name", IN_SESSIONS if LONG else IN_SHORT)
def test_a_safeguard_that_is_gone_breaks_a_law(begin: Any, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    patch, mood = IN_SESSIONS[name]
    patch(monkeypatch)
    for seed in range(TRIES):
        point = connection.savepoint() if connection.in_atomic_block else None
        try:
            begin(seed, mood).run()
        except DatabaseError:
            # A database that refuses what the laws forbid has caught it, too.
            return
        except Broken as broken:
            if isinstance(broken.__cause__, TypeError | AttributeError):
                # What was put in its place does not fit.
                raise
            return
        finally:
            if point is not None:
                connection.savepoint_rollback(point)
    raise AssertionError(f"{TRIES} sessions without the safeguard kept all laws")


@pytest.mark.skipif(not LONG, reason="each runs many tests: make reliability")
@pytest.mark.parametrize("name", IN_EXAMPLES)
def test_a_safeguard_that_is_gone_fails_a_test(name: str) -> None:
    files = [f"engine/live/tests/test_{name}.py" for name in EXAMPLES]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "--tb=no", "--show-capture=no", *files],
        cwd=settings.BASE_DIR,
        env=os.environ | {"SAFEGUARD_GONE": name},
        capture_output=True,
        text=True,
        check=False,
    )
    # 1: tests were run, and one failed; any other code says that they could not be run.
    assert (done.returncode, "FAILED" in done.stdout) == (1, True), done.stdout[-2000:]
