"""`python -m benchmarks.backtest_speed`: the backtest beside other backtesters, same bars, same rules, one run.

Figures are bars per second of processor time, medians. The peers live in an environment of their own, which is made
at the first run; without a network they are left out, and that is said.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tradingbot.settings")

import django
import numpy as np

PEERS = Path(__file__).parent / "peers"
ENVIRONMENT = Path(__file__).parents[1] / "var" / "bench-peers"
NAMES = ("backtesting", "backtrader", "vectorbt")
STRATEGIES: dict[str, dict[str, Any]] = {"rsi": {"RSI": {}}, "sma": {"SMA": {"period": 20, "slow": 50}}}
REPEATS = 5
Trades = list[tuple[int, float, int, float]]


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="tradingbot-bench-") as folder:
        os.environ["DATA_DIR"] = folder
        django.setup()
        if len(sys.argv) > 1:
            _many(sys.argv[1])
            return
        for strategy in STRATEGIES:
            # In a process of its own, so that the memory is that of these runs and nothing before them.
            subprocess.run([sys.executable, "-m", "benchmarks.backtest_speed", strategy], check=True)
        python = _environment()
        for strategy in STRATEGIES:
            _side_by_side(strategy, Path(folder), python)


def _side_by_side(strategy: str, folder: Path, python: Path | None) -> None:
    from engine.backtest.report import report_json
    from engine.backtest.run import backtest_run
    from engine.backtest.ticks import ticks_of

    config, history = _task(strategy, 1)
    bars = history.bars["S0"]
    seconds = statistics.median(backtest_run(config, history).seconds for _ in range(REPEATS))
    result = backtest_run(config, history)
    began = _clock()
    assert result.trips
    explaining = _clock() - began
    began = _clock()
    report_json(result)
    reporting = _clock() - began
    ours = [
        (trip.entry_bar, float(trip.entry_price), trip.exit_bar, float(trip.exit_price))
        for trip in result.trips
        if trip.exit_bar is not None and trip.exit_price is not None
    ]
    print(f"\n{strategy}: {len(bars):,} bars of one symbol, {len(ours)} round trips")
    print(f"  {'ours':<36}{len(bars) / seconds:>14,.0f} bars/s")
    print(f"  {'ours, every order explained':<36}{len(bars) / (seconds + explaining):>14,.0f} bars/s")
    print(f"  {'ours, with figures and report':<36}{len(bars) / (seconds + explaining + reporting):>14,.0f} bars/s")
    if python is None:
        return
    ticks = ticks_of(config, history.sessions)
    acts = np.isin(bars.end, ticks.time[ticks.in_window]) & np.r_[bars.session[1:] == bars.session[:-1], False]
    path = folder / f"{strategy}.npz"
    columns = {name: getattr(bars, name) for name in ("start", "open", "high", "low", "close", "volume")}
    np.savez(path, acts=acts, **columns)
    for name in NAMES:
        done = subprocess.run(
            [str(python), str(PEERS / f"run_{name}.py"), str(path), strategy],
            capture_output=True,
            text=True,
            cwd=PEERS,
            check=False,
        )
        if done.returncode:
            print(f"  {name:<36}failed: {done.stderr.strip().splitlines()[-1]}")
            continue
        found = json.loads(done.stdout.splitlines()[-1])
        speed = len(bars) / found["warm"]
        print(f"  {name:<36}{speed:>14,.0f} bars/s   ours is {found['warm'] / seconds:.1f} times as fast")
        print(f"    {_compared(ours, [tuple(trade) for trade in found['trades']])}")


def _compared(ours: Trades, theirs: Trades) -> str:
    """How many round trips are the same bar by bar, and how the first one that is not differs."""
    mine = {(entry, out): (bought, sold) for entry, bought, out, sold in ours}
    same = [(entry, out) for entry, _, out, _ in theirs if (entry, out) in mine]
    prices = [
        abs(bought / mine[entry, out][0] - 1) + abs(sold / mine[entry, out][1] - 1)
        for entry, bought, out, sold in theirs
        if (entry, out) in mine
    ]
    equal = sum(gap < 1e-6 for gap in prices)
    text = f"{len(theirs)} trips, {len(same)} on the same bars as ours, {equal} of them at the same prices"
    other = next((trade for trade in theirs if (trade[0], trade[2]) not in mine), None)
    if other is not None:
        near = min(ours, key=lambda trade: abs(trade[0] - other[0]))
        text += f"; first other: {_trip(other)} against {_trip(near)}"
    return text


def _trip(trade: tuple[int, float, int, float]) -> str:
    return f"bar {trade[0]} at {trade[1]:.2f} to bar {trade[2]} at {trade[3]:.2f}"


def _many(strategy: str) -> None:
    config, history = _task(strategy, 10)
    count = sum(len(bars) for bars in history.bars.values())
    seconds, peak, trips = _one_after_the_other(config, history)
    print(f"\n{strategy}: {count:,} bars of ten symbols, {trips} round trips: {count / seconds:,.0f} bars/s")
    print(f"  memory of the process at its highest during these runs: {peak:.0f} MB")


def _one_after_the_other(config: Any, history: Any) -> tuple[float, float, int]:
    """The median seconds of some runs, of which none is kept, the memory they took, and how many trips they found."""
    from engine.backtest.run import backtest_run

    seconds = [backtest_run(config, history).seconds for _ in range(REPEATS)]
    return statistics.median(seconds), _peak(), len(backtest_run(config, history).planned)


def _task(strategy: str, symbols: int) -> tuple[Any, Any]:
    from engine.backtest.tests.markets import walk_history
    from engine.core.config import config_parse

    names = [f"S{place}" for place in range(symbols)]
    config = config_parse(
        {
            "name": strategy,
            "capital": 100_000,
            "symbols": names,
            "indicators": STRATEGIES[strategy],
            "risk_management": {
                "stop_loss": 0.02,
                "take_profit": 0.05,
                "max_position_size": 0.1,
                "max_positions": 10,
                "max_daily_loss": 1,
            },
            "end_hour": 15,
            "end_minute": 59,
        }
    )
    return config, walk_history(names, date(2018, 1, 2), date(2019, 1, 11), seed=5, wild=0.0011, holes=0.0)


def _environment() -> Path | None:
    """The peers' own interpreter; None, and why, where they cannot be installed."""
    python = ENVIRONMENT / "bin" / "python"
    done = ENVIRONMENT / "installed"
    if done.exists():
        return python
    subprocess.run([sys.executable, "-m", "venv", ENVIRONMENT], check=True)
    wanted = str(PEERS / "requirements.txt")
    command = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", "-r", wanted]
    installed = subprocess.run(command, capture_output=True, text=True, check=False)
    if installed.returncode:
        print(f"the peers are left out, they cannot be installed: {installed.stderr.strip().splitlines()[-1]}")
        return None
    done.touch()
    return python


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _clock() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main()
