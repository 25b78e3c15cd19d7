import resource
import threading
from datetime import datetime

import pytest

from simulator.testing import SimulatorProcess

START = ("--at", "2026-11-19T09:31", "--seed", "7")
ORDER = {"symbol": "AAPL", "qty": "3", "side": "buy", "type": "market", "time_in_force": "gtc"}
BRACKET = ORDER | {"order_class": "bracket", "take_profit": {"limit_price": 600}, "stop_loss": {"stop_price": 20}}


@pytest.fixture
def journal(tmp_path):
    return tmp_path / "simulator" / "journal.jsonl"


def trade(process):
    """A session's worth of everything that a journal has to bring back."""
    process.ask("POST", "/v2/orders", ORDER | {"client_order_id": "first"})
    process.step_seconds(90)
    process.ask("POST", "/v2/orders", BRACKET)
    limit = process.ask("POST", "/v2/orders", ORDER | {"symbol": "KO", "type": "limit", "limit_price": 10})
    process.ask(
        "POST", "/v2/orders", ORDER | {"symbol": "XOM", "type": "limit", "limit_price": 9, "time_in_force": "day"}
    )
    process.step_to("2026-11-20T10:00:00-05:00")
    process.request("DELETE", f"/v2/orders/{limit['id']}")
    process.step_to("2026-11-20T18:00:00-05:00")
    process.ask("POST", "/v2/orders", ORDER | {"symbol": "TSLA"})


def test_a_killed_simulator_comes_back_as_it_was(journal, simulator):
    process = SimulatorProcess(*START, "--journal", journal).start()
    trade(process)
    ledger, clock = process.ledger(), process.now()
    process.kill()
    with SimulatorProcess("--journal", journal, port=process.port) as again:
        assert again.ledger() == ledger
        assert again.now() == clock
        answer = again.request("POST", "/v2/orders", ORDER | {"client_order_id": "first"})
        assert answer == (422, {"code": 40010001, "message": "client_order_id must be unique"})
        again.step_to("2026-11-24T12:00:00-05:00")
        # What follows is what would have followed without the interruption.
        trade(simulator)
        simulator.step_to("2026-11-24T12:00:00-05:00")
        assert again.ledger() == simulator.ledger()
        tesla = [order for order in again.ledger()["orders"] if order["symbol"] == "TSLA"]
        assert tesla[0]["filled_at"] == "2026-11-23T14:30:00Z"


def rearrange(process):
    """Everything that is neither order nor fill, each of it just before the kill: none has taken effect yet."""
    process.ask("POST", "/v2/orders", ORDER | {"symbol": "SPLT", "qty": 10})
    process.ask("POST", "/v2/orders", ORDER | {"type": "trailing_stop", "trail_price": 2, "symbol": "AMD"})
    process.ask("PATCH", "/v2/account/configurations", {"max_margin_multiplier": "2", "no_shorting": False})
    process.control("POST", "/sim/restrictions", {"untradable": ["KO"], "account": "liquidation_only"})
    process.control("POST", "/sim/halts", {"symbol": "AMD", "halted": True})


def arrangement(process):
    paths = ("/v2/account/configurations", "/sim/restrictions", "/sim/halts", "/v2/account", "/v2/assets/KO")
    return [process.ask("GET", path) for path in paths] + [process.ledger()]


def test_halts_splits_and_settings_survive_a_kill(journal, simulator):
    process = SimulatorProcess(*START, "--journal", journal, "--fsync").start()
    rearrange(process)
    before = arrangement(process)
    assert before[2] == {"halts": {"AMD": [[1795098720, None]]}}
    process.kill()
    with SimulatorProcess("--journal", journal, port=process.port) as again:
        assert arrangement(again) == before
        rearrange(simulator)
        for each in (again, simulator):
            each.step_to("2026-11-19T15:00:00-05:00")
            assert each.ledger()["orders"][1]["status"] == "new"
            each.control("POST", "/sim/halts", {"symbol": "AMD", "halted": False})
            each.step_to("2026-11-27T09:30:00-05:00")
        again.kill()
        again.start()
        assert again.ledger() == simulator.ledger()
        assert [split["symbol"] for split in again.ledger()["splits"]] == ["SPLT"]
        assert again.ask("GET", "/v2/positions/SPLT")["qty"] == "40"


def test_no_acknowledged_order_is_lost_while_the_clock_runs(journal):
    process = SimulatorProcess(*START, "--journal", journal, "--speed", "60").start()
    acknowledged, shown = [], []

    def send():
        try:
            for number in range(100_000):
                status, order = process.request(
                    "POST", "/v2/orders", ORDER | {"qty": 1, "client_order_id": f"{number}"}
                )
                if status == 200:
                    acknowledged.append(order["id"])
                shown.append(process.clock()["market"])
        except OSError:
            return

    thread = threading.Thread(target=send)
    thread.start()
    while len(acknowledged) < 60:
        threading.Event().wait(0.02)
    process.kill()
    thread.join()
    with SimulatorProcess("--journal", journal) as again:
        assert set(acknowledged) <= {order["id"] for order in again.ledger()["orders"]}
        assert again.now() >= datetime.fromisoformat(shown[-1])
        fills = again.ledger()["activities"]
        assert len({fill["order_id"] for fill in fills}) == len(fills)


def test_a_full_disk_ends_the_exchange_with_nothing_acknowledged_that_is_not_written(journal):
    process = SimulatorProcess(*START, "--journal", journal).start()
    process.ask("POST", "/v2/orders", ORDER | {"client_order_id": "first"})
    before, size = process.ledger(), journal.stat().st_size
    hard = resource.prlimit(process.process.pid, resource.RLIMIT_FSIZE)[1]
    resource.prlimit(process.process.pid, resource.RLIMIT_FSIZE, (size + 100, hard))
    answer = process.request("POST", "/v2/orders", ORDER | {"client_order_id": "second"})
    assert answer == (507, {"code": 50710000, "message": f"--journal {journal} cannot be written: File too large."})
    assert process.process.wait(5) == 1
    assert f"CommandError: --journal {journal} cannot be written: File too large." in process.output
    assert "Traceback" not in process.output
    assert journal.stat().st_size == size
    with SimulatorProcess("--journal", journal, port=process.port) as again:
        assert again.ledger() == before
        assert again.request("POST", "/v2/orders", ORDER | {"client_order_id": "second"})[0] == 200
