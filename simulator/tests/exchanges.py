"""Exchanges whose answers are all held against the broker's own descriptions, and the SDK as their client."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from alpaca.data.historical import StockHistoricalDataClient
from alpaca.trading.client import TradingClient

from simulator.testing import SimulatorProcess
from simulator.tests import openapi

Client = TypeVar("Client", TradingClient, StockHistoricalDataClient)
REPLAY_START = "2019-02-13T09:31"
SYNTHETIC_START = "2026-11-19T09:31"
SYNTHETIC = ("--at", SYNTHETIC_START, "--seed", "7")


@contextmanager
def checked_simulator(folder: Path, *args: str | Path) -> Iterator[SimulatorProcess]:
    """A simulator all of whose answers are held against the broker's descriptions when it has ended."""
    log = folder / "answers.jsonl"
    with SimulatorProcess(*args, "--log", log) as process:
        yield process
    assert process.output.count("\n") == 1, process.output
    if openapi.available():
        _, wrong = openapi.complaints(log)
        assert not wrong, "\n".join(wrong[:20])


def connect(client: Client) -> Client:
    """The SDK without its own retries and without the machine's proxy."""
    client._retry = 0
    client._session.trust_env = False
    return client


def trading_client(simulator: SimulatorProcess) -> TradingClient:
    return connect(TradingClient(simulator.key, simulator.secret, url_override=simulator.url))
