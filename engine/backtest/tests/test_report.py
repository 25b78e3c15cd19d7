"""A report's numbers are those of its trades, and its page needs nothing else."""

import csv
import io
import json
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from engine.backtest.equity import equity_of
from engine.backtest.history import history_from_folder
from engine.backtest.html import report_html
from engine.backtest.metrics import closed_trips, daily_returns
from engine.backtest.report import report_csv, report_json
from engine.backtest.result import Costs, Result, fills_by_time
from engine.backtest.run import backtest_run
from engine.backtest.tests.markets import walk_history
from engine.backtest.tests.test_run import FALL, RISE, configured, day_of, minutes
from engine.core.statistics import annual_growth
from marketdata.barfiles import bars_write
from research.tests.factories import CONFIG


@pytest.fixture(scope="module")
def result() -> Result:
    history = walk_history(["AAA", "BBB"], date(2019, 1, 2), date(2019, 2, 8), seed=6, wild=0.003)
    config = configured(["AAA", "BBB"], {"stop_loss": 0.01, "take_profit": 0.015})
    return backtest_run(config, history, Costs(commission_per_order=Decimal(1), slippage=Decimal("0.0002")))


@pytest.fixture(scope="module")
def report(result: Result) -> Mapping[str, Any]:
    return report_json(result)


def test_the_sums_are_those_of_the_trades(result: Result, report: Mapping[str, Any]) -> None:
    metrics, profits = report["metrics"], [Decimal(trade["profit_loss"]) for trade in report["trades"]]

    held = [trade["exit_reason"] == "still_held" for trade in report["trades"]]
    assert len(profits) == metrics["closed_positions"] + metrics["still_held"] == len(result.trips) > 100
    assert metrics["still_held"] == sum(held)
    assert Decimal(metrics["net_profit"]) == sum(profits)
    assert metrics["total_return"] == float(sum(profits) / 10_000)
    closed_ones = [profit for profit, is_held in zip(profits, held, strict=True) if not is_held]
    assert metrics["won"] == sum(profit > 0 for profit in closed_ones)
    assert metrics["win_rate"] == round(metrics["won"] / len(closed_ones), 6)
    assert Decimal(metrics["commission"]) == sum(Decimal(trade["commission"]) for trade in report["trades"])
    closed = sum(trade["exit_reason"] != "still_held" for trade in report["trades"])
    assert Decimal(metrics["commission"]) == len(profits) + closed
    assert json.loads(json.dumps(report)) == report


def test_the_course_ends_where_the_trades_do(result: Result, report: Mapping[str, Any]) -> None:
    equity = equity_of(result)
    net = float(report["metrics"]["net_profit"])

    assert equity.value[-1] == pytest.approx(10_000 + net, abs=1e-6)
    grown = prod(1 + part for part in daily_returns(result, equity)) - 1
    assert grown == pytest.approx(float(net) / float(result.config.capital), abs=1e-9)
    assert report["equity"][-1]["equity"] == f"{Decimal(str(round(10_000 + net, 2))).normalize():f}"
    assert len(report["equity"]) <= 2000
    deepest = max(Decimal(point["drawdown"]) for point in report["equity"])
    assert deepest == round(Decimal(report["metrics"]["max_drawdown"]), 2)
    # Never negative, and nothing at a new high.
    assert (equity.drawdown >= 0).all()
    assert equity.drawdown[int(np.argmax(equity.value))] == 0


def test_a_trade_by_hand() -> None:
    """Bought at 101.50, up to 103, down to 100.9, sold at 100.90: each figure counted out."""
    rows = RISE | {25: (101.5, 103.0, 101.5, 101.5), 30: (101.5, 101.5, 101.0, 101.0), 31: (100.9, 101.0, 100.9, 101.0)}
    [closed] = closed_trips(backtest_run(configured(), day_of(minutes(rows, last=31))))[:1]

    assert (closed.bars, closed.minutes) == (10, 10.0)
    assert closed.mfe == pytest.approx(103 / 101.5 - 1)
    assert closed.mae == pytest.approx(100.9 / 101.5 - 1)
    assert closed.profit_loss == 49 * (Decimal("100.9") - Decimal("101.5"))
    assert closed.gain == pytest.approx(100.9 / 101.5 - 1)


