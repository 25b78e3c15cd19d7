"""Money that moves without a trade is in the journal: a restart begins with it."""

from pathlib import Path
from typing import Any

from simulator.testing import SimulatorProcess


def money(process: SimulatorProcess) -> tuple[Any, Any]:
    return process.ask("GET", "/v2/account")["cash"], process.ask("GET", "/v2/account/activities")


def test_a_restart_begins_with_the_same_money(tmp_path: Path) -> None:
    options = ("--at", "2026-06-02T09:31", "--seed", "7", "--journal", tmp_path / "journal", "--frozen")
    process = SimulatorProcess(*options).start()
    process.control("POST", "/sim/cash", {"kind": "CSW", "amount": "-250.5"})
    process.control("POST", "/sim/cash", {"kind": "DIV", "amount": "3", "symbol": "AAPL", "description": "a dividend"})
    before = money(process)
    process.kill()

    with SimulatorProcess(*options) as again:
        assert money(again) == before
    assert (before[0], [row["activity_type"] for row in before[1]]) == ("99752.5", ["DIV", "CSW"])
