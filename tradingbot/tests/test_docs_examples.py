"""The examples of docs/api.md and docs/extending.md run as they stand."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.conf import settings
from rest_framework.test import APIRequestFactory, force_authenticate

from engine.backtest import run as run_module
from engine.backtest.explain import PlanDiffers
from engine.backtest.history import History
from engine.backtest.planning import plan_at_once
from engine.backtest.run import backtest_run
from engine.backtest.tests.test_run import RISE, configured, day_of, minutes
from engine.core import risk
from engine.core.indicators import REGISTRY
from engine.core.indicators.measured import sample_bars
from positions.tests.factories import PositionFactory
from simulator.testing import wait_for
from tradingbot.testing import PASSWORD, ProductProcess
from web.testing import UserFactory

DOCS: Path = settings.BASE_DIR / "docs"


def blocks(page: str, language: str, after: str = "") -> list[str]:
    """The fenced blocks of a language, of the whole page or below one heading."""
    text = (DOCS / page).read_text()
    if after:
        text = re.split(r"\n## ", text.split(f"\n## {after}\n")[1])[0]
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProductProcess]:
    process = ProductProcess(tmp_path_factory.mktemp("product"))
    process.start()
    process.login()
    # One of the examples closes a position.
    assert wait_for(lambda: process.request("GET", "/api/positions?is_open=true")["results"], 30)
    yield process
    process.stop()


def run(product: ProductProcess, command: list[str], folder: Path) -> str:
    environment = {"TRADINGBOT_URL": product.url, "TRADINGBOT_PASSWORD": PASSWORD, "NO_PROXY": "127.0.0.1"}
    done = subprocess.run(
        command, env=os.environ | environment, cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_python_examples(product: ProductProcess, tmp_path: Path) -> None:
    program = tmp_path / "examples.py"
    program.write_text("\n".join(blocks("api.md", "python")))
    said = run(product, [sys.executable, str(program)], tmp_path)
    assert "Momentum Bot running" in said
    assert "From a program running 6000 version 2\n" in said
    assert "indicators.RSI.perod is not a setting; did you mean period?\n" in said
    assert "From a program stopped\n" in said
    assert said.count("\nhello ") == 2
    ids = [int(number) for number in re.findall(r"^(?!hello|reload)\w+ (\d+) \{", said, re.MULTILINE)]
    assert ids == sorted(set(ids))


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_shell_examples(product: ProductProcess, tmp_path: Path) -> None:
    run(product, ["bash", "-euo", "pipefail", "-c", "\n".join(blocks("api.md", "sh"))], tmp_path)
    bots = [bot for bot in product.request("GET", "/api/bots")["results"] if bot["name"] == "From the shell"]
    assert all(bot["status"] == "stopped" for bot in bots)
    assert product.request("GET", "/api/halts")["results"] == []


def executed(source: str, **names: Any) -> dict[str, Any]:
    """The names an example makes."""
    exec(compile(source, "extending.md", "exec"), names)
    return names


@pytest.fixture
def registry() -> Iterator[None]:
    before = dict(REGISTRY)
    yield
    REGISTRY.clear()
    REGISTRY.update(before)


@pytest.mark.usefixtures("registry")
def test_the_indicator() -> None:
    [source] = blocks("extending.md", "python", "An indicator")
    kind = executed(source, __name__="my_indicators")["DayRange"]
    bars = sample_bars()
    [place] = kind(period=5).compute(bars).values()
    assert np.isnan(place[:4]).all()
    low, high = bars.low[:5].min(), bars.high[:5].max()
    assert place[4] == (bars.close[4] - low) / (high - low)
    assert kind(period=5).vote({"place": np.array([0.2, 0.5, 0.7])}).tolist() == [-1, 0, 1]


def market_at(price: float) -> History:
    """A day at about this price on which the bot buys once."""
    part = price / 100
    return day_of(minutes({minute: (a * part, b * part, c * part, d * part) for minute, (a, b, c, d) in RISE.items()}))


def test_the_risk_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    rule, planned, test = blocks("extending.md", "python", "A risk rule")
    names = executed(rule)
    executed(test, **names)

    monkeypatch.setattr(risk, "ENTRY_RULES", (*risk.ENTRY_RULES, names["cheap_stock"]))
    assert len(backtest_run(configured(), market_at(100)).trips) == 1
    with pytest.raises(PlanDiffers):
        assert backtest_run(configured(), market_at(4)).trips

    lines = "def unplanned(lanes):\n" + planned + "    return False\n"
    unplanned = executed(lines, LEAST_PRICE=names["LEAST_PRICE"])["unplanned"]

    def plan(config: Any, history: Any, costs: Any, ticks: Any, lanes: Any, progress: Any) -> Any:
        return None if unplanned(lanes) is None else plan_at_once(config, history, costs, ticks, lanes, progress)

    monkeypatch.setattr(run_module, "plan_at_once", plan)
    assert len(backtest_run(configured(), market_at(100)).trips) == 1
    assert backtest_run(configured(), market_at(4)).trips == ()


def test_the_broker() -> None:
    [source] = blocks("extending.md", "python", "A broker")
    reading = executed(source)["MyBroker"]().clock()
    assert (reading.speed, reading.frozen) == (1.0, False)
    assert abs(reading.at(time.time()) - datetime.now(UTC)) < timedelta(seconds=5)


@pytest.mark.django_db
def test_the_endpoint() -> None:
    [source] = blocks("extending.md", "python", "An endpoint")
    view = executed(source)["HeldSymbolsView"].as_view()
    held = PositionFactory.create(symbol="MSFT")
    PositionFactory.create(symbol="AAPL")

    def ask(query: str) -> Any:
        request = APIRequestFactory().get(f"/api/held-symbols{query}")
        force_authenticate(request, UserFactory.of("viewer"))
        return view(request)

    assert ask("").data == {"symbols": ["AAPL", "MSFT"]}
    assert ask(f"?bot={held.bot_id}").data == {"symbols": ["MSFT"]}
    assert ask("?bto=1").status_code == 400