def test_a_trade_inside_one_bar_was_held_in_it_and_felt_its_range() -> None:
    """Bought at the opening of bar 21, which falls through the stop after it has risen, or before."""
    rows = RISE | {21: (101.5, 104.0, 90.0, 101.5)}
    result = backtest_run(configured(), day_of(minutes(rows)), Costs(commission_per_order=Decimal(2)))
    [closed] = closed_trips(result)[:1]
    trip, course = closed.trip, equity_of(result)
    place = int(np.searchsorted(course.at, trip.entry_at, side="right"))

    assert (trip.exit_reason, trip.exit_bar) == ("stop", trip.entry_bar)
    assert trip.exit_price is not None
    assert closed.mae == pytest.approx(float(trip.exit_price) / 101.5 - 1)
    assert closed.mfe == pytest.approx(104 / 101.5 - 1)
    assert course.invested[place]
    assert course.value[place] == pytest.approx(10_000 + float(closed.profit_loss))


def test_the_commission_of_the_entry_is_paid_at_the_entry() -> None:
    result = backtest_run(configured(), day_of(minutes(RISE)), Costs(commission_per_order=Decimal(2)))
    [trip] = result.trips
    course = equity_of(result)
    place = int(np.searchsorted(course.at, trip.entry_at, side="right"))

    assert (trip.entry_commission, trip.commission) == (2, 2)
    assert course.value[place - 1 : place + 1] == pytest.approx([10_000, 9_998])


def test_calmar_is_of_the_return_before_it_is_rounded(result: Result, report: Mapping[str, Any]) -> None:
    metrics = report["metrics"]
    growth = annual_growth(Decimal(metrics["net_profit"]) / result.config.capital, len(result.history.sessions))
    assert growth is not None
    assert metrics["calmar"] == growth / metrics["max_drawdown_fraction"]
    assert metrics["annual_return"] == round(growth, 6)


def test_what_is_still_held_is_valued_and_said() -> None:
    report = report_json(backtest_run(configured(), day_of(minutes(RISE))))

    [trade] = report["trades"]
    assert (trade["exit_reason"], trade["exit_at"], trade["exit_price"]) == ("still_held", None, "101.5")
    assert "1 position(s) were still held at the end" in report["notes"][0]


def test_without_trades_nothing_is_made_up() -> None:
    metrics = report_json(backtest_run(configured(), day_of(minutes(FALL))))["metrics"]

    assert (metrics["closed_positions"], metrics["net_profit"], metrics["max_drawdown"]) == (0, "0", "0")
    for name in ("sharpe", "sortino", "calmar", "profit_factor", "expectancy", "win_rate", "mae", "spy_return"):
        assert metrics[name] is None


def test_the_tables_as_csv(report: Mapping[str, Any]) -> None:
    tables = report_csv(report)

    assert set(tables) == {"equity.csv", "trades.csv", "fills.csv", "decisions.csv"}
    rows = list(csv.DictReader(io.StringIO(tables["trades.csv"])))
    assert [row["profit_loss"] for row in rows] == [trade["profit_loss"] for trade in report["trades"]]


def test_the_page_needs_nothing_else(report: Mapping[str, Any]) -> None:
    named = report | {"config": report["config"] | {"name": "<script>alert(1)</script>"}}
    page = report_html(named)

    assert "<script" not in page
    assert not re.search(r"(?:src|href|url\()\s*=?\s*[\"']?http", page)
    assert page.count("<svg") == 2
    assert "&lt;script&gt;" in page


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    history = walk_history(["AAA", "SPY"], date(2019, 1, 2), date(2019, 1, 8), seed=2)
    for symbol, bars in history.bars.items():
        bars_write(bars, tmp_path / f"{symbol}.csv.gz")
    (tmp_path / "bot.json").write_text(json.dumps(CONFIG))
    return tmp_path


