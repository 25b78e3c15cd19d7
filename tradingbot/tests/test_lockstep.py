"""The same session twice in lockstep, from new journals: the same decisions and the same fills."""

import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings

from simulator.testing import REPLAY_FOLDER
from tradingbot.testing import ProductProcess

Session = tuple[list[tuple[object, ...]], list[tuple[object, ...]]]

# A row counts equal decisions and shows the last of them, so the newest row of each symbol is still growing.
DECISIONS = """
    SELECT bot_id, symbol, action, reason, sentence, votes, "values", checks, count, bar_end, first_at, last_at
    FROM engine_decision AS decision
    WHERE EXISTS (
        SELECT 1 FROM engine_decision AS later
        WHERE later.bot_id = decision.bot_id AND later.symbol = decision.symbol AND later.id > decision.id
        AND later.first_at < ?
    )
    ORDER BY bot_id, symbol, id
"""
FILLS = """
    SELECT trade.bot_id, trade.symbol, trade.role, fill.quantity, fill.price, fill.at, fill.profit_loss
    FROM trades_execution AS fill JOIN trades_trade AS trade ON trade.id = fill.trade_id
    WHERE fill.at < ? ORDER BY fill.at, trade.bot_id, trade.symbol, trade.role
"""


def run_until(data: Path, until: str, *args: str) -> Session:
    """Run a session in lockstep from a new journal until the market time `until`, UTC; what was decided and filled."""
    product = ProductProcess(data, "--speed", "lockstep", *args)
    product.start()
    try:
        deadline = time.monotonic() + 120
        while product.exchange("/sim/clock")["market"][:19].replace("T", " ") <= until:
            assert time.monotonic() < deadline, "the session does not go on"
            time.sleep(0.2)
    finally:
        product.kill()
    with sqlite3.connect(data / "db.sqlite3") as database:
        return database.execute(DECISIONS, [until]).fetchall(), database.execute(FILLS, [until]).fetchall()


def parity(data: Path, bot: str) -> str:
    """What the backtest of the same bars says of what a bot did."""
    command = [sys.executable, "manage.py", "parity", "--bot", bot, "--from", "2019-02-13"]
    environment = os.environ | {"DATA_DIR": str(data), "DATABASE_URL": "", "REDIS_URL": ""}
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


@pytest.mark.skipif(not REPLAY_FOLDER.is_dir(), reason="the recorded minute bars are not here")
def test_a_recorded_session_repeats_exactly(tmp_path: Path) -> None:
    market = ("--replay", str(REPLAY_FOLDER), "--at", "2019-02-13T09:31")
    first = run_until(tmp_path / "first", "2019-02-13 15:06:00", *market)
    second = run_until(tmp_path / "second", "2019-02-13 15:06:00", *market)

    assert first == second
    decisions, fills = first
    momentum = [(symbol, str(at)[:16]) for bot, symbol, role, _, _, at, _ in fills if (bot, role) == (1, "entry")]
    # The first majority entries of that day: 30 and 33 bars in.
    assert momentum[:2] == [("MSFT", "2019-02-13 15:01"), ("AAPL", "2019-02-13 15:04")]
    assert len(decisions) > 50
    for bot in ("1", "2", "3"):
        assert "live and backtest agree" in parity(tmp_path / "first", bot)
