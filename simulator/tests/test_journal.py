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