def run(folder: Path, *args: str) -> str:
    out = io.StringIO()
    days = [] if "--from" in args else ["--from", "2019-01-04", "--to", "2019-01-08"]
    call_command("backtest", "--config", folder / "bot.json", "--bars", folder, *days, *args, stdout=out)
    return out.getvalue()


def test_the_command_writes_its_report(folder: Path) -> None:
    said = run(folder, "--out", str(folder / "out"), "--slippage", "0.0005")

    assert "Total return" in said
    assert "SPY" in said
    written = json.loads((folder / "out" / "report.json").read_text())
    assert written["metrics"]["spy_return"] is not None
    assert written["costs"]["slippage"] == "0.0005"
    assert sorted(path.name for path in (folder / "out").iterdir()) == [
        *("decisions.csv", "equity.csv", "fills.csv", "report.html", "report.json", "trades.csv"),
    ]
    assert json.loads(run(folder, "--json", "--slippage", "0.0005"))["metrics"] == written["metrics"]


def test_the_command_checks_for_bias(folder: Path) -> None:
    assert "no look-ahead" in run(folder, "--check-bias", "--from", "2019-01-08", "--to", "2019-01-08")


@pytest.mark.parametrize(
    ("args", "named"),
    [
        (["--symbols", "ZZZ"], "has no file of ZZZ; it has AAA, SPY"),
        (["--from", "2019-01-04", "--to", "2019-01-11"], "the bars of AAA end on 2019-01-08, before 2019-01-11"),
        (["--from", "2019-01-08", "--to", "2019-01-04"], "is after the last"),
        (["--from", "2019-01-05", "--to", "2019-01-06"], "the market was closed"),
        (["--slippage", "2"], "slippage was 2, but must be from 0 to 0.1"),
        (["--symbols", "a b"], "is not a stock symbol"),
    ],
)
def test_what_cannot_be_run_is_named(folder: Path, args: list[str], named: str) -> None:
    with pytest.raises(CommandError, match=re.escape(named)):
        run(folder, *args)


def test_a_bad_file_is_named_by_the_command(folder: Path) -> None:
    (folder / "AAA.csv.gz").unlink()
    (folder / "AAA.csv").write_text("timestamp,open,high,low,close,volume\n2019-01-04T14:30:00Z,0,1,1,1,1\n")

    with pytest.raises(CommandError, match=r"AAA\.csv: row 2: open was 0, but a price is above zero"):
        run(folder)


def test_a_session_without_a_bar_is_a_note_and_nothing_is_filled_in(folder: Path) -> None:
    history = walk_history(["AAA"], date(2019, 1, 2), date(2019, 1, 8), seed=2)
    bars = history.bars["AAA"]
    keep = bars.session != date(2019, 1, 7).toordinal()
    names = ("start", "end", "session", "open", "high", "low", "close", "volume")
    bars_write(type(bars)("AAA", "1Min", *(getattr(bars, name)[keep] for name in names)), folder / "AAA.csv.gz")

    history = history_from_folder(folder, ["AAA"], "1Min", date(2019, 1, 4), date(2019, 1, 8), 20)
    result = backtest_run(configured(), history)
    silent = history.sessions[1]
    assert silent.day == date(2019, 1, 7)
    assert all(not silent.open.timestamp() <= fill.at < silent.close.timestamp() for _, fill in fills_by_time(result))
    assert len(result.trips) > 3
    assert (
        "AAA has no bars on 2019-01-07: nothing could be traded in it, and what was held kept its last price."
        in report_json(result)["notes"]
    )
