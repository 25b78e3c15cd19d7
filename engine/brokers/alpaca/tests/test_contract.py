"""Alpaca's adapter does what an adapter has to, against the bundled exchange."""

from collections.abc import Callable

import pytest

from engine.brokers.alpaca.adapter import AlpacaAdapter
from engine.brokers.contract import BrokerContract
from engine.live.testing import step
from simulator.testing import SimulatorProcess


class TestAlpaca(BrokerContract):
    @pytest.fixture
    def adapter(self, exchange: SimulatorProcess) -> AlpacaAdapter:
        return AlpacaAdapter()

    @pytest.fixture
    def time_passes(self, exchange: SimulatorProcess) -> Callable[[], None]:
        def minute() -> None:
            step(exchange)

        return minute
