"""Money that moves without a trade is in the journal: a restart begins with it."""

from decimal import Decimal
from pathlib import Path
from typing import Any

from simulator.testing import SimulatorProcess


def money(process: SimulatorProcess) -> tuple[Any, Any]:
    return process.ask("GET", "/v2/account")["cash"], process.ask("GET", "/v2/account/activities")


def test_dividends_splits_and_cash_for_fractions_happen_again_after_a_restart(tmp_path: Path) -> None:
    options = ("--at", "2026-06-02T09:31", "--seed", "7", "--journal", tmp_path / "journal", "--frozen")
    process = SimulatorProcess(*options).start()
    order = {"symbol": "KO", "qty": 3, "side": "buy", "type": "market", "time_in_force": "day"}
    assert process.request("POST", "/v2/orders", order)[0] == 200
    dividend = {"symbol": "KO", "rate": "0.25", "ex_date": "2026-06-03", "payable_date": "2026-06-05"}
    process.control("POST", "/sim/dividends", dividend)
    process.control("POST", "/sim/splits", {"symbol": "KO", "old_rate": 2, "new_rate": 1, "date": "2026-06-04"})
    process.step_to("2026-06-03T12:00:00-04:00")
    process.kill()

    with SimulatorProcess(*options) as again:
        old = Decimal(again.ask("GET", "/v2/positions/KO")["current_price"])
        listed = again.ask("GET", "/v1/corporate-actions?symbols=KO&start=2026-06-03&end=2026-06-09")
        again.step_to("2026-06-04T09:30:00-04:00")
        [split] = again.ask("GET", "/v2/account/activities/SPLIT")
        again.step_to("2026-06-05T09:31:00-04:00")
        paid = {row["activity_type"]: row for row in again.ask("GET", "/v2/account/activities?direction=asc")}
        position = again.ask("GET", "/v2/positions/KO")
        assert again.ask("GET", "/sim/dividends")["dividends"][0]["is_paid"]

    [shown] = listed["corporate_actions"]["cash_dividends"]
    assert (shown["ex_date"], shown["payable_date"], shown["rate"]) == ("2026-06-03", "2026-06-05", 0.25)
    assert [row["old_rate"] for row in listed["corporate_actions"]["reverse_splits"]] == [2]
    assert (split["qty"], position["qty"]) == ("-2", "1")
    assert abs(Decimal(position["current_price"]) / old / 2 - 1) < Decimal("0.1")
    assert (paid["DIV"]["net_amount"], paid["DIV"]["qty"], paid["DIV"]["per_share_amount"]) == ("0.75", "3", "0.25")
    assert (paid["CIL"]["qty"], abs(Decimal(paid["CIL"]["net_amount"]) / old - 1) < Decimal("0.1")) == ("0.5", True)


KNOWN_OF_CASH = "kind, sub_kind, amount, symbol, order_id, description, date, qty, per_share"
KO = {"symbol": "KO", "rate": "1", "ex_date": "2026-06-03", "payable_date": "2026-06-04"}
HALVED = {"symbol": "KO", "old_rate": 2, "new_rate": 1, "date": "2026-06-03"}
WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("dividends", KO | {"rate": "0"}, "rate must be a number of dollars above 0"),
    ("dividends", KO | {"ex_date": "2026-06-06"}, "ex_date: there is no session on 2026-06-06"),
    ("dividends", KO | {"ex_date": "then"}, "ex_date must be a day such as 2026-06-04"),
    ("dividends", KO | {"payable_date": "2026-06-02"}, "payable_date cannot be before ex_date"),
    ("dividends", {"rates": 1}, "unknown field rates; known are symbol, rate, ex_date, payable_date, announced"),
    ("splits", HALVED | {"date": "2026-06-02"}, "date must be after today"),
    ("splits", HALVED | {"old_rate": 0}, "old_rate and new_rate must be whole numbers from 1 to 1000"),
    ("cash", {"kind": "DIV", "amount": 1, "qty": "many"}, "qty must be a number"),
    ("cash", {"kind": "DIV", "amount": 1, "date": "soon"}, "date must be a day such as 2026-06-02"),
    ("cash", {"kind": "DIV", "sum": 1}, f"unknown field sum; known are {KNOWN_OF_CASH}"),
]


def test_what_cannot_be_is_said(tmp_path: Path) -> None:
    with SimulatorProcess("--at", "2026-06-02T09:31", "--seed", "7", "--frozen") as process:
        for path, body, wrong in WRONG:
            status, answer = process.request("POST", f"/sim/{path}", body)
            assert (status, answer["message"]) == (422, wrong)
        assert process.ask("GET", "/v2/account/activities") == []
        assert process.ask("GET", "/sim/dividends") == {"dividends": []}


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
