from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from alpaca.data.historical import StockHistoricalDataClient
from alpaca.trading.client import TradingClient

from simulator.testing import REPLAY_FOLDER, SimulatorProcess
from simulator.tests.exchanges import (
    REPLAY_START,
    SYNTHETIC,
    SYNTHETIC_START,
    checked_simulator,
    connect,
    trading_client,
)


@pytest.fixture(scope="session")
def synthetic_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatorProcess]:
    with checked_simulator(tmp_path_factory.mktemp("synthetic"), *SYNTHETIC, "--frozen") as process:
        yield process


@pytest.fixture(scope="session")
def replay_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatorProcess]:
    if not REPLAY_FOLDER.is_dir():
        pytest.skip(f"needs the recorded minute bars in {REPLAY_FOLDER.parent.name}/{REPLAY_FOLDER.name}")
    folder = tmp_path_factory.mktemp("replay")
    with checked_simulator(folder, "--replay", REPLAY_FOLDER, "--at", REPLAY_START, "--frozen") as process:
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


@pytest.fixture
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., SimulatorProcess]]:
    """Starts a simulator with options of its own: synthetic prices from 09:31, frozen unless they say otherwise."""
    with ExitStack() as stack:

        def started(*args: str | Path) -> SimulatorProcess:
            options = args if "--at" in args else (*SYNTHETIC, *args)
            return stack.enter_context(checked_simulator(tmp_path_factory.mktemp("own"), *options))

        yield started


@pytest.fixture
def trading(simulator: SimulatorProcess) -> TradingClient:
    return trading_client(simulator)


@pytest.fixture
def stocks(simulator: SimulatorProcess) -> StockHistoricalDataClient:
    return connect(StockHistoricalDataClient(simulator.key, simulator.secret, url_override=simulator.url))
