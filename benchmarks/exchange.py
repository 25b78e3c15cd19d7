"""The exchange simulator under load: orders accepted and bars streamed a second, and its memory afterwards.

    python -m benchmarks.exchange [orders]

Real HTTP and WebSocket on loopback; client and exchange share the machine. Synthetic prices, with a journal.
"""

import http.client
import json
import os
import sys
import tempfile
import threading
import time
from pathlib import Path

import django
import msgpack
from websockets.sync.client import connect

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tradingbot.settings")
django.setup()

from simulator.testing import SimulatorProcess  # noqa: E402

ORDERS = 100_000
THREADS = 4
SYMBOLS = ("AAPL", "MSFT", "KO", "JPM")
SESSIONS = 5


def main() -> None:
    orders = int(sys.argv[1]) if len(sys.argv) > 1 else ORDERS
    with tempfile.TemporaryDirectory() as folder:
        options = ("--at", "2026-11-19T09:31", "--seed", "7", "--journal", Path(folder) / "journal")
        with SimulatorProcess(*options) as process:
            seconds = orders_sent(process, orders)
            print(f"orders accepted: {orders / seconds:,.0f} a second ({orders:,} orders)")
            print(f"memory after {orders:,} orders: {memory(process):,.0f} MB")
        with SimulatorProcess(*options[:4]) as process:
            bars, seconds = bars_streamed(process)
            print(f"bars streamed: {bars / seconds:,.0f} a second ({bars:,} bars, msgpack, one reader)")


def orders_sent(process: SimulatorProcess, orders: int) -> float:
    """Real seconds for so many market orders, buys and sells in turn, each answered 200."""

    def work(symbol: str) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", process.port)
        keys = {"APCA-API-KEY-ID": process.key, "APCA-API-SECRET-KEY": process.secret}
        for number in range(orders // THREADS):
            side = "sell" if number % 2 else "buy"
            body = {"symbol": symbol, "qty": 1, "side": side, "type": "market", "time_in_force": "day"}
            connection.request("POST", "/v2/orders", json.dumps(body), keys)
            answer = connection.getresponse()
            text = answer.read()
            if answer.status != 200:
                raise RuntimeError(f"an order was answered {answer.status}: {text!r}")

    threads = [threading.Thread(target=work, args=(symbol,)) for symbol in SYMBOLS]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.monotonic() - began


def bars_streamed(process: SimulatorProcess) -> tuple[int, float]:
    """(bars a reader got, real seconds) of stepping through some sessions as fast as it goes."""
    header = {"Content-Type": "application/msgpack"}
    with connect(process.ws_url + "/v2/iex", proxy=None, max_size=None, additional_headers=header) as socket:
        socket.recv(5)
        for ask in (
            {"action": "auth", "key": process.key, "secret": process.secret},
            {"action": "subscribe", "bars": ["*"]},
        ):
            socket.send(msgpack.packb(ask))
            socket.recv(5)
        # Prices are drawn once; what is measured is telling them.
        process.ask("GET", "/v2/stocks/bars?symbols=AAPL&timeframe=1Min&start=2026-11-19")
        got, last = 0, 0.0
        began = time.monotonic()
        stepper = threading.Thread(target=lambda: process.step_seconds(SESSIONS * 86_400))
        stepper.start()
        while True:
            try:
                got += len(msgpack.unpackb(socket.recv(1)))
            except TimeoutError:
                break
            last = time.monotonic()
        stepper.join()
    return got, last - began


def memory(process: SimulatorProcess) -> float:
    """Resident, in MB."""
    assert process.process is not None
    status = Path(f"/proc/{process.process.pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


if __name__ == "__main__":
    main()
