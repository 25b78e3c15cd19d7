"""The exchange and the backtest charge slippage alike: a session at an exchange that charges it, replayed."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from engine.backtest.parity import parity_check
from engine.backtest.result import Costs
from engine.brokers.connect import broker_connect
from engine.live.testing import SEED, START, BotMaker
from marketdata.clock import market_clock, market_now
from research.recordings import recording_of
from simulator.testing import SimulatorProcess
from simulator.tests.exchanges import checked_simulator
from tradingbot.runtime.lockstep import lockstep_step

UNTIL = datetime.fromisoformat("2026-06-02T10:05:00-04:00")


@pytest.fixture
def exchange(tmp_path_factory: pytest.TempPathFactory, settings: Any) -> Iterator[SimulatorProcess]:
    folder = tmp_path_factory.mktemp("slipping")
    options = ("--at", START, "--seed", str(SEED), "--frozen", "--slippage-bps", "20")
    with checked_simulator(folder, *options) as process:
        settings.SIMULATOR_URL = process.url
        market_clock.forget()
        yield process


def test_a_session_with_slippage_is_decided_and_filled_again(bot_running: BotMaker, trading: SimulatorProcess) -> None:
    risk = {"stop_loss": 0.004, "take_profit": 0.003, "max_position_size": 0.4}
    bot = bot_running(risk_management=risk, symbols=["AAPL", "TSLA"])
    while market_now() < UNTIL:
        lockstep_step(broker_connect(), UNTIL)

    recording = recording_of(bot, date(2026, 6, 2), date(2026, 6, 2))
    found = parity_check(recording, Costs(slippage=Decimal("0.002")))

    assert found.differences == []
    assert {"entry", "stop"} <= {fill.role for fill in recording.fills}
    assert found.fills > 6
    # Without it, what was paid shows.
    assert max(abs(gap) for gap in parity_check(recording).gaps) == pytest.approx(0.002, abs=1e-6)
