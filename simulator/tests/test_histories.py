"""Trades and quotes in pages, weeks and months, portfolio history, lists of orders, Parquet."""

import shutil
from datetime import date

import pyarrow
import pytest
from pyarrow import parquet

ORDER = {"symbol": "AAPL", "qty": "10", "side": "buy", "type": "market", "time_in_force": "day"}


@pytest.mark.parametrize("kind", ["trades", "quotes"])
def test_every_page_size_gives_the_same_ticks(simulator, kind):
    simulator.step_to("2026-11-19T09:34:00-05:00")

    def fetch(limit, sort):
        found, token = {}, ""
        while token is not None:
            path = f"/v2/stocks/{kind}?symbols=MSFT,AAPL&start=2026-11-19&limit={limit}&sort={sort}&page_token={token}"
            answer = simulator.ask("GET", path)
            for symbol, rows in answer[kind].items():
                found.setdefault(symbol, []).extend(rows)
            token = answer["next_page_token"]
        return found

    whole = fetch(1000, "asc")
    assert {symbol: len(rows) for symbol, rows in whole.items()} == {"AAPL": 17, "MSFT": 17}
    assert fetch(5, "asc") == whole
    assert fetch(3, "desc") == {symbol: rows[::-1] for symbol, rows in whole.items()}


@pytest.mark.parametrize(
    ("timeframe", "first"), [("1Week", "2026-10-12"), ("1Month", "2026-10-01"), ("3Month", "2026-10-01")]
)
def test_weeks_and_months_are_their_days(simulator, timeframe, first):
    path = "/v2/stocks/KO/bars?start=2026-10-01&timeframe="
    days = simulator.ask("GET", f"{path}1Day")["bars"]
    periods = simulator.ask("GET", f"{path}{timeframe}")["bars"]
    bar = next(bar for bar in periods if bar["t"].startswith(first))
    length = {"1Week": 7, "1Month": 31, "3Month": 92}[timeframe]
    inside = [d for d in days if 0 <= (date.fromisoformat(d["t"][:10]) - date.fromisoformat(first)).days < length]
    assert (bar["o"], bar["c"], bar["v"]) == (inside[0]["o"], inside[-1]["c"], sum(day["v"] for day in inside))
    assert (bar["h"], bar["l"]) == (max(day["h"] for day in inside), min(day["l"] for day in inside))


def test_portfolio_history_ends_with_the_equity(simulator):
    simulator.ask("POST", "/v2/orders", ORDER)
    simulator.step_to("2026-11-20T16:00:00-05:00")
    equity = float(simulator.ask("GET", "/v2/account")["equity"])
    for query in ("timeframe=1D", "period=1W&timeframe=1H", "period=1D&timeframe=5Min"):
        history = simulator.ask("GET", f"/v2/account/portfolio/history?{query}")
        assert history["equity"][-1] == pytest.approx(equity, abs=0.005)
        assert len({len(history[name]) for name in ("timestamp", "equity", "profit_loss", "profit_loss_pct")}) == 1
        assert history["timestamp"] == sorted(history["timestamp"])
    days = simulator.ask("GET", "/v2/account/portfolio/history?timeframe=1D")
    assert days["base_value"] == 100_000
    assert days["profit_loss"][-1] == pytest.approx(equity - 100_000, abs=0.005)
    for wrong in ("period=1X", "timeframe=2Min", "period=1A&timeframe=1Min&start=2026-01-01&end=2026-11-01"):
        assert simulator.request("GET", f"/v2/account/portfolio/history?{wrong}")[0] == 422


def test_orders_before_and_after_an_order(simulator):
    ids = [simulator.ask("POST", "/v2/orders", ORDER | {"qty": 1})["id"] for _ in range(4)]

    def listed(query):
        return [order["id"] for order in simulator.ask("GET", f"/v2/orders?status=all&direction=asc&{query}")]

    assert listed(f"before_order_id={ids[2]}") == ids[:2]
    assert listed(f"after_order_id={ids[1]}") == ids[2:]
    assert listed("side=sell") == listed("asset_class=crypto") == []
    assert simulator.request("GET", "/v2/orders?after_order_id=x")[0] == 422


def test_parquet_is_replayed_like_csv(start, tmp_path):
    header = ["timestamp", "open", "high", "low", "close", "volume"]
    rows = [[f"2019-02-13T14:{minute}:00Z", 10.0, 11.0, 9.5, 10.5, 1000 + minute] for minute in range(30, 40)]
    answers = []
    for name in ("csv", "parquet"):
        folder = tmp_path / name
        folder.mkdir()
        if name == "csv":
            lines = [",".join(map(str, row)) for row in [header, *rows]]
            (folder / "ABC.csv").write_text("\n".join(lines) + "\n")
        else:
            columns = {column: [row[index] for row in rows] for index, column in enumerate(header)}
            parquet.write_table(pyarrow.table(columns), folder / "ABC.parquet")
        simulator = start("--replay", folder, "--at", "2019-02-13T09:41")
        answers.append(simulator.ask("GET", "/v2/stocks/ABC/bars?timeframe=1Min"))
        shutil.rmtree(folder)
    assert answers[0] == answers[1]
    assert len(answers[0]["bars"]) == 10
