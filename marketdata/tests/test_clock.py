"""Market time follows the broker's clock, whatever becomes of this machine's."""

from datetime import timedelta

import pytest

from engine.live.testing import step
from marketdata import clock
from marketdata.clock import market_clock, market_now
from simulator.testing import SimulatorProcess


def test_a_machine_whose_clock_is_set_back_asks_for_the_time_again(
    exchange: SimulatorProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, real_now = market_clock.refresh().market, clock.real_now
    exchange.step_seconds(60)
    assert market_now() == before, "asked a moment ago"

    monkeypatch.setattr(clock, "real_now", lambda: real_now() - timedelta(hours=1))
    assert market_now() == before + timedelta(seconds=60)

    monkeypatch.undo()
    assert step(exchange) == before + timedelta(seconds=120)
