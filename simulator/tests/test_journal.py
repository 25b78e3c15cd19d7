import json
import threading
from datetime import datetime

import pytest

from simulator.testing import SimulatorFailedError, SimulatorProcess

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


def test_a_killed_simulator_comes_back_as_it_was(journal):
    process = SimulatorProcess(*START, "--journal", journal).start()
    trade(process)
    ledger, clock = process.ledger(), process.now()
    process.kill()
    with SimulatorProcess("--journal", journal, port=process.port) as again:
        assert again.ledger() == ledger
        assert again.now() == clock
        answer = again.request("POST", "/v2/orders", ORDER | {"client_order_id": "first"})
        assert answer == (422, {"code": 40010001, "message": "client_order_id must be unique"})
        again.step_to("2026-11-23T09:31:00-05:00")
        tesla = [order for order in again.ledger()["orders"] if order["symbol"] == "TSLA"]
        assert tesla[0]["filled_at"] == "2026-11-23T14:30:00Z"


def test_what_follows_does_not_depend_on_the_restart(journal):
    with SimulatorProcess(*START) as uninterrupted:
        trade(uninterrupted)
        uninterrupted.step_to("2026-11-24T12:00:00-05:00")
        expected = uninterrupted.ledger()
    process = SimulatorProcess(*START, "--journal", journal).start()
    trade(process)
    process.kill()
    with SimulatorProcess("--journal", journal) as again:
        again.step_to("2026-11-24T12:00:00-05:00")
        assert again.ledger() == expected


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


def test_a_torn_line_is_cut_off(journal):
    process = SimulatorProcess(*START, "--journal", journal).start()
    trade(process)
    ledger = process.ledger()
    process.kill()
    whole = journal.read_bytes()
    journal.write_bytes(whole + whole.splitlines(keepends=True)[1][:40])
    with SimulatorProcess("--journal", journal) as again:
        assert again.ledger() == ledger
        assert again.ask("POST", "/v2/orders", ORDER | {"symbol": "JPM"})["status"] == "accepted"
    assert all(json.loads(line) for line in journal.read_text().splitlines())


def test_a_damaged_line_is_named(journal):
    with SimulatorProcess(*START, "--journal", journal) as process:
        trade(process)
    lines = journal.read_text().splitlines()
    lines[3] = lines[3][:-20]
    journal.write_text("\n".join(lines) + "\n")
    with pytest.raises(SimulatorFailedError, match="line 4 is damaged"):
        SimulatorProcess("--journal", journal).start()


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("--seed", "8"), "was written with seed 7, but asked for was 8: use --new or another --data directory."),
        (
            ("--at", "2026-11-18T09:31"),
            "was written with start 2026-11-19T14:31:00+00:00, but asked for was 2026-11-18T",
        ),
    ],
)
def test_a_journal_of_another_market_is_one_clear_error(journal, args, message):
    with SimulatorProcess(*START, "--journal", journal):
        pass
    with pytest.raises(SimulatorFailedError) as failure:
        SimulatorProcess("--journal", journal, *args).start()
    assert message in failure.value.output
    assert failure.value.output.count("\n") == 1


def test_two_simulators_do_not_share_a_journal(journal):
    with (
        SimulatorProcess(*START, "--journal", journal),
        pytest.raises(SimulatorFailedError, match="in use by another simulator"),
    ):
        SimulatorProcess("--journal", journal).start()


def test_a_reset_begins_a_new_journal(journal):
    with SimulatorProcess(*START, "--journal", journal) as process:
        trade(process)
        process.reset(at="2026-11-12T09:31", seed=9)
        process.ask("POST", "/v2/orders", ORDER)
        ledger = process.ledger()
    with SimulatorProcess("--journal", journal) as again:
        assert again.ledger() == ledger
        assert len(ledger["orders"]) == 1
