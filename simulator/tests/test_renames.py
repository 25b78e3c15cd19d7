"""A stock gets another symbol, or is listed no more."""

import pytest

from simulator.testing import SimulatorProcess
from simulator.tests.test_journal import START

ORDER = {"symbol": "XOM", "qty": "3", "side": "buy", "type": "market", "time_in_force": "gtc"}
BRACKET = ORDER | {"order_class": "bracket", "take_profit": {"limit_price": 600}, "stop_loss": {"stop_price": 20}}
LISTED = "/v1/corporate-actions?types=name_change&start=2026-11-01&end=2026-12-31"


def rename(simulator: SimulatorProcess, old: str, new: str, **more: object) -> None:
    simulator.control("POST", "/sim/renames", {"symbol": old, "to": new} | more)


def bars(simulator: SimulatorProcess, symbol: str) -> list[object]:
    answer = simulator.ask("GET", f"/v2/stocks/bars?symbols={symbol}&timeframe=1Min&start=2026-11-18&feed=iex")
    found: list[object] = answer["bars"].get(symbol, [])
    return found


def test_everything_goes_on_under_the_new_symbol_and_nothing_under_the_old(simulator):
    order = simulator.ask("POST", "/v2/orders", BRACKET)
    simulator.step_seconds(60)
    asset, before = simulator.ask("GET", "/v2/assets/XOM"), bars(simulator, "XOM")
    cash = float(simulator.ledger()["cash"])
    price = simulator.ask("GET", "/v2/positions/XOM")["current_price"]
    assert before
    rename(simulator, "XOM", "XON")

    assert simulator.request("GET", "/v2/assets/XOM") == (404, {"code": 40410000, "message": "asset not found for XOM"})
    assert simulator.ask("GET", "/v2/assets/XON") == asset | {"symbol": "XON"}
    listed = [row["symbol"] for row in simulator.ask("GET", "/v2/assets")]
    assert ("XON" in listed, "XOM" in listed) == (True, False)
    assert simulator.request("GET", "/v2/positions/XOM")[0] == 404
    position = simulator.ask("GET", "/v2/positions/XON")
    assert (position["qty"], position["current_price"]) == ("3", price)
    assert (bars(simulator, "XON"), bars(simulator, "XOM")) == (before, [])
    assert simulator.ask("GET", "/v2/stocks/trades/latest?symbols=XON,XOM")["trades"].keys() == {"XON"}
    legs = simulator.ask("GET", f"/v2/orders/{order['id']}?nested=true")["legs"]
    assert [(leg["symbol"], leg["status"], leg["asset_id"]) for leg in legs] == [("XOM", "canceled", asset["id"])] * 2
    refused = simulator.request("POST", "/v2/orders", ORDER)
    assert refused == (422, {"code": 42210000, "message": 'asset "XOM" not found'})
    assert simulator.request("POST", "/v2/orders", ORDER | {"symbol": "XON", "side": "sell"})[0] == 200
    assert (simulator.ledger()["positions"], float(simulator.ledger()["cash"]) > cash) == ([], True)
    day = {"old_symbol": "XOM", "new_symbol": "XON", "old_cusip": "000000000", "new_cusip": "000000000"}
    answer = simulator.ask("GET", LISTED)["corporate_actions"]["name_changes"]
    assert [{name: row[name] for name in (*day, "process_date")} for row in answer] == [
        day | {"process_date": "2026-11-19"}
    ]
    assert simulator.ask("GET", "/v2/account/portfolio/history?period=1D&timeframe=1Min")["equity"]


def test_one_that_nobody_announces_is_not_listed(simulator):
    rename(simulator, "XOM", "XON", announced=False)
    assert simulator.ask("GET", LISTED)["corporate_actions"] == {}
    assert simulator.request("GET", "/v2/assets/XON")[0] == 200


def test_it_survives_a_kill_and_a_reset_takes_it_back(tmp_path):
    journal = tmp_path / "journal.jsonl"
    process = SimulatorProcess(*START, "--journal", journal).start()
    process.ask("POST", "/v2/orders", BRACKET | {"symbol": "SPLT"})
    rename(process, "SPLT", "SPLX")
    process.control("POST", "/sim/restrictions", {"delisted": ["KO"]})
    rename(process, "KO", "KOX")
    process.control("POST", "/sim/halts", {"symbol": "KOX", "halted": True})
    ledger, renames = process.ledger(), process.control("GET", "/sim/renames")
    process.kill()
    with SimulatorProcess("--journal", journal, port=process.port) as again:
        assert (again.ledger(), again.control("GET", "/sim/renames")) == (ledger, renames)
        assert again.ask("GET", "/v2/assets/KOX")["status"] == "inactive"
        assert list(again.control("GET", "/sim/halts")["halts"]) == ["KOX"]
        # Split four for one, whatever it is called.
        again.step_to("2026-11-27T12:00:00-05:00")
        assert [row["qty"] for row in again.ledger()["positions"]] == ["12"]
        assert again.ledger()["positions"][0]["symbol"] == "SPLX"
        again.reset()
        assert again.request("GET", "/v2/assets/SPLT")[0] == 200
        assert again.request("GET", "/v2/assets/SPLX")[0] == 404


def test_what_is_delisted_is_held_but_not_traded(simulator):
    order = simulator.ask("POST", "/v2/orders", BRACKET)
    simulator.control("POST", "/sim/restrictions", {"delisted": ["XOM"]})
    asset = simulator.ask("GET", "/v2/assets/XOM")
    assert (asset["status"], asset["tradable"]) == ("inactive", False)
    listed = {status: simulator.ask("GET", f"/v2/assets?status={status}") for status in ("active", "inactive")}
    assert [row["symbol"] for row in listed["inactive"]] == ["XOM"]
    assert "XOM" not in [row["symbol"] for row in listed["active"]]
    sale = simulator.request("POST", "/v2/orders", ORDER | {"side": "sell"})
    assert sale == (422, {"code": 42210000, "message": 'asset "XOM" is not active'})
    legs = simulator.ask("GET", f"/v2/orders/{order['id']}?nested=true")["legs"]
    assert [leg["status"] for leg in legs] == ["canceled", "canceled"]
    assert simulator.ask("GET", "/v2/positions/XOM")["qty"] == "3"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"symbol": "NOPE", "to": "XON"}, 'asset "NOPE" not found'),
        ({"symbol": "XOM", "to": "xon"}, "to must be a symbol such as XON: capital letters, at most ten"),
        ({"symbol": "XOM"}, "to must be a symbol such as XON: capital letters, at most ten"),
        ({"symbol": "XOM", "to": "KO"}, "to: KO is, or was, the symbol of another stock here"),
        ({"symbol": "XOM", "to": "XOM"}, "to: XOM is, or was, the symbol of another stock here"),
        ({"symbol": "XOM", "to": "XON", "announced": 1}, "announced must be true or false"),
        ({"symbol": "XOM", "to": "XON", "day": "today"}, "unknown field day; known are announced, symbol, to"),
    ],
)
def test_what_cannot_be_a_name_is_refused(simulator, body, message):
    status, answer = simulator.request("POST", "/sim/renames", body)
    assert (status, answer["message"]) == (422, message)
    assert simulator.control("GET", "/sim/renames") == {"renames": []}
