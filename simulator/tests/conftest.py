from collections.abc import Iterator
from typing import TypeVar

import pytest
from alpaca.data.historical import StockHistoricalDataClient
from alpaca.trading.client import TradingClient

from simulator.testing import REPLAY_FOLDER, SimulatorProcess

Client = TypeVar("Client", TradingClient, StockHistoricalDataClient)
REPLAY_START = "2019-02-13T09:31"
SYNTHETIC_START = "2026-11-19T09:31"


@pytest.fixture(scope="session")
def synthetic_process() -> Iterator[SimulatorProcess]:
    with SimulatorProcess("--at", SYNTHETIC_START, "--seed", "7", "--frozen") as process:
        yield process


@pytest.fixture(scope="session")
def replay_process() -> Iterator[SimulatorProcess]:
    if not REPLAY_FOLDER.is_dir():
        pytest.skip(f"needs the recorded minute bars in {REPLAY_FOLDER.parent.name}/{REPLAY_FOLDER.name}")
    with SimulatorProcess("--replay", REPLAY_FOLDER, "--at", REPLAY_START, "--frozen") as process:
        yield process


@pytest.fixture
def simulator(synthetic_process: SimulatorProcess) -> SimulatorProcess:
    """Frozen at 09:31 on a new account, synthetic prices."""
    synthetic_process.reset(at=SYNTHETIC_START, seed=7)
    synthetic_process.set_faults()
    return synthetic_process


@pytest.fixture
def replay(replay_process: SimulatorProcess) -> SimulatorProcess:
    """Frozen at 09:31 on a new account, recorded prices."""
    replay_process.reset(at=REPLAY_START)
    return replay_process


def connect(client: Client) -> Client:
    """The SDK without its own retries and without the machine's proxy."""
    client._retry = 0
    client._session.trust_env = False
    return client


@pytest.fixture
def trading(simulator: SimulatorProcess) -> TradingClient:
    return connect(TradingClient(simulator.key, simulator.secret, url_override=simulator.url))


@pytest.fixture
def stocks(simulator: SimulatorProcess) -> StockHistoricalDataClient:
    return connect(StockHistoricalDataClient(simulator.key, simulator.secret, url_override=simulator.url))
